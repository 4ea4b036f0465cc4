import { instanceState, instances } from "../ec2/instances/tables.ts";
import { describeHealth } from "../load-balancing/health.ts";
import { findLoadBalancer, type Registration } from "../load-balancing/load-balancer.ts";
import type { Region } from "../region.ts";
import { causeTime, endActivity, findActivity } from "./activities.ts";
import { durations } from "./durations.ts";
import type { AttachedLoadBalancer, Group, Member } from "./group.ts";
import { launchFailed } from "./launch-member.ts";
import { holdLaunching } from "./lifecycle-holds.ts";
import { enterService, forgetMember } from "./members.ts";

/** Copies what EC2 and the load balancers report about a group's instances. */
export function observeMembers(region: Region, group: Group): void {
  observeLoadBalancers(region, group);
  for (const member of [...group.members]) {
    const state = instanceState(region, member.instanceId);
    switch (member.lifecycle) {
      case "Pending":
        // An instance that leaves standby is in service again, whatever its state was during standby.
        if (member.inServiceAt !== undefined) enterService(region, group, member);
        else if (state !== "pending" && state !== "running") launchDied(region, group, member);
        else if (state === "running" && !holdLaunching(region, group, member)) {
          enterService(region, group, member);
        }
        break;
      case "Pending:Wait":
        if (state !== "running") launchDied(region, group, member);
        break;
      case "Pending:Proceed":
        if (state === "running") enterService(region, group, member);
        else launchDied(region, group, member);
        break;
      case "InService":
        examineMember(region, group, member, state);
        break;
      case "EnteringStandby":
      case "Standby":
      case "Terminating":
      case "Terminating:Proceed":
        if (state === "terminated") forgetMember(region, group, member);
        break;
      case "Terminating:Wait":
        // The hook holds the member in the group, even when the instance itself is gone.
        break;
    }
  }
}

/**
 * "After at least one registered instance passes the health checks, it enters the InService state.
 * When the load balancer is in the InService state, Amazon EC2 Auto Scaling can terminate and replace
 * any instances that are reported as unhealthy." (User Guide, "Verify the attachment status")
 */
function observeLoadBalancers(region: Region, group: Group): void {
  if (group.healthCheckType !== "ELB") return;
  for (const attached of group.loadBalancers) {
    const passing = group.members.some(
      (member) =>
        member.lifecycle === "InService" && registrationOf(region, attached, member)?.inService,
    );
    if (passing) attached.inService = true;
  }
}

/** An instance ended before it was ever running. */
function launchDied(region: Region, group: Group, member: Member): void {
  const activity = findActivity(group, member.activityId);
  if (activity !== undefined) {
    const reason = region.table(instances).latest(member.instanceId)?.stateReason;
    const message = `Instance became unhealthy while waiting for instance to be in InService state.${
      reason === undefined ? "" : ` Termination Reason: ${reason.code}: ${reason.message}`
    }`;
    endActivity(region, activity, "Failed", message);
  }
  launchFailed(region, group, member.zone);
  group.members = group.members.filter((candidate) => candidate !== member);
}

function examineMember(region: Region, group: Group, member: Member, state: string): void {
  if (member.health === "Unhealthy" || group.suspended["HealthCheck"] !== undefined) return;
  const at = causeTime(region.now);
  if (state !== "running") {
    // An instance that is not running is unhealthy, even during the grace period.
    member.health = "Unhealthy";
    member.unhealthyBecause = `At ${at} an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.`;
  } else if (region.table(instances).latest(member.instanceId)?.guest.impaired) {
    member.health = "Unhealthy";
    member.unhealthyBecause = `At ${at} an instance was taken out of service in response to an EC2 instance status checks failure.`;
  } else if (
    group.healthCheckType === "ELB" &&
    region.now >= graceEnd(group, member) &&
    isOutOfService(region, group, member)
  ) {
    member.health = "Unhealthy";
    member.unhealthyBecause = `At ${at} an instance was taken out of service in response to an ELB system health check failure.`;
  }
}

/** Until then the health that a load balancer reports does not count. */
export function graceEnd(group: Group, member: Member): number {
  return (member.inServiceAt ?? member.launchedAt) + group.graceSeconds * 1000;
}

/**
 * Whether a load balancer whose report counts reports an instance as OutOfService, for any reason.
 * "registration is still in progress" is OutOfService, too (API reference of InstanceState).
 */
function isOutOfService(region: Region, group: Group, member: Member): boolean {
  return group.loadBalancers.some((attached) => {
    if (attached.inService !== true || attached.state === "Removing") return false;
    const balancer = findLoadBalancer(region, attached.name);
    const registration = registrationOf(region, attached, member);
    return (
      balancer !== undefined &&
      registration !== undefined &&
      region.now >= seenFrom(registration) &&
      describeHealth(region, balancer, registration).State === "OutOfService"
    );
  });
}

/** The group polls its load balancers, so it has not seen a registration of this moment yet. */
function seenFrom(registration: Registration): number {
  return registration.registeredAt + durations.groupDiscovery * 1000;
}

/** The time from which a load balancer's report about an instance counts. */
export function balancersCountFrom(region: Region, group: Group, member: Member): number {
  const seen = group.loadBalancers.map((attached) => {
    const registration = registrationOf(region, attached, member);
    return registration === undefined ? 0 : seenFrom(registration);
  });
  return Math.max(graceEnd(group, member), ...seen);
}

function registrationOf(
  region: Region,
  attached: AttachedLoadBalancer,
  member: Member,
): Registration | undefined {
  return findLoadBalancer(region, attached.name)?.registrations.find(
    (candidate) => candidate.instanceId === member.instanceId,
  );
}

/**
 * The health that the group's load balancers report. All of them must have the instance in service. A
 * load balancer that is gone, or that does not have the instance, reports nothing.
 */
export function balancerHealth(
  region: Region,
  group: Group,
  member: Member,
): "passing" | "failing" | "unknown" {
  let health: "passing" | "unknown" = "passing";
  for (const attached of group.loadBalancers) {
    const registration = registrationOf(region, attached, member);
    if (registration?.inService) continue;
    if (registration?.failed) return "failing";
    health = "unknown";
  }
  return health;
}

/** Whether an instance is healthy by the health checks of its group. */
export function isWorking(region: Region, group: Group, member: Member): boolean {
  return (
    member.lifecycle === "InService" &&
    member.health === "Healthy" &&
    (group.healthCheckType === "EC2" || balancerHealth(region, group, member) === "passing")
  );
}

/** Whether an instance is known to be unhealthy. */
export function isBroken(region: Region, group: Group, member: Member): boolean {
  return (
    member.health === "Unhealthy" ||
    (group.healthCheckType === "ELB" && balancerHealth(region, group, member) === "failing")
  );
}
