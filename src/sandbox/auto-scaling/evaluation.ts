import { metricsChanged } from "../cloud-watch/signals.ts";
import { defineEvent, type Region } from "../region.ts";
import { meetCapacity, retireUnhealthy } from "./capacity.ts";
import { durations } from "./durations.ts";
import { allGroups, findGroup, type Group, removeGroup } from "./group.ts";
import { observeMembers, sourcesCountFrom } from "./health.ts";
import { endOverdueActions } from "./lifecycle-actions.ts";
import { finishTermination, retireMember } from "./members.ts";
import { tendPool } from "./pool-size.ts";
import { activeRefresh } from "./refresh.ts";
import { stallEnd, stepRefresh, warmEnd } from "./refresh-step.ts";
import { countedFrom, pauseEnds } from "./scaling-pauses.ts";
import { observePool } from "./warm-members.ts";
import { isWarmed } from "./warm-pool.ts";

/** How soon the service evaluates a group. */
const DELAYS = {
  /** After a request. */
  reaction: durations.groupReaction * 1000,
  /** After an instance changed outside the service. */
  discovery: durations.groupDiscovery * 1000,
  /** After the service's own action. */
  now: 0,
} as const;

/**
 * Schedules the evaluation of a group. Of several only the soonest runs. Each evaluation computes when
 * the next one is due, so a group at rest has none.
 */
export function wake(region: Region, group: Group, when: keyof typeof DELAYS): void {
  wakeAt(region, group, region.now + DELAYS[when]);
}

function wakeAt(region: Region, group: Group, at: number): void {
  if (group.evaluateAt !== undefined && group.evaluateAt <= at) return;
  group.evaluateAt = at;
  region.schedule(evaluation, at - region.now, { group: group.name, at });
}

/** An alarm may be the first one that watches servers that warm up. */
export function mindAlarms(region: Region): void {
  for (const group of allGroups(region)) {
    const next = Math.min(...countedFrom(region, group).filter((at) => at > region.now));
    if (Number.isFinite(next)) wakeAt(region, group, next);
  }
}

export const evaluation = defineEvent<{ group: string; at: number }>(
  "auto-scaling.evaluation",
  (region, data) => {
    const group = findGroup(region, data.group);
    // An earlier evaluation replaced this one.
    if (group === undefined || group.evaluateAt !== data.at) return;
    group.evaluateAt = undefined;
    evaluate(region, group);
    // Other servers may be in service, and a policy that had to wait may act.
    region.signal(metricsChanged, undefined);
  },
);

function evaluate(region: Region, group: Group): void {
  endOverdueActions(region, group);
  observeMembers(region, group);
  observePool(region, group);
  if (group.deleting) {
    dismantle(region, group);
    return;
  }
  retireUnhealthy(region, group);
  const refresh = activeRefresh(group);
  if (refresh !== undefined) stepRefresh(region, group, refresh);
  // A refresh that only waits leaves the capacity to the group.
  if ((activeRefresh(group)?.status ?? "Baking") === "Baking") meetCapacity(region, group);
  tendPool(region, group);
  const next = nextMoment(region, group);
  if (next !== undefined) wakeAt(region, group, next);
}

function dismantle(region: Region, group: Group): void {
  if (group.members.length === 0) {
    removeGroup(region, group);
    return;
  }
  // Detaching instances are handled by their own events.
  for (const member of group.members.filter(({ lifecycle }) => lifecycle !== "Detaching")) {
    // A forced deletion does not wait for hooks.
    if (member.lifecycle.endsWith("Terminating:Wait")) {
      member.lifecycle = isWarmed(member.lifecycle)
        ? "Warmed:Terminating:Proceed"
        : "Terminating:Proceed";
      finishTermination(region, member);
    }
    retireMember(
      region,
      group,
      member,
      `${group.reasons.join("  ")}  At ${new Date(region.now).toISOString()} instance ${member.instanceId} was taken out of service.`,
    );
  }
}

/** The time at which the soonest wait ends, if nothing else happens before. */
function nextMoment(region: Region, group: Group): number | undefined {
  const moments: number[] = [
    group.nextLaunchAt,
    ...pauseEnds(group),
    ...countedFrom(region, group),
  ];
  const refresh = activeRefresh(group);
  for (const member of group.members) {
    moments.push(...(member.actions ?? []).map(({ deadline }) => deadline));
    if (member.lifecycle !== "InService") continue;
    if (group.healthCheckType === "ELB") moments.push(sourcesCountFrom(region, group, member));
    if (refresh !== undefined) moments.push(warmEnd(refresh, member));
  }
  if (refresh !== undefined) moments.push(stallEnd(refresh), refresh.bakedAt ?? 0);
  const future = moments.filter((moment) => moment > region.now && Number.isFinite(moment));
  return future.length === 0 ? undefined : Math.min(...future);
}
