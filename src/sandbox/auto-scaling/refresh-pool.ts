import type { InstanceRefreshProgressDetails } from "@aws-sdk/client-auto-scaling";
import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import type { Group } from "./group.ts";
import { isTerminating, retireMember } from "./members.ts";
import { fillPool } from "./pool-size.ts";
import type { InstanceRefresh, PoolProgress } from "./refresh-record.ts";
import { isReady, pooledMembers, poolGoal } from "./warm-pool.ts";

/** Which instances of the warm pool a refresh, or its rollback, replaces. Undefined: none. */
export function poolToReplace(
  group: Group,
  isOutdated: (member: Group["members"][number]) => boolean,
): PoolProgress | undefined {
  const outdated = pooledMembers(group)
    .filter(isOutdated)
    .map(({ instanceId }) => instanceId);
  if (outdated.length === 0) return undefined;
  return { outdated, total: outdated.length, replaced: 0, livePercentage: 0, liveToUpdate: 0 };
}

/**
 * Replaces the instances of the warm pool, once those in service are replaced. As many as the minimum healthy
 * percentage spares are replaced at a time, at least one.
 *
 * @returns whether all are replaced.
 */
export function replacePool(region: Region, group: Group, refresh: InstanceRefresh): boolean {
  const { pool, preferences } = refresh;
  if (pool === undefined || group.warmPool === undefined || group.warmPool.deleting) return true;
  const pooled = pooledMembers(group);
  pool.outdated = pool.outdated.filter((id) => pooled.some(({ instanceId }) => instanceId === id));
  const goal = poolGoal(group);
  const batch = Math.max(1, goal - Math.ceil((goal * preferences.minHealthy) / 100));
  const isOutdated = (id: string) => pool.outdated.includes(id);
  const underWay = Math.max(0, goal - pooled.filter(isReady).length);
  for (const member of pooled
    .filter(({ instanceId }) => isOutdated(instanceId))
    .slice(0, Math.max(0, batch - underWay))) {
    const cause = `At ${causeTime(region.now)} an instance was taken out of the warm pool in response to an instance refresh.`;
    retireMember(region, group, member, cause);
  }
  fillPool(region, group);
  const replaced = pooledMembers(group).filter(
    (member) => isReady(member) && !isOutdated(member.instanceId),
  ).length;
  pool.replaced = Math.min(pool.total, replaced);
  const isLeaving = group.members.some(
    ({ lifecycle, instanceId }) => isTerminating(lifecycle) && isOutdated(instanceId),
  );
  return pool.outdated.length === 0 && !isLeaving && replaced >= goal;
}

/** "Additional progress details for an Auto Scaling group that has a warm pool". */
export function describePoolProgress({ pool }: InstanceRefresh): {
  ProgressDetails?: InstanceRefreshProgressDetails;
} {
  if (pool === undefined) return {};
  return {
    ProgressDetails: {
      LivePoolProgress: {
        PercentageComplete: pool.livePercentage,
        InstancesToUpdate: pool.liveToUpdate,
      },
      WarmPoolProgress: {
        PercentageComplete: Math.floor((100 * pool.replaced) / pool.total),
        InstancesToUpdate: pool.outdated.length,
      },
    },
  };
}
