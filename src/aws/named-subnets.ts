import { FactError } from "./fact-error.ts";
import { availabilityZoneOf, byZone, isAvailable, type KnownSubnet } from "./known-subnets.ts";

/**
 * The subnets that a stack file names, in the order of their zones, and their VPC.
 *
 * @throws FactError when a subnet does not exist or is not available, or when they are in several VPCs or in another one.
 */
export function namedSubnets(
  found: readonly KnownSubnet[],
  { vpc, subnets: ids }: { readonly vpc: string; readonly subnets: readonly string[] },
  region: string,
): { readonly vpcId: string; readonly subnets: readonly KnownSubnet[] } {
  const missing = ids.filter((id) => !found.some((subnet) => subnet.id === id));
  if (missing.length > 0) {
    throw new FactError(
      `${region} has no subnet ${missing.join(", ")} in this account`,
      "Check network.subnets, the region and the account: subnet ids belong to one region of one account.",
    );
  }
  const unusable = found.filter((subnet) => !isAvailable(subnet));
  if (unusable.length > 0) {
    throw new FactError(
      `not available: ${unusable.map(({ id, state }) => `${id} is ${state}`).join(", ")}`,
      "Name other subnets in network.subnets.",
    );
  }
  const vpcIds = [...new Set(found.map(({ vpcId }) => vpcId))];
  const [vpcId = ""] = vpcIds;
  const places = found.map((subnet) => `${subnet.id} in ${subnet.vpcId}`).join(", ");
  if (vpcIds.length > 1) {
    throw new FactError(
      `the subnets are in ${vpcIds.length} VPCs: ${places}`,
      "Name subnets of one VPC in network.subnets.",
    );
  }
  if (vpc !== "default" && vpc !== vpcId) {
    throw new FactError(
      `the subnets are not in ${vpc}: ${places}`,
      "Correct network.vpc or network.subnets, or omit network.vpc: the subnets determine the VPC.",
    );
  }
  return { vpcId, subnets: found.toSorted(byZone) };
}

/** @throws FactError when several subnets are in one zone. */
export function requireOnePerZone(subnets: readonly KnownSubnet[]): void {
  const shared = sharedZones(subnets);
  if (shared.length === 0) return;
  throw new FactError(
    shared.map(([zone, ids]) => `${ids.join(", ")} are all in ${zone}`).join("; "),
    "Name at most one subnet of a zone in network.subnets: a load balancer takes no more.",
  );
}

/** The zones that have several of the subnets, with their ids. */
export function sharedZones(
  subnets: readonly KnownSubnet[],
): readonly (readonly [zone: string, ids: readonly string[]])[] {
  return [...Map.groupBy(subnets, availabilityZoneOf)]
    .filter(([, { length }]) => length > 1)
    .map(([zone, shared]) => [zone, shared.map(({ id }) => id)] as const);
}
