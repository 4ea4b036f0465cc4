import type { PresentedTypes } from "../../engine/presentation.ts";
import { outputLinesFor } from "../output-lines.ts";

/**
 * What the user needs next, apart from what stands before; nothing where there is nothing.
 *
 * @param columns Of the terminal; infinite in a pipe or a file.
 */
export function outputsBlock(
  outputs: Readonly<Record<string, string>>,
  columns: number,
  types: PresentedTypes,
): string[] {
  const lines = outputLinesFor(outputs, columns, types);
  if (lines.length === 0) return [];
  return [
    "",
    ...lines.flatMap(({ label, value, isBelow }) =>
      isBelow ? [label, value] : [`${label}${value}`],
    ),
  ];
}
