import type { Change } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { lost, service } from "../shared/consequence.ts";

/** A load balancer's URL lives and dies with it. */
export function consequences({ address, action }: Change): readonly Consequence[] {
  if (action === "delete") {
    return [
      lost(`${address} is deleted, and its URL with it. A new load balancer gets another URL.`),
    ];
  }
  if (action !== "replace") return [];
  return [service(`${address} is replaced, so the URL changes. The current URL stops working.`)];
}
