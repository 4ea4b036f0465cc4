import type { Action } from "../../engine/plan-format.ts";
import { SIGN } from "../wording.ts";

export interface GraphNode {
  /** The address, with the id when one address has several objects. */
  readonly key: string;
  readonly address: string;
  readonly action: Action;
}

/** A dependency between two resources. */
export interface GraphEdge {
  /** Must exist first. */
  readonly from: string;
  readonly to: string;
}

/** The resources of a stack, their planned actions, and their dependencies. Plain data. */
export interface ResourceGraph {
  readonly stack: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** What a box says below the address. */
export function actionLabel(action: Action): string {
  return `${SIGN[action]} ${action === "keep" ? "unchanged" : action}`;
}
