import { durations } from "../durations.ts";
import { terminateInstance } from "../ec2/instance-life.ts";
import { instanceState } from "../ec2/instance-tables.ts";
import { launchFromTemplate } from "../ec2/launch.ts";
import { AwsError } from "../error.ts";
import { findLoadBalancer } from "../load-balancing/load-balancer.ts";
import { deregister, register } from "../load-balancing/registration.ts";
import { defineEvent } from "../service.ts";
import type { Region } from "../world.ts";
import { beginActivity, causeTime, endActivity, findActivity } from "./activities.ts";
import {
  findGroup,
  type Group,
  type GroupSubnet,
  type LifecycleState,
  type Member,
  type TemplateReference,
} from "./group.ts";
import { launchFromConfiguration } from "./launch-configurations.ts";
import { holdTerminating } from "./lifecycle-holds.ts";
import { instanceTypesNow } from "./refresh.ts";

/** The members that count towards the group's capacity: on their way into service, or there. */
export function livingMembers(group: Group): Member[] {
  return group.members.filter(
    ({ lifecycle }) => lifecycle === "InService" || isLaunching(lifecycle),
  );
}

/** Whether it is on its way into service, held by a hook or not. */
export function isLaunching(lifecycle: LifecycleState): boolean {
  return lifecycle.startsWith("Pending");
}

/** Whether it is on its way out, held by a hook or not. */
export function isTerminating(lifecycle: LifecycleState): boolean {
  return lifecycle.startsWith("Terminating");
}

/**
 * Launches one instance in the zone that has the fewest of `beside`. A launch that fails leaves a failed
 * activity behind, and the next one waits.
 *
 * @returns whether it was launched.
 */
export function launchMember(
  region: Region,
  group: Group,
  template: TemplateReference,
  cause: string,
  beside: readonly Member[] = livingMembers(group),
): boolean {
  const subnet = emptiestSubnet(group, beside);
  if (subnet === undefined) return false;
  const activity = beginActivity(region, group, "Launching a new EC2 instance", cause, {
    zone: subnet.zone,
    subnetId: subnet.id,
  });
  try {
    checkLoadBalancers(region, group);
    const request = { subnetId: subnet.id, tags: launchTags(group, template) };
    const instance = template.isConfiguration
      ? launchFromConfiguration(region, template.name, request)
      : launchOneOf(region, instanceTypesNow(group), {
          template: { id: template.id, version: template.version },
          ...request,
        });
    activity.description = `Launching a new EC2 instance: ${instance.id}`;
    activity.status = "PreInService";
    activity.progress = 30;
    group.members.push({
      instanceId: instance.id,
      instanceType: instance.instanceType,
      imageId: instance.imageId,
      zone: subnet.zone,
      template,
      launchedAt: region.now,
      lifecycle: "Pending",
      health: "Healthy",
      protectedFromScaleIn: group.newInstancesProtected,
      inServiceAt: undefined,
      unhealthyBecause: undefined,
      activityId: activity.id,
    });
    group.failedLaunches = 0;
    group.failedZone = undefined;
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const message = `${error.message} Launching EC2 instance failed.`;
    activity.description = `Launching a new EC2 instance.  Status Reason: ${message}`;
    endActivity(region, activity, "Failed", message);
    launchFailed(region, group, subnet.zone);
    return false;
  }
}

/** Launches the first of the types that there is room for; of none, the template's own. */
function launchOneOf(
  region: Region,
  [first, ...others]: readonly string[],
  request: Parameters<typeof launchFromTemplate>[1],
): ReturnType<typeof launchFromTemplate> {
  try {
    return launchFromTemplate(region, { ...request, instanceType: first });
  } catch (error) {
    const isFull = error instanceof AwsError && error.code === "InsufficientInstanceCapacity";
    if (!isFull || others.length === 0) throw error;
    return launchOneOf(region, others, request);
  }
}

/** A group whose load balancer was deleted launches nothing ("Troubleshoot load balancer issues", User Guide). */
function checkLoadBalancers(region: Region, group: Group): void {
  const missing = group.loadBalancers.find(
    ({ name, state }) => state !== "Removing" && findLoadBalancer(region, name) === undefined,
  );
  if (missing === undefined) return;
  throw new AwsError(
    "ValidationError",
    `Cannot find Load Balancer ${missing.name}. Validating load balancer configuration failed.`,
  );
}

/** Makes the next launch wait, longer with each failure in a row. */
export function launchFailed(region: Region, group: Group, zone: string): void {
  const { groupLaunchRetry, groupLaunchRetryLongest } = durations;
  const wait = Math.min(groupLaunchRetryLongest, groupLaunchRetry * 2 ** group.failedLaunches);
  group.nextLaunchAt = region.now + wait * 1000;
  group.failedLaunches += 1;
  group.failedZone = zone;
  group.failingSince ??= region.now;
  if (region.now - group.failingSince < ADMINISTRATIVE_SUSPENSION) return;
  if (group.suspended["Launch"] !== undefined) return;
  const reason = `Administrative suspension at ${causeTime(region.now)}: no launch has succeeded for 24 hours`;
  group.suspended = { ...group.suspended, Launch: reason };
}

