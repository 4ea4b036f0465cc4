import {
  type AddAvailabilityZonesInput,
  ApplySecurityGroupsToLoadBalancer$,
  type ApplySecurityGroupsToLoadBalancerInput,
  AttachLoadBalancerToSubnets$,
  type AttachLoadBalancerToSubnetsInput,
  DetachLoadBalancerFromSubnets$,
  type DetachLoadBalancerFromSubnetsInput,
  DisableAvailabilityZonesForLoadBalancer$,
  EnableAvailabilityZonesForLoadBalancer$,
  type RemoveAvailabilityZonesInput,
} from "@aws-sdk/client-elastic-load-balancing";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { formerSubnets, keepFormer } from "./former.ts";
import { examine } from "./health.ts";
import { invalidConfiguration, type LoadBalancer, requireLoadBalancer } from "./load-balancer.ts";
import {
  changeSecurityGroups,
  defaultSubnets,
  enterSubnets,
  leaveSubnets,
  requireFreeZones,
  requireSecurityGroups,
  requireSubnets,
} from "./placement.ts";

export const applySecurityGroups = operation<ApplySecurityGroupsToLoadBalancerInput>(
  ApplySecurityGroupsToLoadBalancer$,
  ["LoadBalancerName", "SecurityGroups"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const ids = input.SecurityGroups ?? [];
    if (ids.length === 0)
      throw invalidConfiguration("At least one security group must be specified");
    changeSecurityGroups(region, balancer, requireSecurityGroups(region, ids, balancer.vpcId));
    examine(region, balancer);
    return { SecurityGroups: balancer.securityGroups };
  },
);

export const attachToSubnets = operation<AttachLoadBalancerToSubnetsInput>(
  AttachLoadBalancerToSubnets$,
  ["LoadBalancerName", "Subnets"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    attach(region, balancer, input.Subnets ?? []);
    return { Subnets: balancer.subnets.map((subnet) => subnet.id) };
  },
);

export const detachFromSubnets = operation<DetachLoadBalancerFromSubnetsInput>(
  DetachLoadBalancerFromSubnets$,
  ["LoadBalancerName", "Subnets"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const ids = new Set(input.Subnets ?? []);
    detach(region, balancer, (subnet) => ids.has(subnet.id));
    return { Subnets: balancer.subnets.map((subnet) => subnet.id) };
  },
);

export const enableZones = operation<AddAvailabilityZonesInput>(
  EnableAvailabilityZonesForLoadBalancer$,
  ["LoadBalancerName", "AvailabilityZones"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const present = new Set(balancer.subnets.map((subnet) => subnet.zone));
    const added = (input.AvailabilityZones ?? []).filter((zone) => !present.has(zone));
    attach(
      region,
      balancer,
      defaultSubnets(region, added).map((subnet) => subnet.id),
    );
    return { AvailabilityZones: balancer.subnets.map((subnet) => subnet.zone) };
  },
);

export const disableZones = operation<RemoveAvailabilityZonesInput>(
  DisableAvailabilityZonesForLoadBalancer$,
  ["LoadBalancerName", "AvailabilityZones"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    const zones = new Set(input.AvailabilityZones ?? []);
    detach(region, balancer, (subnet) => zones.has(subnet.zone));
    return { AvailabilityZones: balancer.subnets.map((subnet) => subnet.zone) };
  },
);

function attach(region: Region, balancer: LoadBalancer, ids: readonly string[]): void {
  const present = new Set(balancer.subnets.map((subnet) => subnet.id));
  const added = ids.filter((id) => !present.has(id));
  // All subnets are checked together, to find two in one zone in any order.
  const all = requireSubnets(region, [...present, ...added]);
  if (all.some((subnet) => subnet.vpcId !== balancer.vpcId)) {
    throw invalidConfiguration(`Subnets must be in the load balancer's VPC ${balancer.vpcId}`);
  }
  const entered = all.filter((subnet) => !present.has(subnet.id));
  requireFreeZones(region, balancer, entered);
  balancer.subnets = [...balancer.subnets, ...enterSubnets(region, balancer, entered)];
  examine(region, balancer);
}

function detach(
  region: Region,
  balancer: LoadBalancer,
  isLeft: (subnet: LoadBalancer["subnets"][number]) => boolean,
): void {
  const left = balancer.subnets.filter(isLeft);
  if (left.length === balancer.subnets.length) {
    throw invalidConfiguration("A load balancer must be attached to at least one subnet");
  }
  balancer.subnets = balancer.subnets.filter((subnet) => !isLeft(subnet));
  leaveSubnets(region, left);
  keepFormer(
    region,
    formerSubnets,
    balancer,
    left.map((subnet) => [subnet.id, subnet]),
  );
  examine(region, balancer);
}
