import {
  SetIpAddressType$,
  type SetIpAddressTypeInput,
  SetSecurityGroups$,
  type SetSecurityGroupsInput,
  SetSubnets$,
  type SetSubnetsInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { invalidConfiguration, validationError } from "../load-balancing/load-balancer.ts";
import {
  changeSecurityGroups,
  enterSubnets,
  leaveSubnets,
  requireSecurityGroups,
} from "../load-balancing/placement.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { groupsOfBalancer } from "./associations.ts";
import { examine } from "./health.ts";
import { checkIpAddressType, describeZones, readSubnetIds } from "./load-balancers.ts";
import { pathOf, requireLoadBalancer } from "./named.ts";
import { requireSpace, requireSubnets } from "./placement.ts";
import { applicationLoadBalancers } from "./tables.ts";

export const setSecurityGroups = operation<SetSecurityGroupsInput>(
  SetSecurityGroups$,
  ["LoadBalancerArn", "SecurityGroups"],
  (region, input) => {
    const { arn, vpcId } = requireLoadBalancer(region, input.LoadBalancerArn);
    const ids = input.SecurityGroups ?? [];
    if (ids.length === 0) throw validationError("At least one security group must be specified");
    const groups = requireSecurityGroups(region, ids, vpcId);
    region.table(applicationLoadBalancers).change(arn, (balancer) => {
      changeSecurityGroups(region, balancer, groups);
    });
    examineAll(region, arn);
    return { SecurityGroupIds: groups };
  },
);

/** The whole list: a subnet that is not in it is left. */
export const setSubnets = operation<SetSubnetsInput>(
  SetSubnets$,
  ["LoadBalancerArn", "Subnets", "SubnetMappings.SubnetId", "IpAddressType"],
  (region, input) => {
    const current = requireLoadBalancer(region, input.LoadBalancerArn);
    checkIpAddressType(input.IpAddressType);
    const wanted = requireSubnets(region, readSubnetIds(input));
    if (wanted.some(({ vpcId }) => vpcId !== current.vpcId)) {
      throw invalidConfiguration(`All subnets must belong to the VPC '${current.vpcId}'`);
    }
    const present = new Map(current.subnets.map((subnet) => [subnet.id, subnet]));
    const added = wanted.filter(({ id }) => !present.has(id));
    requireSpace(region, added);
    const kept = wanted.flatMap(({ id }) => present.get(id) ?? []);
    const left = current.subnets.filter((subnet) => !kept.includes(subnet));
    const { arn, scheme, securityGroups } = current;
    const entered = enterSubnets(region, { name: pathOf(arn), scheme, securityGroups }, added);
    const changed = region.table(applicationLoadBalancers).change(arn, (balancer) => {
      balancer.subnets = [...kept, ...entered];
    });
    leaveSubnets(region, left);
    examineAll(region, arn);
    return { AvailabilityZones: describeZones(changed), IpAddressType: "ipv4" };
  },
);

export const setIpAddressType = operation<SetIpAddressTypeInput>(
  SetIpAddressType$,
  ["LoadBalancerArn", "IpAddressType"],
  (region, input) => {
    requireLoadBalancer(region, input.LoadBalancerArn);
    checkIpAddressType(input.IpAddressType);
    return { IpAddressType: "ipv4" };
  },
);

function examineAll(region: Region, balancer: string): void {
  for (const group of groupsOfBalancer(region, balancer)) examine(region, group);
}
