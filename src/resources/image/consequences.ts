import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { lost } from "../shared/consequence.ts";

/** Nobody can roll back to a deleted image. */
export function consequences(change: Change, { steps }: PlanDocument): readonly Consequence[] {
  const { address, action, id } = change;
  // An interrupted build leaves a builder or snapshots. Nobody can roll back to those.
  if (id === undefined || !id.startsWith("ami-")) return [];
  const goes =
    action === "delete" ||
    (action === "replace" && steps.some(({ key }) => key === `delete ${address} ${id}`));
  if (!goes) return [];
  return [lost(`Image ${id} and its snapshots are deleted, so you cannot roll back to it.`)];
}
