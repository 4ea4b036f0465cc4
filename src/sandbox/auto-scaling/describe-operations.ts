import {
  type AutoScalingGroup,
  type AutoScalingGroupNamesType,
  DescribeAutoScalingGroups$,
  DescribeAutoScalingInstances$,
  type DescribeAutoScalingInstancesType,
} from "@aws-sdk/client-auto-scaling";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { allGroups, type Group, orderOf, validationError } from "./group.ts";
import { describeMember, describeSource } from "./instance-answer.ts";
import { matching, pageInPlace, pageOf } from "./listing.ts";
import { describeEnabledMetrics } from "./metrics-collection.ts";
import { describeMixedInstances } from "./mixed-instances.ts";
import { describeGroupTags } from "./tags.ts";
import { currentSources } from "./traffic-sources.ts";
import { isWarmed } from "./warm-pool.ts";
import { describePool } from "./warm-pool-answer.ts";

/**
 * DescribeAutoScalingGroups: "By default, you can only specify up to 50 names. You can optionally
 * increase this limit using the MaxRecords property." DescribeAutoScalingInstances: at most 50 items.
 */
const MAX_NAMED = 50;

export const describeAutoScalingGroups = operation<AutoScalingGroupNamesType>(
  DescribeAutoScalingGroups$,
  ["AutoScalingGroupNames", "Filters", "MaxRecords", "NextToken", "IncludeInstances"],
  (region, input) => {
    const names = input.AutoScalingGroupNames ?? [];
    atMost(Math.max(MAX_NAMED, input.MaxRecords ?? 0), "Auto Scaling group names", names);
    // The answer omits names that do not exist, without an error.
    const chosen = allGroups(region)
      .filter((group) => names.length === 0 || names.includes(group.name))
      .sort((one, other) => orderOf(region, one) - orderOf(region, other));
    const tagsOf = (group: Group) =>
      Object.fromEntries(Object.entries(group.tags).map(([key, tag]) => [key, tag.value]));
    const found = matching(
      chosen,
      input.Filters,
      { "tag-value": (group) => Object.values(tagsOf(group)) },
      tagsOf,
    );
    const page = pageOf(region, found, (group) => orderOf(region, group), input);
    const withInstances = input.IncludeInstances !== false;
    return {
      AutoScalingGroups: page.items.map((group) => describeGroup(region, group, withInstances)),
      NextToken: page.nextToken,
    };
  },
);

export const describeAutoScalingInstances = operation<DescribeAutoScalingInstancesType>(
  DescribeAutoScalingInstances$,
  ["InstanceIds", "MaxRecords", "NextToken"],
  (region, input) => {
    atMost(MAX_NAMED, "instance IDs", input.InstanceIds ?? []);
    const rows = allGroups(region)
      .flatMap((group) => group.members.map((member) => ({ group, member })))
      .filter(
        ({ member }) =>
          input.InstanceIds === undefined || input.InstanceIds.includes(member.instanceId),
      );
    const page = pageInPlace(region, rows, input, 50);
    return {
      AutoScalingInstances: page.items.map(({ group, member }) => ({
        ...describeMember(region, member),
        AutoScalingGroupName: group.name,
        // Unlike the other call, this one writes the health in capital letters.
        HealthStatus: member.health.toUpperCase(),
      })),
      NextToken: page.nextToken,
    };
  },
);

/** @throws AwsError ValidationError for more names than one call accepts. */
function atMost(most: number, what: string, given: readonly string[]): void {
  if (given.length <= most) return;
  throw validationError(`The number of ${what} that may be passed in is limited to ${most}`);
}

function describeGroup(region: Region, group: Group, withInstances: boolean): AutoScalingGroup {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(group.mixed === undefined
      ? describeSource(group.template)
      : { MixedInstancesPolicy: describeMixedInstances(group.template, group.mixed) }),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: group.cooldownSeconds,
    AvailabilityZones: [...new Set(group.subnets.map((subnet) => subnet.zone))],
    LoadBalancerNames: group.loadBalancers
      .filter((attached) => attached.state !== "Removing")
      .map((attached) => attached.name),
    TargetGroupARNs: (group.targetGroups ?? [])
      .filter((attached) => attached.state !== "Removing")
      .map((attached) => attached.name),
    HealthCheckType: group.healthCheckType,
    HealthCheckGracePeriod: group.graceSeconds,
    // DescribeWarmPool has those of the warm pool.
    Instances: group.members
      .filter(({ lifecycle }) => withInstances && !isWarmed(lifecycle))
      .map((member) => describeMember(region, member)),
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: Object.entries(group.suspended).map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
    VPCZoneIdentifier: group.subnets.map((subnet) => subnet.id).join(","),
    EnabledMetrics: describeEnabledMetrics(group),
    ...(group.deleting ? { Status: "Delete in progress" } : {}),
    Tags: describeGroupTags(group),
    TerminationPolicies: group.terminationPolicies,
    NewInstancesProtectedFromScaleIn: group.newInstancesProtected,
    DeletionProtection: group.deletionProtection ?? "none",
    ...(group.capacityRebalance && { CapacityRebalance: true }),
    ...describePool(group),
    ServiceLinkedRoleARN: `arn:${region.partition}:iam::${region.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    ...(group.warmupSeconds === undefined ? {} : { DefaultInstanceWarmup: group.warmupSeconds }),
    TrafficSources: currentSources(region, group).map(({ attached, type }) => ({
      Identifier: attached.name,
      Type: type,
    })),
  };
}
