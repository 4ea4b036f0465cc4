import { durations } from "../durations.ts";
import { terminateInstance } from "../ec2/instance-life.ts";
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
  type Member,
  type TemplateReference,
} from "./group.ts";

/** The members that count towards the group's capacity. */
export function livingMembers(group: Group): Member[] {
  return group.members.filter(
    ({ lifecycle }) => lifecycle !== "Terminating" && lifecycle !== "Detaching",
  );
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
    const instance = launchFromTemplate(region, {
      template: { id: template.id, version: template.version },
      subnetId: subnet.id,
      tags: launchTags(group, template),
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
}

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
    "aws:ec2launchtemplate:id": template.id,
    "aws:ec2launchtemplate:version": template.version,
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
  if (member.lifecycle === "Terminating") return;
  const launching =
    member.lifecycle === "Pending" ? findActivity(group, member.activityId) : undefined;
  if (launching !== undefined) endActivity(region, launching, "Cancelled");
  member.lifecycle = "Terminating";
  const subnet = group.subnets.find((candidate) => candidate.zone === member.zone);
  const activity = beginActivity(
    region,
    group,
    `Terminating EC2 instance: ${member.instanceId}`,
    cause,
    { zone: member.zone, subnetId: subnet?.id ?? "" },
  );
  member.activityId = activity.id;
  let draining = 0;
  for (const attached of group.loadBalancers) {
    const balancer = findLoadBalancer(region, attached.name);
    if (balancer === undefined) continue;
    draining = Math.max(draining, deregister(region, balancer, member.instanceId));
  }
  if (draining > 0) {
    activity.status = "WaitingForELBConnectionDraining";
    activity.description += " - Waiting For ELB Connection Draining.";
  }
  region.schedule(drained, draining, { group: group.name, instance: member.instanceId });
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
    terminateInstance(region, data.instance);
  },
);

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
