import {
  AttachLoadBalancerTargetGroups$,
  type AttachLoadBalancerTargetGroupsType,
  DescribeLoadBalancerTargetGroups$,
  type DescribeLoadBalancerTargetGroupsRequest,
  DetachLoadBalancerTargetGroups$,
  type DetachLoadBalancerTargetGroupsType,
} from "@aws-sdk/client-auto-scaling";
import { targetGroups } from "../elastic-load-balancing-v2/tables.ts";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { attachmentState, detach, registerMembers, withAttached } from "./attachments.ts";
import { type AttachedSource, requireGroup, requireLivingGroup, validationError } from "./group.ts";
import { pageInPlace } from "./listing.ts";
import { activeRefresh } from "./refresh.ts";
import { sourcesOf } from "./traffic-sources.ts";

/** "You can specify up to 10 target groups", both to attach and to detach. */
const MAX_NAMED = 10;

export const attachLoadBalancerTargetGroups = operation<AttachLoadBalancerTargetGroupsType>(
  AttachLoadBalancerTargetGroups$,
  ["AutoScalingGroupName", "TargetGroupARNs"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const arns = input.TargetGroupARNs ?? [];
    atMost(arns);
    const added = targetGroupsNamed(region, arns);
    if (activeRefresh(group) !== undefined) {
      throw new AwsError(
        "InstanceRefreshInProgress",
        "An active instance refresh exists. Target groups cannot be attached while the instance refresh is active.",
      );
    }
    group.targetGroups = withAttached(group.targetGroups ?? [], added);
    registerMembers(region, group);
    return {};
  },
);

export const detachLoadBalancerTargetGroups = operation<DetachLoadBalancerTargetGroupsType>(
  DetachLoadBalancerTargetGroups$,
  ["AutoScalingGroupName", "TargetGroupARNs"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const arns = input.TargetGroupARNs ?? [];
    atMost(arns);
    detach(region, group, "elbv2", arns);
    return {};
  },
);

export const describeLoadBalancerTargetGroups = operation<DescribeLoadBalancerTargetGroupsRequest>(
  DescribeLoadBalancerTargetGroups$,
  ["AutoScalingGroupName", "MaxRecords", "NextToken"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    const sources = sourcesOf(region, group).filter(({ type }) => type === "elbv2");
    const page = pageInPlace(region, sources, input);
    return {
      LoadBalancerTargetGroups: page.items.map((source) => ({
        LoadBalancerTargetGroupARN: source.attached.name,
        State: attachmentState(group, source),
      })),
      NextToken: page.nextToken,
    };
  },
);

/** @throws AwsError ValidationError for a target group that does not exist. */
export function targetGroupsNamed(region: Region, arns: readonly string[]): AttachedSource[] {
  return [...new Set(arns)].map((name) => {
    if (region.table(targetGroups).use(name) === undefined) {
      throw validationError(
        "Provided Target Groups may not be valid. Please ensure they exist and try again.",
      );
    }
    return { name, state: "Added" };
  });
}

function atMost(arns: readonly string[]): void {
  if (arns.length <= MAX_NAMED) return;
  throw validationError(`At most ${MAX_NAMED} target groups can be specified`);
}
