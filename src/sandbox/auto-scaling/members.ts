import { terminateInstance } from "../ec2/instances/life.ts";
import { instanceState } from "../ec2/instances/tables.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { defineEvent, type Region } from "../region.ts";
import { beginActivity, causeTime, endActivity, findActivity } from "./activities.ts";
import { findGroup, type Group, type LifecycleState, type Member } from "./group.ts";
import { holdTerminating } from "./lifecycle-holds.ts";
import { currentSources, sourcesOf } from "./traffic-sources.ts";
import { isWarmed } from "./warm-pool.ts";

/** The members that count towards the group's capacity: pending or in service. */
export function livingMembers(group: Group): Member[] {
  return group.members.filter(
    ({ lifecycle }) => lifecycle === "InService" || isLaunching(lifecycle),
  );
}

/** Whether the member is pending, held by a hook or not. */
export function isLaunching(lifecycle: LifecycleState): boolean {
  return lifecycle.startsWith("Pending");
}

/** Whether the member is terminating, held by a hook or not. */
export function isTerminating(lifecycle: LifecycleState): boolean {
  return lifecycle.startsWith("Terminating") || lifecycle.startsWith("Warmed:Terminating");
}

/** The number of running or pending members in the zone. */
export function countIn(group: Group, zone: string): number {
  return livingMembers(group).filter((member) => member.zone === zone).length;
}

/** A launched instance is running: it enters service and is registered with the traffic sources. */
export function enterService(region: Region, group: Group, member: Member): void {
  member.lifecycle = "InService";
  member.inServiceAt = region.now;
  const activity = findActivity(group, member.activityId);
  if (activity !== undefined) endActivity(region, activity, "Successful");
  group.failingSince = undefined;
  if (group.suspended["AddToLoadBalancer"] === undefined) {
    registerMember(region, group, member);
  }
}

/** Registers an instance with the group's traffic sources. Skips those that no longer exist. */
export function registerMember(region: Region, group: Group, member: Member): void {
  for (const source of currentSources(region, group)) source.register(member.instanceId);
}

/** Deregisters an instance from its traffic sources, drains its connections, and terminates it. */
export function retireMember(region: Region, group: Group, member: Member, cause: string): void {
  if (isTerminating(member.lifecycle)) return;
  const { lifecycle } = member;
  const launching =
    isLaunching(lifecycle) || lifecycle.startsWith("Warmed:Pending")
      ? findActivity(group, member.activityId)
      : undefined;
  if (launching !== undefined && launching.endedAt === undefined) {
    endActivity(region, launching, "Cancelled");
  }
  member.lifecycle = isWarmed(lifecycle) ? "Warmed:Terminating" : "Terminating";
  member.actions = [];
  const subnet = group.subnets.find((candidate) => candidate.zone === member.zone);
  const activity = beginActivity(
    region,
    group,
    `Terminating EC2 instance: ${member.instanceId}`,
    cause,
    { zone: member.zone, subnetId: subnet?.id ?? "" },
  );
  member.activityId = activity.id;
  const draining = leaveTrafficSources(region, group, member);
  if (draining > 0) {
    activity.status = "WaitingForELBConnectionDraining";
    activity.description += " - Waiting For ELB Connection Draining.";
  }
  region.schedule(drained, draining, { group: group.name, instance: member.instanceId });
}

/**
 * Deregisters the instance from the group's traffic sources. @returns the milliseconds until it is
 * drained.
 */
export function leaveTrafficSources(region: Region, group: Group, member: Member): number {
  const drains = sourcesOf(region, group).map((source) => source.deregister(member.instanceId));
  return Math.max(0, ...drains);
}

/** The instance is drained and can be terminated. */
export const drained = defineEvent<{ group: string; instance: string }>(
  "auto-scaling.drained",
  (region, data) => {
    const group = findGroup(region, data.group);
    const member = group?.members.find((candidate) => candidate.instanceId === data.instance);
    if (group === undefined || member === undefined) return;
    const activity = findActivity(group, member.activityId);
    if (activity !== undefined) {
      activity.status = "InProgress";
      activity.progress = 50;
    }
    // "ForceDelete" skips the hooks.
    if (group.deleting || !holdTerminating(region, group, member)) {
      finishTermination(region, member);
      return;
    }
    if (activity !== undefined)
      activity.description += " - Waiting For Terminate Lifecycle Action.";
    // The group must compute its next deadline.
    region.signal(instanceChanged, data.instance);
  },
);

/** No hook holds the instance any more. */
export function finishTermination(region: Region, member: Member): void {
  const gone = instanceState(region, member.instanceId) === "terminated";
  terminateInstance(region, member.instanceId);
  // An instance that somebody terminated before sends no further event.
  if (gone) region.signal(instanceChanged, member.instanceId);
}

/** A terminating instance is terminated. */
export function forgetMember(region: Region, group: Group, member: Member): void {
  group.members = group.members.filter((candidate) => candidate !== member);
  const activity = findActivity(group, member.activityId);
  if (activity !== undefined && activity.endedAt === undefined) {
    endActivity(region, activity, "Successful");
  }
}

/** The text of the cause of a launch or a termination. */
export function capacityCause(
  region: Region,
  group: Group,
  kind: "started" | "taken out of service",
  change: number,
): string {
  const actual = livingMembers(group).length;
  const [verb, direction] =
    kind === "started"
      ? ["was started in response to", "increasing"]
      : ["was taken out of service in response to", "shrinking"];
  const difference = `At ${causeTime(region.now)} an instance ${verb} a difference between desired and actual capacity, ${direction} the capacity from ${actual} to ${actual + change}.`;
  return [...group.reasons, difference].join("  ");
}
