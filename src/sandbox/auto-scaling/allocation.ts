import { relativePrice } from "../ec2/instances/prices.ts";
import type { Group } from "./group.ts";
import { livingMembers } from "./members.ts";
import type { MixedInstances, PurchaseOption } from "./mixed-policy.ts";

/**
 * The types of a policy in the order in which the group tries them in a zone ("Allocation strategies for multiple
 * instance types", User Guide). The sandbox knows whether a pool has capacity, but not how much: pools with
 * capacity are equal for the strategies that optimize for capacity, so the order of the list, or the price,
 * decides.
 */
export function typesToTry(
  group: Group,
  { instanceTypes, distribution }: MixedInstances,
  option: PurchaseOption,
  zone: string,
): readonly string[] {
  const strategy =
    option === "on-demand" ? distribution.onDemandStrategy : distribution.spotStrategy;
  switch (strategy) {
    case "price-capacity-optimized":
      return byPrice(instanceTypes);
    case "lowest-price":
      return option === "on-demand"
        ? byPrice(instanceTypes)
        : acrossPools(group, byPrice(instanceTypes), distribution.spotPools, zone);
    default:
      return instanceTypes;
  }
}

function byPrice(types: readonly string[]): readonly string[] {
  return types.toSorted((one, other) => relativePrice(one) - relativePrice(other));
}

/** Evenly across the cheapest pools of the zone, then "the next cheapest pool". */
function acrossPools(
  group: Group,
  types: readonly string[],
  pools: number,
  zone: string,
): readonly string[] {
  const inPool = (type: string) =>
    livingMembers(group).filter(
      (member) => member.isSpot && member.zone === zone && member.instanceType === type,
    ).length;
  const cheapest = types.slice(0, pools).toSorted((one, other) => inPool(one) - inPool(other));
  return [...cheapest, ...types.slice(pools)];
}
