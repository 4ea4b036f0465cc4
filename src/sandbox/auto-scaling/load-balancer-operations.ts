import {
  AttachLoadBalancers$,
  type AttachLoadBalancersType,
  DescribeLoadBalancers$,
  type DescribeLoadBalancersRequest,
  DetachLoadBalancers$,
  type DetachLoadBalancersType,
} from "@aws-sdk/client-auto-scaling";
import { findLoadBalancer } from "../load-balancing/load-balancer.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { attachmentState, detach, registerMembers, withAttached } from "./attachments.ts";
import { type AttachedSource, requireGroup, requireLivingGroup, validationError } from "./group.ts";
import { pageInPlace } from "./listing.ts";
import { sourcesOf } from "./traffic-sources.ts";

/** Attaching a load balancer again registers the instances that it lacks. */
export const attachLoadBalancers = operation<AttachLoadBalancersType>(
  AttachLoadBalancers$,
  ["AutoScalingGroupName", "LoadBalancerNames"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const added = loadBalancersNamed(region, input.LoadBalancerNames ?? []);
    group.loadBalancers = withAttached(group.loadBalancers, added);
    registerMembers(region, group);
    return {};
  },
);

export const detachLoadBalancers = operation<DetachLoadBalancersType>(
  DetachLoadBalancers$,
  ["AutoScalingGroupName", "LoadBalancerNames"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    detach(region, group, "elb", input.LoadBalancerNames ?? []);
    return {};
  },
);

export const describeGroupLoadBalancers = operation<DescribeLoadBalancersRequest>(
  DescribeLoadBalancers$,
  ["AutoScalingGroupName", "MaxRecords", "NextToken"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    const sources = sourcesOf(region, group).filter(({ type }) => type === "elb");
    const page = pageInPlace(region, sources, input);
    return {
      LoadBalancers: page.items.map((source) => ({
        LoadBalancerName: source.attached.name,
        State: attachmentState(group, source),
      })),
      NextToken: page.nextToken,
    };
  },
);

/** @throws AwsError ValidationError for a load balancer that does not exist. */
export function loadBalancersNamed(region: Region, names: readonly string[]): AttachedSource[] {
  return [...new Set(names)].map((name) => {
    if (findLoadBalancer(region, name) === undefined) {
      throw validationError(
        `Provided Load Balancers may not be valid. Please ensure they exist and try again. There is no ACTIVE Load Balancer named '${name}'`,
      );
    }
    return { name, state: "Added" };
  });
}
