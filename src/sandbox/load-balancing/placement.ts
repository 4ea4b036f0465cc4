import { gatewayOf } from "../ec2/network/route-table-tables.ts";
import {
  createNetworkInterface,
  networkInterfaces,
  type SubnetRecord,
  subnets,
} from "../ec2/network/tables.ts";
import { securityGroups } from "../ec2/security-groups/tables.ts";
import { AwsError } from "../error.ts";
import { defineEvent, type Region } from "../region.ts";
import { durations } from "./durations.ts";
import { formerOf, formerSubnets } from "./former.ts";
import { type BalancedSubnet, invalidConfiguration, type LoadBalancer } from "./load-balancer.ts";

/**
 * @throws AwsError SubnetNotFound, InvalidConfigurationRequest: one subnet per zone, all in one
 * VPC.
 */
export function requireSubnets(region: Region, ids: readonly string[]): Readonly<SubnetRecord>[] {
  const found = [...new Set(ids)].map((id) => {
    const subnet = region.table(subnets).find(id);
    if (subnet === undefined) {
      throw new AwsError("SubnetNotFound", `The requested configuration has invalid subnet: ${id}`);
    }
    return subnet;
  });
  checkSubnets(found);
  return found;
}

function checkSubnets(chosen: readonly Readonly<SubnetRecord>[]): void {
  if (new Set(chosen.map((subnet) => subnet.vpcId)).size > 1) {
    throw invalidConfiguration("Subnets must all be in the same VPC");
  }
  const zones = chosen.map((subnet) => subnet.zone);
  const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
  if (twice !== undefined) throw zoneTaken();
}

/**
 * @throws AwsError InvalidConfigurationRequest while a subnet that was just detached still blocks
 * its zone.
 */
export function requireFreeZones(
  region: Region,
  balancer: LoadBalancer,
  entered: readonly Readonly<SubnetRecord>[],
): void {
  const left = formerOf(region, formerSubnets, balancer);
  const isTaken = entered.some(({ id, zone }) =>
    left.some((former) => former.zone === zone && former.id !== id),
  );
  if (isTaken) throw zoneTaken();
}

/** The service's own message, which does not name the zone. */
function zoneTaken(): AwsError {
  return invalidConfiguration("ELB cannot be attached to multiple subnets in the same AZ.");
}

/** The default subnets of zones. In an account with only VPCs, a zone means its default subnet. */
export function defaultSubnets(region: Region, zones: readonly string[]): Readonly<SubnetRecord>[] {
  return [...new Set(zones)].map((zone) => {
    const subnet = region
      .table(subnets)
      .list()
      .find((candidate) => candidate.defaultForZone && candidate.zone === zone);
    if (subnet === undefined) {
      throw new AwsError(
        "ValidationError",
        `The requested Availability Zone ${zone} is not available, or has no default subnet`,
      );
    }
    return subnet;
  });
}

/** The maximum number of security groups (quota of the classic load balancer). */
const MAX_SECURITY_GROUPS = 5;

/** @throws AwsError InvalidSecurityGroup, InvalidConfigurationRequest. */
export function requireSecurityGroups(
  region: Region,
  ids: readonly string[],
  vpcId: string,
): string[] {
  const unique = [...new Set(ids)];
  if (unique.length > MAX_SECURITY_GROUPS) {
    throw invalidConfiguration(
      `A load balancer can have at most ${MAX_SECURITY_GROUPS} security groups`,
    );
  }
  for (const id of unique) {
    const group = region.table(securityGroups).use(id);
    if (group === undefined || group.vpcId !== vpcId) {
      throw new AwsError(
        "InvalidSecurityGroup",
        `One or more security groups are invalid: ${id} does not exist in VPC ${vpcId}`,
      );
    }
  }
  return unique;
}

/** The default security group of a load balancer. */
export function defaultSecurityGroup(region: Region, vpcId: string): string {
  const group = region
    .table(securityGroups)
    .all()
    .find((candidate) => candidate.vpcId === vpcId && candidate.name === "default");
  if (group === undefined) {
    throw new AwsError("InvalidSecurityGroup", `VPC ${vpcId} has no default security group`);
  }
  return group.id;
}

/** @throws AwsError InvalidSubnet for an internet-facing load balancer in a VPC without a way to the internet. */
export function requireGateway(region: Region, scheme: string, vpcId: string): void {
  if (scheme === "internet-facing" && gatewayOf(region, vpcId) === undefined) {
    throw new AwsError("InvalidSubnet", `VPC ${vpcId} has no internet gateway`);
  }
}

/** The security groups of a request, or the default group of the VPC. */
export function chosenSecurityGroups(
  region: Region,
  given: readonly string[] | undefined,
  vpcId: string,
): string[] {
  return requireSecurityGroups(
    region,
    given?.length ? given : [defaultSecurityGroup(region, vpcId)],
    vpcId,
  );
}

/** Creates a node of the load balancer in each subnet. */
export function enterSubnets(
  region: Region,
  balancer: Pick<LoadBalancer, "name" | "securityGroups" | "scheme">,
  entered: readonly Readonly<SubnetRecord>[],
): BalancedSubnet[] {
  return entered.map((subnet) => ({
    id: subnet.id,
    zone: subnet.zone,
    networkInterfaceId: createNetworkInterface(region, {
      subnetId: subnet.id,
      groupIds: balancer.securityGroups,
      description: `ELB ${balancer.name}`,
      publicAddress: balancer.scheme === "internet-facing",
      requesterId: "amazon-elb",
    }).id,
  }));
}

/**
 * Removes the nodes from subnets. Their network interfaces exist for a while longer and keep their
 * security groups in use.
 */
export function leaveSubnets(region: Region, left: readonly BalancedSubnet[]): void {
  const interfaces = left.map((subnet) => subnet.networkInterfaceId);
  if (interfaces.length === 0) return;
  region.schedule(interfacesReleased, durations.loadBalancerInterfaceRelease * 1000, {
    interfaces,
  });
}

export const interfacesReleased = defineEvent<{ interfaces: string[] }>(
  "load-balancing.interfaces-released",
  (region, data) => {
    for (const id of data.interfaces) region.table(networkInterfaces).remove(id);
  },
);

/** Changes the security groups of the nodes. */
export function changeSecurityGroups(
  region: Region,
  balancer: Pick<LoadBalancer, "securityGroups" | "subnets">,
  groups: readonly string[],
): void {
  balancer.securityGroups = [...groups];
  for (const subnet of balancer.subnets) {
    region.table(networkInterfaces).change(subnet.networkInterfaceId, (networkInterface) => {
      networkInterface.groupIds = [...groups];
    });
  }
}
