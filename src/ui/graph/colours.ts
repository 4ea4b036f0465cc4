import type { Action } from "../../engine/plan-format.ts";

interface Colours {
  readonly fill: string;
  readonly line: string;
}

/** Pale boxes with dark text, readable on light and dark pages. */
export const NODE_COLOURS: Readonly<Record<Action, Colours>> = {
  create: { fill: "#dcfce7", line: "#15803d" },
  update: { fill: "#fef9c3", line: "#a16207" },
  replace: { fill: "#f3e8ff", line: "#7e22ce" },
  delete: { fill: "#fee2e2", line: "#b91c1c" },
  keep: { fill: "#f3f4f6", line: "#6b7280" },
};

export const TEXT_COLOUR = "#111827";
/** A medium colour, visible on light and dark pages. */
export const EDGE_COLOUR = "#8b949e";
