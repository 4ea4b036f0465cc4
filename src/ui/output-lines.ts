import type { PresentedTypes } from "../engine/presentation.ts";
import { neutralize } from "./text.ts";
import { outputLines } from "./wording.ts";

/** One output as the screen shows it. */
export interface OutputLine {
  readonly label: string;
  readonly value: string;
  /** Whether the value stands in a line of its own, below the label. */
  readonly isBelow: boolean;
}

/**
 * What a user needs next, free of control characters. A value is never cut or wrapped. Where it does not
 * fit beside its label it begins a line of its own: a line that the terminal itself folds is copied, and
 * followed as a link, as the one line that it is.
 */
export function outputLinesFor(
  outputs: Readonly<Record<string, string>>,
  columns: number,
  types: PresentedTypes,
): readonly OutputLine[] {
  const rows = outputLines(outputs, types).map(([label, value]) => ({
    label: neutralize(label),
    value: neutralize(value),
  }));
  const width = Math.max(...rows.map(({ label }) => label.length));
  return rows.map(({ label, value }) => {
    const isBelow = width + GAP + value.length > columns;
    return { label: isBelow ? label : label.padEnd(width + GAP), value, isBelow };
  });
}

const GAP = 2;
