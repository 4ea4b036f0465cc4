import { typeOf } from "../../engine/address.ts";
import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import { service } from "../shared/consequence.ts";

/** A key reaches servers only when they are launched. */
export function consequences(
  { address, action }: Change,
  { changes }: PlanDocument,
): readonly Consequence[] {
  if (action === "replace") {
    return [
      service(`New servers use the new key of ${address}; running servers keep the current one.`),
    ];
  }
  if (action !== "delete") return [];
  const stays = (type: string) =>
    changes.some((other) => typeOf(other.address) === type && other.action !== "delete");
  // The stack keeps another key, or it has no servers.
  if (stays("key-pair") || !stays("auto-scaling-group")) return [];
  return [service(`${address} is deleted. New servers get no key, so nobody can log in to them.`)];
}
