import {
  SetDesiredCapacity$,
  type SetDesiredCapacityType,
  SetInstanceHealth$,
  type SetInstanceHealthQuery,
  SetInstanceProtection$,
  type SetInstanceProtectionQuery,
  TerminateInstanceInAutoScalingGroup$,
  type TerminateInstanceInAutoScalingGroupType,
} from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { causeTime, describeActivity, findActivity } from "./activities.ts";
import { checkDesired } from "./configuration.ts";
import { wake } from "./evaluation.ts";
import {
  findMember,
  type Group,
  type Member,
  requireLivingGroup,
  validationError,
} from "./group.ts";
import { graceEnd } from "./health.ts";
import { livingMembers, retireMember } from "./members.ts";
import { namedMembers } from "./named-members.ts";
import { isWarmed } from "./warm-pool.ts";

export const setDesiredCapacity = operation<SetDesiredCapacityType>(
  SetDesiredCapacity$,
  ["AutoScalingGroupName", "DesiredCapacity", "HonorCooldown"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const desired = input.DesiredCapacity ?? 0;
    checkNewDesired(desired, group);
    if (
      input.HonorCooldown === true &&
      region.now < group.scaledAt + group.cooldownSeconds * 1000
    ) {
      throw new AwsError(
        "ScalingActivityInProgress",
        `A scaling activity is in progress or the group's cooldown of ${group.cooldownSeconds} seconds has not passed yet.`,
      );
    }
    if (desired !== group.desired) {
      group.reasons.push(
        `At ${causeTime(region.now)} a user request explicitly set group desired capacity changing the desired capacity from ${group.desired} to ${desired}.`,
      );
      group.desired = desired;
      group.scaledAt = region.now;
    }
    wake(region, group, "reaction");
    return {};
  },
);

/** This call has its own messages, unlike the calls that also change the bounds. */
function checkNewDesired(desired: number, group: Group): void {
  if (desired < group.minSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desired} is below min value ${group.minSize} for the AutoScalingGroup.`,
    );
  }
  if (desired > group.maxSize) {
    throw validationError(
      `New SetDesiredCapacity value ${desired} is above max value ${group.maxSize} for the AutoScalingGroup.`,
    );
  }
}

export const terminateInstanceInGroup = operation<TerminateInstanceInAutoScalingGroupType>(
  TerminateInstanceInAutoScalingGroup$,
  ["InstanceId", "ShouldDecrementDesiredCapacity"],
  (region, input) => {
    const { group, member } = requireMember(region, input.InstanceId);
    if (isWarmed(member.lifecycle)) {
      throw validationError(
        `The instance ${member.instanceId} is in a warm pool. This operation cannot be called on instances in a warm pool.`,
      );
    }
    const at = causeTime(region.now);
    const actual = livingMembers(group).length;
    let cause = `At ${at} instance ${member.instanceId} was taken out of service in response to a user request.`;
    if (input.ShouldDecrementDesiredCapacity === true) {
      checkDesired(group.desired - 1, group);
      group.desired -= 1;
      cause = `At ${at} instance ${member.instanceId} was taken out of service in response to a user request, shrinking the capacity from ${actual} to ${actual - 1}.`;
    }
    retireMember(region, group, member, cause);
    wake(region, group, "reaction");
    const activity = findActivity(group, member.activityId);
    return activity === undefined ? {} : { Activity: describeActivity(group, activity) };
  },
);

export const setInstanceHealth = operation<SetInstanceHealthQuery>(
  SetInstanceHealth$,
  ["InstanceId", "HealthStatus", "ShouldRespectGracePeriod"],
  (region, input) => {
    const { group, member } = requireMember(region, input.InstanceId);
    const health = input.HealthStatus;
    if (health !== "Healthy" && health !== "Unhealthy") {
      throw validationError(
        `The health status ${health ?? ""} is not valid: use Healthy or Unhealthy`,
      );
    }
    const spared = (input.ShouldRespectGracePeriod ?? true) && region.now < graceEnd(group, member);
    if (health === "Unhealthy" && spared) return {};
    member.health = health;
    member.unhealthyBecause =
      health === "Healthy"
        ? undefined
        : `At ${causeTime(region.now)} an instance was taken out of service in response to a user health-check.`;
    wake(region, group, "reaction");
    return {};
  },
);

/** "You can specify up to 50 instances" (API reference of SetInstanceProtection). */
const mostProtected = 50;

export const setInstanceProtection = operation<SetInstanceProtectionQuery>(
  SetInstanceProtection$,
  ["AutoScalingGroupName", "InstanceIds", "ProtectedFromScaleIn"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const states = ["InService", "EnteringStandby", "Standby"] as const;
    const members = namedMembers(group, input.InstanceIds, states, mostProtected);
    for (const member of members) member.protectedFromScaleIn = input.ProtectedFromScaleIn === true;
    wake(region, group, "reaction");
    return {};
  },
);

function requireMember(
  region: Region,
  instanceId: string | undefined,
): { readonly group: Group; readonly member: Member } {
  const found = findMember(region, instanceId ?? "");
  if (found === undefined) {
    throw validationError(
      `Instance Id not found - No managed instance found for instance ID ${instanceId ?? ""}`,
    );
  }
  return found;
}
