import type { Change } from "../engine/plan-format.ts";
import type { PresentedTypes } from "../engine/presentation.ts";
import { typeAt, typeNameOf } from "./types.ts";

export interface SectionChanges {
  readonly name: string;
  readonly changes: readonly Change[];
}

/**
 * Groups changes by section of the stack file. Changes have the order of the graph, so the position of a
 * section is that of its first change.
 */
export function sectionsOf(
  changes: readonly Change[],
  types: PresentedTypes,
): readonly SectionChanges[] {
  const bySection = Map.groupBy(
    changes,
    ({ address }) => typeAt(address, types)?.section ?? typeNameOf(address),
  );
  return [...bySection].map(([name, members]) => ({ name, changes: members }));
}
