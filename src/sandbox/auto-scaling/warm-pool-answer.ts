import type { AutoScalingGroup, WarmPoolConfiguration } from "@aws-sdk/client-auto-scaling";
import type { Group } from "./group.ts";
import { pooledMembers } from "./warm-pool.ts";
import type { WarmPool } from "./warm-pool-record.ts";

/** What a group tells of its warm pool. */
export function describePool(
  group: Group,
): Pick<AutoScalingGroup, "WarmPoolConfiguration" | "WarmPoolSize"> {
  if (group.warmPool === undefined) return {};
  return {
    WarmPoolConfiguration: describePoolConfiguration(group.warmPool),
    WarmPoolSize: pooledMembers(group).length,
  };
}

export function describePoolConfiguration(pool: WarmPool): WarmPoolConfiguration {
  return {
    MinSize: pool.minSize,
    PoolState: pool.state,
    ...(pool.maxPrepared !== undefined && { MaxGroupPreparedCapacity: pool.maxPrepared }),
    ...(pool.reuses !== undefined && { InstanceReusePolicy: { ReuseOnScaleIn: pool.reuses } }),
    ...(pool.deleting && { Status: "PendingDelete" }),
  };
}
