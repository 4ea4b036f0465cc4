import {
  CreateAutoScalingGroup$,
  type CreateAutoScalingGroupType,
  DeleteAutoScalingGroup$,
  type DeleteAutoScalingGroupType,
  UpdateAutoScalingGroup$,
  type UpdateAutoScalingGroupType,
} from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { causeTime, uuid } from "./activities.ts";
import { configurationParameters, readConfiguration } from "./configuration.ts";
import { wake } from "./evaluation.ts";
import {
  type AttachedSource,
  addGroup,
  allGroups,
  findGroup,
  type Group,
  requireGroup,
  requireLivingGroup,
  validationError,
} from "./group.ts";
import {
  addConfiguration,
  configurationFrom,
  configurationReference,
} from "./launch-configurations.ts";
import { readHooks } from "./lifecycle-hook-operations.ts";
import { loadBalancersNamed } from "./load-balancer-operations.ts";
import { isTerminating } from "./members.ts";
import { deletePolicies } from "./policy-operations.ts";
import { activeRefresh } from "./refresh.ts";
import { mergedTags } from "./tags.ts";
import { targetGroupsNamed } from "./target-group-operations.ts";
import { checkPoolAllows } from "./warm-pool.ts";

/** AWS's quota of groups for a Region. */
const MAX_GROUPS = 500;

/** The modelled parameters of a hook. Notifications are not modelled. */
const hookParameters = [
  "LifecycleHookSpecificationList.LifecycleHookName",
  "LifecycleHookSpecificationList.LifecycleTransition",
  "LifecycleHookSpecificationList.NotificationMetadata",
  "LifecycleHookSpecificationList.HeartbeatTimeout",
  "LifecycleHookSpecificationList.DefaultResult",
] as const;

