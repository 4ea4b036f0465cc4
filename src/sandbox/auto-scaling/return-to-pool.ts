import { instanceChanged } from "../ec2/signals.ts";
import { defineEvent, type Region } from "../region.ts";
import { beginActivity, findActivity } from "./activities.ts";
import { findGroup, type Group, type Member } from "./group.ts";
import { leaveTrafficSources } from "./members.ts";
import { pooledMembers, poolGoal } from "./warm-pool.ts";

/**
 * Puts an instance into the warm pool instead of terminating it, if the pool's reuse policy says so and it has room.
 *
 * @returns whether it did.
 */
export function returnMember(region: Region, group: Group, member: Member, cause: string): boolean {
  const { warmPool: pool } = group;
  if (pool?.reuses !== true || pool.deleting) return false;
  if (pooledMembers(group).length >= poolGoal(group) || member.lifecycle !== "InService") {
    return false;
  }
  const subnet = group.subnets.find(({ zone }) => zone === member.zone);
  const activity = beginActivity(
    region,
    group,
    `Returning EC2 instance to warm pool: ${member.instanceId}`,
    cause,
    { zone: member.zone, subnetId: subnet?.id ?? "" },
  );
  member.activityId = activity.id;
  member.lifecycle = "Warmed:Pending";
  member.isLeavingService = true;
  const draining = leaveTrafficSources(region, group, member);
  if (draining > 0) activity.status = "WaitingForELBConnectionDraining";
  const data = { group: group.name, instance: member.instanceId };
  region.schedule(leftService, draining, data);
  return true;
}

/** The instance is drained and can be stopped. */
export const leftService = defineEvent<{ group: string; instance: string }>(
  "auto-scaling.left-service",
  (region, data) => {
    const group = findGroup(region, data.group);
    const member = group?.members.find(({ instanceId }) => instanceId === data.instance);
    if (group === undefined || member?.isLeavingService === undefined) return;
    delete member.isLeavingService;
    const activity = findActivity(group, member.activityId);
    if (activity !== undefined) activity.status = "InProgress";
    region.signal(instanceChanged, data.instance);
  },
);
