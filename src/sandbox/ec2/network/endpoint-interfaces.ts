import { AwsError, invalidValue } from "../../error.ts";
import { defineEvent, type Region } from "../../region.ts";
import { durations } from "../durations.ts";
import { findSecurityGroup } from "../security-groups/security-groups.ts";
import { securityGroups } from "../security-groups/tables.ts";
import {
  createNetworkInterface,
  freeAddresses,
  networkInterfaces,
  requireSubnet,
} from "./tables.ts";
import { hasDnsHostnames, hasDnsSupport } from "./vpc-attributes.ts";
import { type EndpointInterface, serviceOf, vpcEndpoints } from "./vpc-endpoint-tables.ts";

/** The account of AWS in the User Guide's example of such an interface ("Requester-managed network interfaces"). */
const REQUESTER = "727180483921";

/**
 * @throws AwsError for a subnet of another VPC, without a free address, or in a zone in which the endpoint already has
 * one.
 */
export function requireEndpointSubnets(
  region: Region,
  vpcId: string,
  ids: readonly string[],
  present: readonly string[] = [],
): void {
  const zones = present.map((id) => requireSubnet(region, id).zone);
  for (const id of new Set(ids)) {
    const subnet = requireSubnet(region, id);
    if (subnet.vpcId !== vpcId) throw invalidValue(`The subnet ${id} is not in ${vpcId}`);
    if (zones.includes(subnet.zone)) {
      throw new AwsError(
        "DuplicateSubnetsInSameZone",
        `Found another VPC endpoint subnet in the availability zone of ${id}`,
      );
    }
    if (freeAddresses(region, subnet) === 0) {
      throw new AwsError(
        "InsufficientFreeAddressesInSubnet",
        `Insufficient free addresses in subnet ${id}`,
      );
    }
    zones.push(subnet.zone);
  }
}

/** The groups of a request. Default: the default group of the VPC. @throws AwsError */
export function endpointGroups(
  region: Region,
  vpcId: string,
  ids: readonly string[] | undefined,
): string[] {
  if (ids === undefined || ids.length === 0) {
    return region
      .table(securityGroups)
      .all()
      .filter((group) => group.vpcId === vpcId && group.name === "default")
      .map(({ id }) => id);
  }
  return [...new Set(ids)].map((id) => {
    const group = findSecurityGroup(region, id);
    if (group.vpcId === vpcId) return id;
    throw new AwsError(
      "InvalidGroup.NotFound",
      `The security group '${id}' does not exist in ${vpcId}`,
    );
  });
}

/**
 * @throws AwsError InvalidParameter where the VPC's DNS does not serve private names, or serves the service's
 * name already. An endpoint that is being deleted still has the name.
 */
export function requirePrivateDns(
  region: Region,
  {
    id,
    vpcId,
    serviceName,
  }: { readonly id?: string; readonly vpcId: string; readonly serviceName: string },
): void {
  if (!hasDnsSupport(region, vpcId) || !hasDnsHostnames(region, vpcId)) {
    throw new AwsError(
      "InvalidParameter",
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
    );
  }
  const isTaken = region
    .table(vpcEndpoints)
    .all()
    .some(
      (other) =>
        other.id !== id &&
        other.vpcId === vpcId &&
        other.serviceName === serviceName &&
        other.privateDns === true,
    );
  if (isTaken) {
    throw new AwsError(
      "InvalidParameter",
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${privateName(region, serviceName)} in the VPC ${vpcId}`,
    );
  }
}

/** The public name of a service, which private DNS answers with the endpoint's addresses. */
export function privateName(region: Region, serviceName: string): string {
  const domain = region.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `${serviceOf(region, serviceName)}.${region.name}.${domain}`;
}

export function enterEndpointSubnets(
  region: Region,
  endpointId: string,
  ids: readonly string[],
  groupIds: readonly string[],
): EndpointInterface[] {
  return [...new Set(ids)].map((subnetId) => ({
    subnetId,
    id: createNetworkInterface(region, {
      subnetId,
      groupIds,
      description: `VPC Endpoint Interface ${endpointId}`,
      publicAddress: false,
      requesterId: REQUESTER,
      kind: "vpc_endpoint",
    }).id,
  }));
}

/** The network interfaces exist for a while longer, and keep their subnets and security groups in use. */
export function leaveEndpointSubnets(region: Region, left: readonly EndpointInterface[]): void {
  if (left.length === 0) return;
  const ids = left.map(({ id }) => id);
  region.schedule(interfacesGone, durations.interfaceEndpointDeleting * 1000, { ids });
}

const interfacesGone = defineEvent<{ ids: string[] }>(
  "ec2.endpoint-interfaces-gone",
  (region, { ids }) => {
    for (const id of ids) region.table(networkInterfaces).remove(id, { immediate: true });
  },
);

export const endpointInterfaceEvents = [interfacesGone];