/**
 * "An administrative suspension most commonly applies to Auto Scaling groups that have been trying to
 * launch instances for over 24 hours but have not succeeded in launching any instances" (User Guide,
 * "Suspend and resume processes"). AWS documents neither its words nor which processes it concerns.
 */
const ADMINISTRATIVE_SUSPENSION = 24 * 3_600_000;

/** The subnet whose zone has the fewest instances; another one than where the last launch failed, if there is any. */
function emptiestSubnet(group: Group, beside: readonly Member[]): GroupSubnet | undefined {
  const elsewhere = group.subnets.filter((subnet) => subnet.zone !== group.failedZone);
  const candidates = elsewhere.length > 0 ? elsewhere : group.subnets;
  return candidates
    .map((subnet) => ({
      subnet,
      count: beside.filter((member) => member.zone === subnet.zone).length,
    }))
    .sort((one, other) => one.count - other.count)[0]?.subnet;
}

/** How many living members the zone has. */
export function countIn(group: Group, zone: string): number {
  return livingMembers(group).filter((member) => member.zone === zone).length;
}

/** AWS's own tags, which say where an instance comes from, and those that are to be propagated. */
function launchTags(group: Group, template: TemplateReference): Record<string, string> {
  return {
    "aws:autoscaling:groupName": group.name,
    ...(template.isConfiguration
      ? {}
      : {
          "aws:ec2launchtemplate:id": template.id,
          "aws:ec2launchtemplate:version": template.version,
        }),
    ...Object.fromEntries(
      Object.entries(group.tags)
        .filter(([, tag]) => tag.propagate)
        .map(([key, tag]) => [key, tag.value]),
    ),
  };
}

/** A launched instance runs: it enters service, and its load balancers. */
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

/** Registers an instance with the group's load balancers; one that is gone is passed over. */
export function registerMember(region: Region, group: Group, member: Member): void {
  for (const attached of group.loadBalancers) {
    const balancer = findLoadBalancer(region, attached.name);
    if (balancer !== undefined && attached.state !== "Removing") {
      register(region, balancer, member.instanceId);
    }
  }
}

/** Takes an instance out of its load balancers, lets its connections end, and terminates it. */
export function retireMember(region: Region, group: Group, member: Member, cause: string): void {
  if (isTerminating(member.lifecycle)) return;
  const launching = isLaunching(member.lifecycle)
    ? findActivity(group, member.activityId)
    : undefined;
  if (launching !== undefined && launching.endedAt === undefined) {
    endActivity(region, launching, "Cancelled");
  }
  member.lifecycle = "Terminating";
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
  const draining = leaveLoadBalancers(region, group, member);
  if (draining > 0) {
    activity.status = "WaitingForELBConnectionDraining";
    activity.description += " - Waiting For ELB Connection Draining.";
  }
  region.schedule(drained, draining, { group: group.name, instance: member.instanceId });
}

/** Takes it out of the group's load balancers. @returns the milliseconds until its connections have ended. */
export function leaveLoadBalancers(region: Region, group: Group, member: Member): number {
  const drains = group.loadBalancers.flatMap(({ name }) => {
    const balancer = findLoadBalancer(region, name);
    return balancer === undefined ? [] : [deregister(region, balancer, member.instanceId)];
  });
  return Math.max(0, ...drains);
}

/** No connection is left: the instance may go. */
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
    // "ForceDelete" goes without the hooks.
    if (group.deleting || !holdTerminating(region, group, member)) {
      finishTermination(region, member);
      return;
    }
    if (activity !== undefined)
      activity.description += " - Waiting For Terminate Lifecycle Action.";
    // So that the group sees its next deadline.
    region.instanceChanged(data.instance);
  },
);

/** Nothing holds it any more. */
export function finishTermination(region: Region, member: Member): void {
  const gone = instanceState(region, member.instanceId) === "terminated";
  terminateInstance(region, member.instanceId);
  // Of one that somebody terminated before, nothing more would be heard.
  if (gone) region.instanceChanged(member.instanceId);
}

/** An instance that was to go is gone. */
export function forgetMember(region: Region, group: Group, member: Member): void {
  group.members = group.members.filter((candidate) => candidate !== member);
  const activity = findActivity(group, member.activityId);
  if (activity !== undefined && activity.endedAt === undefined) {
    endActivity(region, activity, "Successful");
  }
}

/** Words of a launch's or a termination's cause. */
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
