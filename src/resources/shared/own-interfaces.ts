import type { NetworkInterface } from "@aws-sdk/client-ec2";
import type { ResourceContext } from "./context.ts";

/**
 * Without the interfaces of the stack's own NAT gateways and interface endpoints, which have no tags. They go with these,
 * which are deleted, or leave the place, before what they hold.
 */
export async function withoutOwnParts(
  context: ResourceContext,
  interfaces: readonly NetworkInterface[],
): Promise<readonly NetworkInterface[]> {
  if (interfaces.every((each) => ownerOf(each) === undefined)) return interfaces;
  const [{ sweepNatGateways }, { sweepVpcEndpoints }] = await Promise.all([
    import("../nat-gateway/live.ts"),
    import("../vpc-endpoint/live.ts"),
  ]);
  const own = (await Promise.all([sweepNatGateways(context), sweepVpcEndpoints(context)])).flat();
  const ids = new Set<string | undefined>(own.map(({ id }) => id));
  return interfaces.filter((each) => {
    const owner = ownerOf(each);
    // Of one that is no longer listed, AWS is about to remove them.
    return owner === undefined || (!ids.has(owner) && !isGoing(each));
  });
}

/** The description of such an interface has the id: `Interface for NAT Gateway nat-…`, `VPC Endpoint Interface vpce-…`. */
function ownerOf({ Description = "" }: NetworkInterface): string | undefined {
  return /\b(?:nat|vpce)-\w+/.exec(Description)?.[0];
}

function isGoing({ Status, Attachment }: NetworkInterface): boolean {
  return Status !== "in-use" || Attachment?.Status === "detaching";
}