export const createAutoScalingGroup = operation<CreateAutoScalingGroupType>(
  CreateAutoScalingGroup$,
  [
    "AutoScalingGroupName",
    "InstanceId",
    "LoadBalancerNames",
    "TargetGroupARNs",
    "Tags",
    ...hookParameters,
    ...configurationParameters,
  ],
  (region, input) => {
    const name = readName(input.AutoScalingGroupName ?? "");
    const existing = findGroup(region, name);
    if (existing !== undefined) {
      throw new AwsError(
        "AlreadyExists",
        existing.deleting
          ? `AutoScalingGroup by this name already exists and is pending delete - A group with the name ${name} already exists`
          : `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
      );
    }
    if (allGroups(region).length >= MAX_GROUPS) {
      throw new AwsError(
        "LimitExceeded",
        `You have already reached the quota of ${MAX_GROUPS} Auto Scaling groups in this Region.`,
      );
    }
    const tags = mergedTags({}, ownTags(input.Tags ?? [], name));
    const made =
      input.InstanceId === undefined
        ? undefined
        : configurationFrom(region, name, input.InstanceId);
    const configuration = readConfiguration(
      region,
      input,
      undefined,
      made && { template: configurationReference(name), subnetId: made.subnetId },
    );
    const group: Group = {
      ...configuration,
      name,
      arn: `arn:${region.partition}:autoscaling:${region.name}:${region.account}:autoScalingGroup:${uuid(region)}:autoScalingGroupName/${name}`,
      createdAt: region.now,
      loadBalancers: loadBalancersNamed(region, input.LoadBalancerNames ?? []).map(inServiceAtOnce),
      targetGroups: targetGroupsNamed(region, input.TargetGroupARNs ?? []).map(inServiceAtOnce),
      tags,
      suspended: {},
      hooks: readHooks(input.LifecycleHookSpecificationList ?? []),
      members: [],
      activities: [],
      refreshes: [],
      deleting: false,
      failedLaunches: 0,
      failedZone: undefined,
      nextLaunchAt: region.now,
      rebalancing: false,
      scaledAt: region.now,
      reasons: [
        `At ${causeTime(region.now)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${configuration.desired}.`,
      ],
      evaluateAt: undefined,
    };
    if (made !== undefined) addConfiguration(region, made.configuration);
    addGroup(region, group);
    wake(region, group, "reaction");
    return {};
  },
);

/** "immediately if you attach it in CreateAutoScalingGroup" (both kinds). */
function inServiceAtOnce(attached: AttachedSource): AttachedSource {
  return { ...attached, inService: true };
}

/** "All configuration options derived from the desired configuration are not available for update." */
const BLOCKED_BY_REFRESH =
  "An active instance refresh with a desired configuration exists. All configuration options derived from the desired configuration are not available for update while the instance refresh is active.";

export const updateAutoScalingGroup = operation<UpdateAutoScalingGroupType>(
  UpdateAutoScalingGroup$,
  ["AutoScalingGroupName", ...configurationParameters],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const source =
      input.LaunchTemplate ?? input.MixedInstancesPolicy ?? input.LaunchConfigurationName;
    if (source !== undefined && activeRefresh(group)?.desired !== undefined) {
      throw validationError(BLOCKED_BY_REFRESH);
    }
    const before = group.desired;
    checkPoolAllows(group, input.MixedInstancesPolicy);
    const configuration = readConfiguration(region, input, group);
    Object.assign(group, configuration);
    if (group.desired !== before) {
      group.scaledAt = region.now;
      group.reasons.push(
        `At ${causeTime(region.now)} a user request update of AutoScalingGroup constraints to min: ${group.minSize}, max: ${group.maxSize}, desired: ${group.desired} changing the desired capacity from ${before} to ${group.desired}.`,
      );
    }
    // An update by the user resets the delay of the next launch attempt.
    group.nextLaunchAt = region.now;
    wake(region, group, "reaction");
    return {};
  },
);

export const deleteAutoScalingGroup = operation<DeleteAutoScalingGroupType>(
  DeleteAutoScalingGroup$,
  ["AutoScalingGroupName", "ForceDelete"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    if (group.deleting) return {};
    checkDeletionProtection(group, input.ForceDelete === true);
    if (input.ForceDelete !== true) checkEmpty(group);
    group.deleting = true;
    group.desired = 0;
    group.minSize = 0;
    group.maxSize = 0;
    group.warmPool &&= { ...group.warmPool, deleting: true };
    const refresh = activeRefresh(group);
    if (refresh !== undefined) {
      refresh.status = "Cancelled";
      refresh.endedAt = region.now;
    }
    deletePolicies(region, group);
    group.schedule = [];
    group.reasons = [`At ${causeTime(region.now)} a user request deleted the AutoScalingGroup.`];
    wake(region, group, "reaction");
    return {};
  },
);

/**
 * Checked first, before anything changes ("Configure deletion protection", User Guide, which gives
 * only the code).
 */
function checkDeletionProtection(
  { name, deletionProtection: level = "none" }: Group,
  force: boolean,
) {
  if (level === "none" || (level === "prevent-force-deletion" && !force)) return;
  throw validationError(
    `You cannot ${force ? "force delete" : "delete"} AutoScalingGroup ${name} because its deletion protection is set to ${level}.`,
  );
}

function checkEmpty(group: Group): void {
  // "If the group has a warm pool, the force delete option also deletes the warm pool." AWS does not document
  // its message.
  if (group.warmPool !== undefined) {
    throw new AwsError(
      "ResourceInUse",
      `You cannot delete an AutoScalingGroup while it has a warm pool: ${group.name}`,
    );
  }
  if (group.members.some(({ lifecycle }) => !isTerminating(lifecycle))) {
    throw new AwsError(
      "ResourceInUse",
      "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
    );
  }
  if (group.members.length > 0 || group.desired > 0) {
    throw new AwsError(
      "ScalingActivityInProgress",
      "You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.",
    );
  }
}

function readName(name: string): string {
  // "Any ASCII character 33 to 126 […]. You cannot use a colon (:) in the name." 255 at most.
  if (!/^[!-9;-~]{1,255}$/.test(name)) {
    throw validationError(
      "AutoScalingGroup name must be 1 to 255 printable ASCII characters without spaces and colons",
    );
  }
  return name;
}

/** Tags of a create call may name a resource, which must be the new group. */
function ownTags(
  tags: NonNullable<CreateAutoScalingGroupType["Tags"]>,
  name: string,
): NonNullable<CreateAutoScalingGroupType["Tags"]> {
  for (const tag of tags) {
    if (tag.ResourceId !== undefined && tag.ResourceId !== name) {
      throw validationError(
        `The tag's ResourceId ${tag.ResourceId} is not the group's name ${name}`,
      );
    }
    if (tag.ResourceType !== undefined && tag.ResourceType !== "auto-scaling-group") {
      throw validationError(
        `The tag's ResourceType must be auto-scaling-group, got ${tag.ResourceType}`,
      );
    }
  }
  return tags;
}
