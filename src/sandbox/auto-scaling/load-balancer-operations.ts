import {
  AttachLoadBalancers$,
  type AttachLoadBalancersType,
  DescribeLoadBalancers$,
  type DescribeLoadBalancersRequest,
  DetachLoadBalancers$,
  type DetachLoadBalancersType,
} from "@aws-sdk/client-auto-scaling";
import { findLoadBalancer } from "../load-balancing/load-balancer.ts";
import { deregister } from "../load-balancing/registration.ts";
import { operation } from "../operation.ts";
import { defineEvent, type Region } from "../region.ts";
import { durations } from "./durations.ts";
import { wake } from "./evaluation.ts";
import {
  type AttachedLoadBalancer,
  findGroup,
  type Group,
  requireGroup,
  requireLivingGroup,
  validationError,
} from "./group.ts";
import { pageInPlace } from "./listing.ts";
import { registerMember } from "./members.ts";

/** Attaching a load balancer again registers the instances that it lacks. */
export const attachLoadBalancers = operation<AttachLoadBalancersType>(
  AttachLoadBalancers$,
  ["AutoScalingGroupName", "LoadBalancerNames"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const added = attachedTo(region, input.LoadBalancerNames ?? []);
    const names = new Set(added.map(({ name }) => name));
    const before = group.loadBalancers.filter(({ state }) => state !== "Removing");
    const kept = before.filter(({ name }) => names.has(name));
    group.loadBalancers = [
      ...group.loadBalancers.filter(({ name }) => !names.has(name)),
      ...added.map((attached) => kept.find(({ name }) => name === attached.name) ?? attached),
    ];
    for (const member of group.members) {
      if (member.lifecycle === "InService") registerMember(region, group, member);
    }
    wake(region, group, "reaction");
    return {};
  },
);

export const detachLoadBalancers = operation<DetachLoadBalancersType>(
  DetachLoadBalancers$,
  ["AutoScalingGroupName", "LoadBalancerNames"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const names = new Set(input.LoadBalancerNames ?? []);
    for (const attached of group.loadBalancers) {
      if (!names.has(attached.name)) continue;
      attached.state = "Removing";
      const balancer = findLoadBalancer(region, attached.name);
      let draining = durations.groupReaction * 1000;
      for (const member of group.members) {
        if (balancer === undefined) break;
        draining = Math.max(draining, deregister(region, balancer, member.instanceId));
      }
      region.schedule(detached, draining, { group: group.name, balancer: attached.name });
    }
    return {};
  },
);

export const detached = defineEvent<{ group: string; balancer: string }>(
  "auto-scaling.load-balancer-detached",
  (region, data) => {
    const group = findGroup(region, data.group);
    if (group === undefined) return;
    group.loadBalancers = group.loadBalancers.filter(
      ({ name, state }) => name !== data.balancer || state !== "Removing",
    );
    wake(region, group, "now");
  },
);

export const describeGroupLoadBalancers = operation<DescribeLoadBalancersRequest>(
  DescribeLoadBalancers$,
  ["AutoScalingGroupName", "MaxRecords", "NextToken"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    const page = pageInPlace(region, group.loadBalancers, input);
    return {
      LoadBalancers: page.items.map((attached) => ({
        LoadBalancerName: attached.name,
        State: attachmentState(region, group, attached),
      })),
      NextToken: page.nextToken,
    };
  },
);

/** As LoadBalancerState of the API reference has them. */
function attachmentState(region: Region, group: Group, attached: AttachedLoadBalancer): string {
  if (attached.state === "Removing") return "Removing";
  if (attached.inService) return "InService";
  const registrations = findLoadBalancer(region, attached.name)?.registrations ?? [];
  const own = group.members
    .filter((member) => member.lifecycle === "InService")
    .map(({ instanceId }) =>
      registrations.find((registration) => registration.instanceId === instanceId),
    );
  if (own.some((registration) => registration?.inService)) return "InService";
  return own.every((registration) => registration !== undefined) ? "Added" : "Adding";
}

/** @throws AwsError ValidationError for a load balancer that does not exist. */
export function attachedTo(region: Region, names: readonly string[]): AttachedLoadBalancer[] {
  return [...new Set(names)].map((name) => {
    if (findLoadBalancer(region, name) === undefined) {
      throw validationError(
        `Provided Load Balancers may not be valid. Please ensure they exist and try again. There is no ACTIVE Load Balancer named '${name}'`,
      );
    }
    return { name, state: "Added" };
  });
}
