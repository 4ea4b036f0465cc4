import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredFields, Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { service } from "../shared/consequence.ts";
import type { VpcEndpointFields } from "./live.ts";

/** The servers reach the service another way, or no longer. */
export function consequences(
  { address, action, id }: Change,
  _plan: Pick<PlanDocument, "changes">,
  _wanted: DesiredFields<VpcEndpointFields> | undefined,
  live: readonly Live[] = [],
): readonly Consequence[] {
  if (action !== "delete" && action !== "replace") return [];
  const now = live.find((each) => each.id === id);
  if (now === undefined || now.status === "failed") return [];
  const name = String(fieldOf(now.fields, "service"));
  return [
    service(
      action === "delete"
        ? `The servers' connections to ${name} through ${address} break. New ones need a way to the internet, and a NAT gateway charges for their data.`
        : `The servers' connections to ${name} through ${address} break.`,
    ),
  ];
}
