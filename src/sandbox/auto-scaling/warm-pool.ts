import type { MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import { type Group, type LifecycleState, type Member, validationError } from "./group.ts";
import type { WarmState } from "./warm-pool-record.ts";

/** Whether an instance is in the warm pool, or enters or leaves it. */
export function isWarmed(lifecycle: LifecycleState): lifecycle is WarmState {
  return lifecycle.startsWith("Warmed:");
}

/** All instances in the warm pool, also those that are being terminated. */
export function warmMembers(group: Group): Member[] {
  return group.members.filter(({ lifecycle }) => isWarmed(lifecycle));
}

/** The instances that count as the size of the warm pool. */
export function pooledMembers(group: Group): Member[] {
  return warmMembers(group).filter(({ lifecycle }) => !lifecycle.startsWith("Warmed:Terminating"));
}

/** Whether the group can put the instance into service. */
export function isReady({ lifecycle, health }: Member): boolean {
  return health === "Healthy" && (lifecycle === "Warmed:Stopped" || lifecycle === "Warmed:Running");
}

/**
 * How many instances the pool is to have: "the difference between the MaxGroupPreparedCapacity and the desired
 * capacity", or between the maximum and the desired capacity, and at least MinSize (API reference of PutWarmPool).
 */
export function poolGoal({ warmPool: pool, maxSize, desired }: Group): number {
  if (pool === undefined || pool.deleting) return 0;
  return Math.max(pool.minSize, (pool.maxPrepared ?? maxSize) - desired);
}

/** @throws AwsError ValidationError, in AWS's words, for a policy with Spot Instances and a warm pool. */
export function checkPoolAllows(
  { warmPool }: Pick<Group, "warmPool">,
  policy: MixedInstancesPolicy | undefined,
): void {
  const { OnDemandPercentageAboveBaseCapacity: onDemand = 100 } =
    policy?.InstancesDistribution ?? {};
  if (warmPool !== undefined && onDemand < 100) throw noSpotInPool();
}

/**
 * A mixed instances policy of On-Demand Instances can have a warm pool since November 2025 ("EC2 Auto Scaling now
 * supports warm pools for mixed instances policies", What's New). The words are those for all policies.
 */
export function noSpotInPool() {
  return validationError(
    "You can't add a warm pool to an Auto Scaling group that has a mixed instances policy or a launch template or launch configuration that requests Spot Instances.",
  );
}
