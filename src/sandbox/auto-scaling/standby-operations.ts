import {
  type Activity as ActivityAnswer,
  EnterStandby$,
  type EnterStandbyQuery,
  ExitStandby$,
  type ExitStandbyQuery,
} from "@aws-sdk/client-auto-scaling";
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
import {
  findGroup,
  type Group,
  type Member,
  requireLivingGroup,
  validationError,
} from "./group.ts";
import { leaveTrafficSources, livingMembers } from "./members.ts";
import { namedMembers } from "./named-members.ts";

export const enterStandby = operation<EnterStandbyQuery>(
  EnterStandby$,
  ["AutoScalingGroupName", "InstanceIds", "ShouldDecrementDesiredCapacity"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const members = namedMembers(group, input.InstanceIds, ["InService"]);
    const shrinks = input.ShouldDecrementDesiredCapacity === true;
    if (shrinks) checkDesired(group.desired - members.length, group);
    const activities = members.map((member): ActivityAnswer => {
      const actual = livingMembers(group).length;
      const shrinking = shrinks ? `, shrinking the capacity from ${actual} to ${actual - 1}` : "";
      const activity = begin(
        region,
        group,
        member,
        "to Standby",
        `was moved to standby in response to a user request${shrinking}.`,
      );
      activity.progress = 50;
      member.lifecycle = "EnteringStandby";
      if (shrinks) group.desired -= 1;
      const draining = leaveTrafficSources(region, group, member);
      region.schedule(enteredStandby, Math.max(durations.groupReaction * 1000, draining), {
        group: group.name,
        instance: member.instanceId,
      });
      return describeActivity(group, activity);
    });
    wake(region, group, "reaction");
    return { Activities: activities };
  },
);

export const enteredStandby = defineEvent<{ group: string; instance: string }>(
  "auto-scaling.entered-standby",
  (region, data) => {
    const group = findGroup(region, data.group);
    const member = group?.members.find(({ instanceId }) => instanceId === data.instance);
    if (group === undefined || member?.lifecycle !== "EnteringStandby") return;
    member.lifecycle = "Standby";
    const activity = findActivity(group, member.activityId);
    if (activity !== undefined) endActivity(region, activity, "Successful");
  },
);

export const exitStandby = operation<ExitStandbyQuery>(
  ExitStandby$,
  ["AutoScalingGroupName", "InstanceIds"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const members = namedMembers(group, input.InstanceIds, ["Standby"]);
    // "While Launch is suspended, you can't return an instance in the Standby state to service" (User Guide,
    // "Suspend and resume processes"). AWS does not document its message.
    if (group.suspended["Launch"] !== undefined) {
      throw validationError("Instances cannot exit standby while the Launch process is suspended");
    }
    checkDesired(group.desired + members.length, group);
    const activities = members.map((member): ActivityAnswer => {
      const actual = livingMembers(group).length;
      const activity = begin(
        region,
        group,
        member,
        "out of Standby",
        `was moved out of standby in response to a user request, increasing the capacity from ${actual} to ${actual + 1}.`,
      );
      activity.status = "PreInService";
      activity.progress = 30;
      // Health checks start again. Their results during standby do not count.
      member.lifecycle = "Pending";
      member.health = "Healthy";
      member.unhealthyBecause = undefined;
      // "After you put the instances back in service, the desired capacity is incremented."
      group.desired += 1;
      return describeActivity(group, activity);
    });
    wake(region, group, "reaction");
    return { Activities: activities };
  },
);

function begin(region: Region, group: Group, member: Member, where: string, cause: string) {
  const subnet = group.subnets.find(({ zone }) => zone === member.zone);
  const activity = beginActivity(
    region,
    group,
    `Moving EC2 instance ${where}: ${member.instanceId}`,
    `At ${causeTime(region.now)} instance ${member.instanceId} ${cause}`,
    { zone: member.zone, subnetId: subnet?.id ?? "" },
  );
  member.activityId = activity.id;
  return activity;
}
