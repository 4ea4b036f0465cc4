import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredFields, Live } from "../../engine/resource.ts";
import { lost } from "../shared/consequence.ts";
import type { AddressFields } from "./live.ts";

/** Partners may have the address on an allow list. */
export function consequences(
  { address, action, id }: Change,
  _plan: Pick<PlanDocument, "changes">,
  _wanted: DesiredFields<AddressFields> | undefined,
  live: readonly Live[] = [],
): readonly Consequence[] {
  if (action !== "delete" && action !== "replace") return [];
  const outputs = live.find((each) => each.id === id)?.outputs ?? {};
  const which = "publicAddress" in outputs ? `, ${outputs.publicAddress}` : "";
  return [
    lost(
      `The public address of ${address}${which}, is given back to AWS for good. Whoever lets the servers' requests in by this address refuses them until they know another one.`,
    ),
  ];
}
