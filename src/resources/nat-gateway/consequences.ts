import type { Change, PlanDocument } from "../../engine/plan-format.ts";
import type { Consequence } from "../../engine/presentation.ts";
import type { DesiredFields, Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { lost, service } from "../shared/consequence.ts";
import type { NatGatewayFields } from "./live.ts";

/** What the servers behind it lose, and what others have to learn. */
export function consequences(
  { address, action, id }: Change,
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
  const isRegional = now?.status === "ready" && fieldOf(now.fields, "mode") === "regional";
  if (!isRegional) return [breaking];
  // AWS shows further ones up to an hour after a zone has got its first server.
  const known = String(fieldOf(now.outputs, "publicAddresses") ?? "");
  return [
    breaking,
    lost(
      `The public addresses of ${address} are given back to AWS for good${known === "" ? "" : `: ${known}`}. Whoever lets the servers' requests in by these addresses refuses them until they know others.`,
    ),
  ];
}
