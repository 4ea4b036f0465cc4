import { DetachInstances$, type DetachInstancesQuery } from "@aws-sdk/client-auto-scaling";
import { instances } from "../ec2/instances/tables.ts";
import { operation } from "../operation.ts";
import { defineEvent, type Region } from "../region.ts";
import {
  beginActivity,
  causeTime,
  describeActivity,
  endActivity,
  findActivity,
} from "./activities.ts";
import { checkDesired } from "./configuration.ts";
import { durations } from "./durations.ts";
import { wake } from "./evaluation.ts";
import { findGroup, type Group, type Member, requireLivingGroup } from "./group.ts";
import { leaveTrafficSources, livingMembers } from "./members.ts";
import { namedMembers } from "./named-members.ts";

/**
 * A detached instance keeps running, with all tags except AWS's own. Its load balancers deregister
 * it first.
 */
export const detachInstances = operation<DetachInstancesQuery>(
  DetachInstances$,
  ["InstanceIds", "AutoScalingGroupName", "ShouldDecrementDesiredCapacity"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const leaving = namedMembers(group, input.InstanceIds, ["InService", "Standby"]);
    const before = livingMembers(group).length;
    if (input.ShouldDecrementDesiredCapacity === true) {
      checkDesired(group.desired - leaving.length, group);
      group.desired -= leaving.length;
    }
    const activities = leaving.map((member, index) => {
      const shrinking =
        input.ShouldDecrementDesiredCapacity === true
          ? `, shrinking the capacity from ${before - index} to ${before - index - 1}`
          : "";
      return beginDetaching(region, group, member, shrinking);
    });
    wake(region, group, "reaction");
    return { Activities: activities.map((activity) => describeActivity(group, activity)) };
  },
);

function beginDetaching(region: Region, group: Group, member: Member, shrinking: string) {
  member.lifecycle = "Detaching";
  const subnet = group.subnets.find((candidate) => candidate.zone === member.zone);
  const activity = beginActivity(
    region,
    group,
    `Detaching EC2 instance: ${member.instanceId}`,
    `At ${causeTime(region.now)} instance ${member.instanceId} was detached in response to a user request${shrinking}.`,
    { zone: member.zone, subnetId: subnet?.id ?? "" },
  );
  activity.progress = 50;
  member.activityId = activity.id;
  const draining = leaveTrafficSources(region, group, member);
  region.schedule(instanceDetached, Math.max(durations.groupReaction * 1000, draining), {
    group: group.name,
    instance: member.instanceId,
  });
  return activity;
}

export const instanceDetached = defineEvent<{ group: string; instance: string }>(
  "auto-scaling.instance-detached",
  (region, data) => {
    const group = findGroup(region, data.group);
    const member = group?.members.find((candidate) => candidate.instanceId === data.instance);
    if (group === undefined || member?.lifecycle !== "Detaching") return;
    group.members = group.members.filter((candidate) => candidate !== member);
    const activity = findActivity(group, member.activityId);
    if (activity !== undefined) endActivity(region, activity, "Successful");
    wake(region, group, "now");
    if (region.table(instances).latest(data.instance) === undefined) return;
    region.table(instances).change(data.instance, (instance) => {
      instance.tags = Object.fromEntries(
        Object.entries(instance.tags).filter(([key]) => key !== "aws:autoscaling:groupName"),
      );
    });
  },
);
