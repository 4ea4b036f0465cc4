import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import { durations } from "./durations.ts";
import type { Group, Member } from "./group.ts";
import { isBroken, isWorking } from "./health.ts";
import { launchMember } from "./launch-member.ts";
import { isTerminating, livingMembers, retireMember } from "./members.ts";
import { capacityBounds, launchTemplateNow } from "./refresh.ts";
import { alarmFailure } from "./refresh-alarms.ts";
import { bake, finish } from "./refresh-end.ts";
import { poolToReplace, replacePool } from "./refresh-pool.ts";
import type { InstanceRefresh } from "./refresh-record.ts";
import { beginRefresh, isFromConfiguration, isSetApart, mindStandby } from "./refresh-scope.ts";
import { retireOrder } from "./retire-order.ts";

/** Performs the next possible actions of a refresh in progress. */
export function stepRefresh(region: Region, group: Group, refresh: InstanceRefresh): void {
  if (refresh.status === "Pending") beginRefresh(region, group, refresh);
  if (refresh.status === "Cancelling") {
    // Waits for pending instances.
    const settled = group.members.every(
      ({ lifecycle }) => lifecycle === "InService" || isSetApart(lifecycle),
    );
    if (settled) finish(region, group, refresh, "Cancelled", refresh.reason);
    return;
  }
  if (group.suspended["InstanceRefresh"] !== undefined) return;
  const failure = alarmFailure(region, refresh);
  if (failure !== undefined) fail(region, group, refresh, failure);
  else if (refresh.status === "Baking") bake(region, group, refresh);
  else replace(region, group, refresh);
}

/**
 * Starts a rollback: instances that the refresh launched are replaced from the previous
 * configuration.
 */
export function beginRollback(
  region: Region,
  group: Group,
  refresh: InstanceRefresh,
  reason: string,
): void {
  refresh.rollback = {
    reason,
    startedAt: region.now,
    percentage: refresh.percentage,
    toUpdate: refresh.toUpdate,
  };
  refresh.status = "RollbackInProgress";
  refresh.reason = reason;
  refresh.stalledSince = undefined;
  const going = new Set(refresh.outdated);
  refresh.outdated = livingMembers(group)
    .filter(
      (member) =>
        !going.has(member.instanceId) &&
        !isFromConfiguration(region, member, refresh.previous, group.mixed),
    )
    .map((member) => member.instanceId);
  refresh.total = refresh.outdated.length;
  refresh.matching = livingMembers(group).length - refresh.total;
  refresh.pool = poolToReplace(
    group,
    (member) => !isFromConfiguration(region, member, refresh.previous, group.mixed),
  );
  // The earlier launch failures belong to the new configuration.
  group.failedLaunches = 0;
  group.nextLaunchAt = region.now;
}

function replace(region: Region, group: Group, refresh: InstanceRefresh): void {
  const bounds = capacityBounds(group.desired, refresh.preferences);
  const state = look(region, group, refresh);
  const standing = ["Launch", "Terminate"].find(
    (process) => group.suspended[process] !== undefined,
  );
  let waitingFor = mindStandby(region, group, refresh);
  if (standing !== undefined) {
    // "InstanceRefresh does not replace instances", with either of them suspended.
    waitingFor = `The ${standing} process is suspended.`;
  } else {
    waitingFor = retireOutdated(region, group, refresh, state, bounds.least) ?? waitingFor;
    launchReplacements(region, group, refresh, bounds.most);
  }
  const after = look(region, group, refresh);
  const isLiveDone =
    (waitingFor === undefined || standing !== undefined) && isDone(group, refresh, after);
  const isPoolDone =
    isLiveDone && standing === undefined
      ? replacePool(region, group, refresh)
      : refresh.pool === undefined;
  const advanced = report(refresh, group, after);
  const { blocked, warming } = after;
  if (isLiveDone && isPoolDone) {
    if (refresh.rollback === undefined) bake(region, group, refresh);
    else finish(region, group, refresh, "RollbackSuccessful", undefined);
    return;
  }
  if (warming !== undefined) {
    refresh.reason = `Waiting for instances to warm up before continuing. For example: ${warming} is warming up.`;
  } else if (isLiveDone && standing === undefined) {
    refresh.reason = "Waiting for remaining instances in the warm pool to be available.";
  } else {
    refresh.reason = waitingFor ?? blocked ?? "Waiting for remaining instances to be available.";
  }
  if (advanced || warming !== undefined) refresh.stalledSince = undefined;
  else refresh.stalledSince ??= region.now;
  if (region.now >= stallEnd(refresh)) {
    fail(
      region,
      group,
      refresh,
      `Instance refresh failed after an hour without progress. ${refresh.reason}`,
    );
  }
}

/** When a refresh without progress fails. */
export function stallEnd(refresh: InstanceRefresh): number {
  return refresh.stalledSince === undefined
    ? Number.POSITIVE_INFINITY
    : refresh.stalledSince + durations.instanceRefreshStall * 1000;
}

interface RefreshState {
  readonly outdated: readonly Member[];
  readonly replacements: readonly Member[];
  /** Instances in service, healthy and warmed up, both old and new. */
  readonly ready: ReadonlySet<Member>;
  /** An instance that still has to warm up. */
  readonly warming: string | undefined;
  /** Why an instance is not ready. */
  readonly blocked: string | undefined;
  /** Whether replaced instances are still terminating. */
  readonly leaving: boolean;
}

