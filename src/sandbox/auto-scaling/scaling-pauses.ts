import { alarms } from "../cloud-watch/alarms.ts";
import type { Region } from "../region.ts";
import { durations } from "./durations.ts";
import type { Group, Member } from "./group.ts";
import { isLaunching, livingMembers } from "./members.ts";
import { activeRefresh } from "./refresh.ts";
import type { ScalingPolicy } from "./scaling-policy.ts";

/**
 * Until when a policy takes a server for one that warms up: "If default instance warmup is null, then
 * EstimatedInstanceWarmup falls back to the value of default cooldown" (API reference of PutScalingPolicy).
 */
function warmedUpAt(group: Group, policy: ScalingPolicy, member: Member): number {
  const seconds = policy.warmupSeconds ?? group.warmupSeconds ?? group.cooldownSeconds;
  return (member.inServiceAt ?? member.launchedAt) + seconds * 1000;
}

/** The servers of a group that are in service and no longer warm up. */
export function warmMembers(region: Region, group: Group, policy: ScalingPolicy): Member[] {
  return group.members.filter(
    (member) => member.lifecycle === "InService" && region.now >= warmedUpAt(group, policy, member),
  );
}

/**
 * From when a policy may scale in. "While the scale-out activity is in progress, all scale-in activities
 * initiated by scaling policies are blocked until the instances finish warming up" (User Guide). The same
 * holds for the servers that an instance refresh replaces.
 */
export function scaleInFrom(group: Group, policy: ScalingPolicy): number {
  const living = livingMembers(group);
  if (living.some(({ lifecycle }) => isLaunching(lifecycle))) return Number.POSITIVE_INFINITY;
  const refresh = activeRefresh(group);
  const replaced = refresh === undefined ? 0 : refresh.preferences.warmupSeconds * 1000;
  return Math.max(
    0,
    ...living.map((member) =>
      Math.max(warmedUpAt(group, policy, member), (member.inServiceAt ?? 0) + replaced),
    ),
  );
}

/** The same for target tracking, which also waits for the effect of the last change. */
export function trackingScaleInFrom(group: Group, policy: ScalingPolicy): number {
  if (group.members.some(({ lifecycle }) => lifecycle === "Terminating")) {
    return Number.POSITIVE_INFINITY;
  }
  const seen = group.scaledAt + durations.scaleInPause * 1000;
  return Math.max(seen, scaleInFrom(group, policy));
}

/**
 * From when a simple scaling policy may act again. It "must wait for the scaling activity or health check
 * replacement to complete and the cooldown period to end". The cooldown starts "when the last instance
 * finishes launching or terminating", without the time of hooks of termination (User Guide, "Scaling
 * cooldowns").
 */
export function cooldownEnd(group: Group, seconds: number): number {
  const isBusy = group.members.some(
    ({ lifecycle }) => isLaunching(lifecycle) || lifecycle === "Terminating",
  );
  if (isBusy) return Number.POSITIVE_INFINITY;
  const ended = group.activities
    .filter(({ status }) => status === "Successful")
    .map(({ endedAt }) => endedAt ?? 0);
  return Math.max(group.scaledAt, ...ended) + seconds * 1000;
}

/**
 * When servers begin to count in the metric of their group, if an alarm may watch it. Alarms sleep while
 * nothing changes.
 */
export function countedFrom(region: Region, { warmupSeconds = 0, members }: Group): number[] {
  if (warmupSeconds === 0 || region.table(alarms).all().length === 0) return [];
  return members
    .filter(({ lifecycle }) => lifecycle === "InService")
    .map(({ inServiceAt = 0 }) => inServiceAt + warmupSeconds * 1000);
}

/** When a pause of a policy ends, which may then act on an alarm that has not changed since. */
export function pauseEnds(group: Group): number[] {
  return (group.policies ?? []).flatMap((policy) => {
    if (!policy.enabled) return [];
    const { scaling } = policy;
    if (scaling.type === "SimpleScaling") {
      return [cooldownEnd(group, scaling.cooldownSeconds ?? group.cooldownSeconds)];
    }
    const warm = group.members
      .filter(({ lifecycle }) => lifecycle === "InService")
      .map((member) => warmedUpAt(group, policy, member));
    return scaling.type === "StepScaling" ? warm : [...warm, trackingScaleInFrom(group, policy)];
  });
}
