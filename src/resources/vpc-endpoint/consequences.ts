import { typeOf } from "../../engine/address.ts";
import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredFields, Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { service } from "../shared/consequence.ts";
import type { VpcEndpointFields } from "./live.ts";

/** The servers reach the service another way, or no longer. */
export function consequences(
  { address, action, id }: Change,
  plan: Pick<PlanDocument, "changes">,
  _wanted: DesiredFields<VpcEndpointFields> | undefined,
  live: readonly Live[] = [],
): readonly Consequence[] {
  if (action !== "delete" && action !== "replace") return [];
  const now = live.find((each) => each.id === id);
  if (now === undefined || now.status === "failed") return [];
  const name = String(fieldOf(now.fields, "service"));
  const breaking = `The servers' connections to ${name} through ${address} break.`;
  return [service([breaking, ...(action === "delete" ? insteadOf(plan) : [])].join(" "))];
}

/** Nothing, if the servers go, too. */
function insteadOf({ changes }: Pick<PlanDocument, "changes">): readonly string[] {
  const stays = (type: string) =>
    changes.some(({ address, action }) => typeOf(address) === type && action !== "delete");
  if (stays("nat-gateway")) {
    return ["New ones go through the NAT gateway, which charges for their data."];
  }
  return stays("auto-scaling-group") ? ["New ones need a way to the internet."] : [];
}
