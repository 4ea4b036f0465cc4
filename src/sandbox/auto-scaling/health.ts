import { instanceState, instances } from "../ec2/instances/tables.ts";
import type { Region } from "../region.ts";
import { causeTime, endActivity, findActivity } from "./activities.ts";
import { durations } from "./durations.ts";
import type { Group, Member } from "./group.ts";
import { launchFailed } from "./launch-member.ts";
import { holdLaunching } from "./lifecycle-holds.ts";
import { enterService, forgetMember } from "./members.ts";
import { reportedHealth, sourcesOf } from "./traffic-sources.ts";

/** Copies what EC2 and the traffic sources report about a group's instances. */
export function observeMembers(region: Region, group: Group): void {
  observeTrafficSources(region, group);
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
function observeTrafficSources(region: Region, group: Group): void {
  if (group.healthCheckType !== "ELB") return;
  for (const source of sourcesOf(region, group)) {
    const passing = group.members.some(
      ({ lifecycle, instanceId }) =>
        lifecycle === "InService" && source.report(instanceId)?.health === "passing",
    );
    if (passing) source.attached.inService = true;
  }
}

/** An instance ended before it was ever running. */
export function launchDied(region: Region, group: Group, member: Member): void {
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

/** Until then the health that a traffic source reports does not count. */
export function graceEnd(group: Group, member: Member): number {
  return (member.inServiceAt ?? member.launchedAt) + group.graceSeconds * 1000;
}

/** Whether a traffic source whose report counts reports an instance as unhealthy, for any reason. */
function isOutOfService(region: Region, group: Group, member: Member): boolean {
  return sourcesOf(region, group).some(({ attached, report }) => {
    if (attached.inService !== true || attached.state === "Removing") return false;
    const reported = report(member.instanceId);
    return reported?.isUnhealthy === true && region.now >= seenFrom(reported);
  });
}

/** The group polls its traffic sources, so it has not seen a registration of this moment yet. */
function seenFrom({ registeredAt }: { readonly registeredAt: number }): number {
  return registeredAt + durations.groupDiscovery * 1000;
}

/** The time from which a traffic source's report about an instance counts. */
export function sourcesCountFrom(region: Region, group: Group, member: Member): number {
  const seen = sourcesOf(region, group).map((source) => {
    const report = source.report(member.instanceId);
    return report === undefined ? 0 : seenFrom(report);
  });
  return Math.max(graceEnd(group, member), ...seen);
}

/** Whether an instance is healthy by the health checks of its group. */
export function isWorking(region: Region, group: Group, member: Member): boolean {
  return (
    member.lifecycle === "InService" &&
    member.health === "Healthy" &&
    (group.healthCheckType === "EC2" || reportedHealth(region, group, member) === "passing")
  );
}

/** Whether an instance is known to be unhealthy. */
export function isBroken(region: Region, group: Group, member: Member): boolean {
  return (
    member.health === "Unhealthy" ||
    (group.healthCheckType === "ELB" && reportedHealth(region, group, member) === "failing")
  );
}
