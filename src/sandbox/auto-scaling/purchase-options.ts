import type { Group, Member } from "./group.ts";
import { livingMembers } from "./members.ts";
import type { InstancesDistribution, MixedInstances, PurchaseOption } from "./mixed-policy.ts";
import { mixedInstancesNow } from "./refresh.ts";

/**
 * How many of so many instances are On-Demand Instances: the base first, then the percentage of what is above
 * it. "If the result creates a fractional number, Amazon EC2 Auto Scaling rounds up to the next integer in
 * favor of On-Demand Instances" (User Guide, "Auto Scaling groups with multiple instance types and purchase
 * options").
 */
export function onDemandShare(
  { onDemandBase, onDemandPercentage = 100 }: InstancesDistribution,
  total: number,
): number {
  const base = Math.min(total, onDemandBase);
  return base + Math.ceil(((total - base) * onDemandPercentage) / 100);
}

/** The purchase option of an instance. */
export function optionOf({ isSpot }: Member): PurchaseOption {
  return isSpot === true ? "spot" : "on-demand";
}

/**
 * The purchase option of the next instance beside these ones. After a failed launch, the other option comes
 * first if that is missing too: the group requests both independently.
 */
export function nextOption(
  group: Group,
  { distribution }: MixedInstances,
  beside: readonly Member[],
): PurchaseOption {
  const missing = missingOptions(distribution, beside, Math.max(group.desired, beside.length + 1));
  const wanted = options.filter((option) => missing[option] > 0);
  return wanted.find((option) => option !== group.failedOption) ?? wanted[0] ?? "on-demand";
}

const options = ["on-demand", "spot"] as const;

function missingOptions(
  distribution: InstancesDistribution,
  members: readonly Member[],
  total: number,
): Record<PurchaseOption, number> {
  const spot = members.filter(({ isSpot }) => isSpot === true).length;
  const onDemand = onDemandShare(distribution, total);
  return {
    "on-demand": onDemand - (members.length - spot),
    spot: total - onDemand - spot,
  };
}

/** The option that a group of the desired size has too few of, if its instances do not match its policy. */
export function missingOption(group: Group): PurchaseOption | undefined {
  const mixed = mixedInstancesNow(group);
  if (mixed === undefined) return undefined;
  const missing = missingOptions(mixed.distribution, livingMembers(group), group.desired);
  return options.find((option) => missing[option] > 0);
}

/**
 * How many instances of each option the group has in excess: "Amazon EC2 Auto Scaling first identifies which of
 * the two types (Spot or On-Demand) should be terminated" (User Guide, "Configure termination policies").
 */
export function surplusOptions(group: Group): Record<PurchaseOption, number> {
  const mixed = mixedInstancesNow(group);
  if (mixed === undefined) return { "on-demand": 0, spot: 0 };
  const missing = missingOptions(mixed.distribution, livingMembers(group), group.desired);
  return { "on-demand": -missing["on-demand"], spot: -missing.spot };
}
