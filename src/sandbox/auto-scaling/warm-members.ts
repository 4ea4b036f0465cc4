import { startInstance, stopInstance } from "../ec2/instances/life.ts";
import { hasCapacity } from "../ec2/instances/supply.ts";
import { type InstanceState, instanceState, instances } from "../ec2/instances/tables.ts";
import { instanceChanged } from "../ec2/signals.ts";
import type { Region } from "../region.ts";
import { beginActivity, causeTime, endActivity, findActivity } from "./activities.ts";
import type { Group, Member } from "./group.ts";
import { launchDied } from "./health.ts";
import { holdLaunching, holdReturning } from "./lifecycle-holds.ts";
import { countIn, forgetMember } from "./members.ts";
import { isReady, pooledMembers, warmMembers } from "./warm-pool.ts";

/** Takes the instances of the warm pool on, as far as EC2 and the hooks have got with them. */
export function observePool(region: Region, group: Group): void {
  for (const member of warmMembers(group)) {
    const state = instanceState(region, member.instanceId);
    switch (member.lifecycle) {
      case "Warmed:Pending":
        enterPool(region, group, member, state);
        break;
      case "Warmed:Pending:Wait":
        if (state !== "running") launchDied(region, group, member);
        break;
      case "Warmed:Pending:Proceed":
        settle(region, group, member, state);
        break;
      case "Warmed:Stopped":
        examine(region, group, member, state === "stopped");
        break;
      case "Warmed:Running":
        examine(region, group, member, state === "running");
        break;
      case "Warmed:Terminating":
      case "Warmed:Terminating:Proceed":
        if (state === "terminated") forgetMember(region, group, member);
        break;
      default:
        // A hook holds it, even when the instance itself is gone.
        break;
    }
  }
}

function enterPool(region: Region, group: Group, member: Member, state: InstanceState): void {
  if (state !== "pending" && state !== "running") launchDied(region, group, member);
  if (state !== "running" || member.isLeavingService) return;
  const isBack = member.inServiceAt !== undefined;
  member.inServiceAt = undefined;
  const hold = isBack ? holdReturning : holdLaunching;
  if (!hold(region, group, member)) settle(region, group, member, state);
}

/**
 * "As soon as an instance finishes launching into the warm pool, Amazon EC2 Auto Scaling stops or hibernates the
 * instance. Amazon EC2 Auto Scaling does not wait for user data to finish running" (User Guide, "Use lifecycle hooks
 * with a warm pool").
 */
function settle(region: Region, group: Group, member: Member, state: InstanceState): void {
  const isStopped = state === "stopped";
  if (group.warmPool?.state !== "Running" && !isStopped) {
    member.lifecycle = "Warmed:Pending:Proceed";
    const instance = region.table(instances).latest(member.instanceId);
    if (state === "running" && instance !== undefined) stopInstance(region, instance);
    else if (state !== "stopping") launchDied(region, group, member);
    return;
  }
  member.lifecycle = isStopped ? "Warmed:Stopped" : "Warmed:Running";
  member.warmedAt = region.now;
  const activity = findActivity(group, member.activityId);
  if (activity !== undefined) endActivity(region, activity, "Successful");
  group.failingSince = undefined;
}

/** An instance that somebody starts, stops or terminates in the pool is unhealthy. */
function examine(region: Region, group: Group, member: Member, isAsLeft: boolean): void {
  if (isAsLeft || member.health === "Unhealthy") return;
  if (group.suspended["HealthCheck"] !== undefined) return;
  member.health = "Unhealthy";
  member.unhealthyBecause = `At ${causeTime(region.now)} an instance was taken out of the warm pool in response to an EC2 health check indicating it is not in the state of the warm pool.`;
}

/**
 * A warm start: puts an instance of the pool into the group instead of a new one. "You could also experience cold
 * starts if an Availability Zone is out of capacity" (User Guide, "Warm pools", limitations).
 *
 * @returns whether the pool had one.
 */
export function startWarmed(region: Region, group: Group, cause: string): boolean {
  const [member] = pooledMembers(group)
    .filter((candidate) => isReady(candidate) && canStart(region, group, candidate))
    .toSorted((one, other) => countIn(group, one.zone) - countIn(group, other.zone));
  if (member === undefined) return false;
  const subnet = group.subnets.find(({ zone }) => zone === member.zone);
  const activity = beginActivity(
    region,
    group,
    `Launching a new EC2 instance from warm pool: ${member.instanceId}`,
    cause,
    { zone: member.zone, subnetId: subnet?.id ?? "" },
  );
  activity.status = "PreInService";
  activity.progress = 30;
  member.activityId = activity.id;
  const wasStopped = member.lifecycle === "Warmed:Stopped";
  member.lifecycle = "Pending";
  delete member.warmedAt;
  const instance = region.table(instances).latest(member.instanceId);
  if (wasStopped && instance !== undefined) startInstance(region, instance);
  else region.signal(instanceChanged, member.instanceId);
  return true;
}

function canStart(region: Region, group: Group, member: Member): boolean {
  if (!group.subnets.some(({ zone }) => zone === member.zone)) return false;
  return (
    member.lifecycle === "Warmed:Running" || hasCapacity(region, member.instanceType, member.zone)
  );
}
