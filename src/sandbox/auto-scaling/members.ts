import { durations } from "../durations.ts";
import { terminateInstance } from "../ec2/instance-life.ts";
import { instanceState } from "../ec2/instance-tables.ts";
import { launchFromTemplate } from "../ec2/launch.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { AwsError } from "../error.ts";
import { findLoadBalancer } from "../load-balancing/load-balancer.ts";
import { deregister, register } from "../load-balancing/registration.ts";
import { defineEvent, type Region } from "../region.ts";
import { beginActivity, causeTime, endActivity, findActivity } from "./activities.ts";
import {
  findGroup,
  type Group,
  type GroupSubnet,
  type LifecycleState,
  type Member,
} from "./group.ts";
import { launchFromConfiguration } from "./launch-configurations.ts";
import { holdTerminating } from "./lifecycle-holds.ts";
import { instanceTypesNow } from "./refresh.ts";
import type { TemplateReference } from "./template-reference.ts";

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
  return lifecycle.startsWith("Terminating");
}

/**
 * Launches one instance in the zone with the fewest of `beside`. A failed launch is recorded as a failed
 * activity and delays the next one.
 *
 * @returns whether the instance was launched.
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

/** Launches the first type with capacity. Without a list of types, launches the template's own. */
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

/**
 * A group with a deleted load balancer launches nothing ("Troubleshoot load balancer issues", User
 * Guide).
 */
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

/** Delays the next launch, longer after each consecutive failure. */
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
 * "Suspend and resume processes"). AWS does not document its message or which processes it suspends.
 */
const ADMINISTRATIVE_SUSPENSION = 24 * 3_600_000;

/**
 * The subnet of the zone with the fewest instances. Avoids the zone of the last failed launch, if
 * possible.
 */
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

/** The number of running or pending members in the zone. */
export function countIn(group: Group, zone: string): number {
  return livingMembers(group).filter((member) => member.zone === zone).length;
}

/** AWS's own tags, which name the origin of an instance, and the tags that the group propagates. */
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

/** A launched instance is running: it enters service and is registered with the load balancers. */
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

/** Registers an instance with the group's load balancers. Skips load balancers that no longer exist. */
export function registerMember(region: Region, group: Group, member: Member): void {
  for (const attached of group.loadBalancers) {
    const balancer = findLoadBalancer(region, attached.name);
    if (balancer !== undefined && attached.state !== "Removing") {
      register(region, balancer, member.instanceId);
    }
  }
}

/** Deregisters an instance from its load balancers, drains its connections, and terminates it. */
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

/**
 * Deregisters the instance from the group's load balancers. @returns the milliseconds until it is
 * drained.
 */
export function leaveLoadBalancers(region: Region, group: Group, member: Member): number {
  const drains = group.loadBalancers.flatMap(({ name }) => {
    const balancer = findLoadBalancer(region, name);
    return balancer === undefined ? [] : [deregister(region, balancer, member.instanceId)];
  });
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
