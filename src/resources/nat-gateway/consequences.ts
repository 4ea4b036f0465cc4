import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredFields, Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { lost, service } from "../shared/consequence.ts";
import type { NatGatewayFields } from "./live.ts";

/** What the servers behind it lose, and what others have to learn. */
export function consequences(
  { address, action, id, fields }: Change,
  _plan: Pick<PlanDocument, "changes">,
  _wanted: DesiredFields<NatGatewayFields> | undefined,
  live: readonly Live[] = [],
): readonly Consequence[] {
  if (action !== "delete" && action !== "replace") return [];
  const now = live.find((each) => each.id === id);
  // No server has ever used one that AWS could not create.
  if (now?.status === "failed") return [];
  const breaking = service(
    action === "delete"
      ? `The servers' connections to the internet through ${address} break.`
      : `The servers' connections to the internet through ${address} break, and new ones fail until the new NAT gateway is available: some minutes.`,
  );
  if (now?.status !== "ready") return [breaking];
  const known = String(fieldOf(now.outputs, "publicAddresses") ?? "");
  if (fieldOf(now.fields, "mode") !== "regional") {
    const hasOther = fields.some(({ path }) => path === "allocationId");
    return action === "replace" && hasOther ? [breaking, otherAddress(address, known)] : [breaking];
  }
  // AWS shows further ones up to an hour after a zone has got its first server.
  return [
    breaking,
    lost(
      `The public addresses of ${address} are given back to AWS for good${known === "" ? "" : `: ${known}`}. Whoever lets the servers' requests in by these addresses refuses them until they know others.`,
    ),
  ];
}

/** If the old address is given back, its own deletion says so. */
function otherAddress(address: string, known: string): Consequence {
  return lost(
    `The servers behind ${address} get another public address${known === "" ? "" : ` instead of ${known}`}. Whoever lets their requests in by the old one refuses them until they know the new one.`,
  );
}