function look(region: Region, group: Group, refresh: InstanceRefresh): RefreshState {
  const going = new Set(refresh.outdated);
  const living = livingMembers(group);
  const outdated = living.filter((member) => going.has(member.instanceId));
  const replacements = living.filter((member) => !going.has(member.instanceId));
  const ready = new Set<Member>();
  let warming: string | undefined;
  let blocked: string | undefined;
  for (const member of living) {
    if (!isWorking(region, group, member)) {
      const service =
        member.lifecycle === "InService" && group.healthCheckType === "ELB"
          ? "Elastic Load Balancing"
          : "Amazon EC2";
      blocked ??= `Waiting for remaining instances to be available. For example: ${member.instanceId} has insufficient data to evaluate its health with ${service}.`;
    } else if (!going.has(member.instanceId) && region.now < warmEnd(refresh, member)) {
      warming ??= member.instanceId;
    } else {
      ready.add(member);
    }
  }
  if (group.failedLaunches > 0) {
    blocked = `Launching new instances failed: ${lastFailure(group)}`;
  }
  const leaving = group.members.some(
    ({ lifecycle, instanceId }) => isTerminating(lifecycle) && going.has(instanceId),
  );
  return { outdated, replacements, ready, warming, blocked, leaving };
}

/** The time at which a new instance is warmed up. */
export function warmEnd(refresh: InstanceRefresh, member: Member): number {
  return (member.inServiceAt ?? member.launchedAt) + refresh.preferences.warmupSeconds * 1000;
}

/** Terminates as many old instances as allowed. Returns the reason when one cannot be terminated. */
function retireOutdated(
  region: Region,
  group: Group,
  refresh: InstanceRefresh,
  state: RefreshState,
  least: number,
): string | undefined {
  let spare = state.ready.size - least;
  let waitingFor: string | undefined;
  for (const member of retireOrder(group, state.outdated)) {
    if (member.protectedFromScaleIn && refresh.preferences.protectedInstances !== "Refresh") {
      if (refresh.preferences.protectedInstances === "Ignore") {
        refresh.outdated = refresh.outdated.filter((id) => id !== member.instanceId);
        refresh.total -= 1;
      } else {
        waitingFor = `Waiting for remaining instances to be available. For example: ${member.instanceId} is protected. Remove instance scale-in protection to continue.`;
      }
      continue;
    }
    // Terminating an unhealthy instance costs no capacity. In a rollback, nor does one of unknown health.
    const lost = refresh.rollback !== undefined || isBroken(region, group, member);
    if (state.ready.has(member) || !lost) {
      if (spare <= 0) continue;
      spare -= 1;
    }
    retireMember(
      region,
      group,
      member,
      `At ${causeTime(region.now)} an instance was taken out of service in response to an instance refresh.`,
    );
  }
  return waitingFor;
}

function launchReplacements(
  region: Region,
  group: Group,
  refresh: InstanceRefresh,
  most: number,
): void {
  const going = new Set(refresh.outdated);
  for (;;) {
    const living = livingMembers(group);
    const replacements = living.filter((member) => !going.has(member.instanceId)).length;
    if (living.length >= most || replacements >= group.desired) return;
    if (region.now < group.nextLaunchAt) return;
    const cause = `At ${causeTime(region.now)} an instance was started in response to an instance refresh.`;
    // The zones are balanced over the instances that stay.
    const staying = livingMembers(group).filter((member) => !going.has(member.instanceId));
    const options = { beside: staying };
    if (!launchMember(region, group, launchTemplateNow(group), cause, options)) return;
  }
}

/** Computes the progress. Returns whether it increased. */
function report(refresh: InstanceRefresh, group: Group, state: RefreshState): boolean {
  const ready = state.replacements.filter((member) => state.ready.has(member)).length;
  const gone = refresh.total - state.outdated.length;
  const done = Math.max(0, Math.min(gone, ready - refresh.matching));
  const { rollback, pool } = refresh;
  const total = refresh.total + (pool?.total ?? 0);
  const share = total === 0 ? 1 : (done + (pool?.replaced ?? 0)) / total;
  const before = refresh.percentage;
  if (rollback === undefined) {
    refresh.percentage = Math.floor(share * 100);
    const surplus = state.outdated.length + state.replacements.length - group.desired;
    const live = Math.max(0, state.outdated.length - Math.max(0, surplus));
    refresh.toUpdate = live + (pool?.outdated.length ?? 0);
    if (pool !== undefined) {
      pool.liveToUpdate = live;
      pool.livePercentage = Math.floor(refresh.total === 0 ? 100 : (100 * done) / refresh.total);
    }
    return refresh.percentage > before;
  }
  // "This value gradually goes back down to zero during a rollback."
  refresh.percentage = Math.ceil(rollback.percentage * (1 - share));
  return refresh.percentage < before;
}

function isDone(group: Group, refresh: InstanceRefresh, state: RefreshState): boolean {
  return (
    state.outdated.length === 0 &&
    !state.leaving &&
    state.replacements.length >= group.desired &&
    state.replacements.every((member) => state.ready.has(member)) &&
    refresh.status !== "Pending"
  );
}

function fail(region: Region, group: Group, refresh: InstanceRefresh, reason: string): void {
  if (refresh.rollback !== undefined) {
    finish(region, group, refresh, "RollbackFailed", reason);
  } else if (refresh.preferences.autoRollback) {
    beginRollback(region, group, refresh, `Auto rollback was initiated. ${reason}`);
    replace(region, group, refresh);
  } else {
    finish(region, group, refresh, "Failed", reason);
  }
}

function lastFailure(group: Group): string {
  return group.activities.findLast((activity) => activity.status === "Failed")?.message ?? "";
}
