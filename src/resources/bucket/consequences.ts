import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { lost } from "../shared/consequence.ts";

/** A bucket is deleted with everything in it. */
export function consequences({ address, action, id }: Change): readonly Consequence[] {
  if (action !== "delete" && action !== "replace") return [];
  return [
    lost(`${address} is deleted with every object in it${id === undefined ? "" : ` (${id})`}.`),
  ];
}
