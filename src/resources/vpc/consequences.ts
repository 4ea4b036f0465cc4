import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { lost } from "../shared/consequence.ts";

/** A network that goes takes its addresses with it. */
export function consequences({ action, id }: Change): readonly Consequence[] {
  if (action !== "delete" || id === undefined) return [];
  return [lost(`The network ${id} is deleted with everything that the stack has in it.`)];
}
