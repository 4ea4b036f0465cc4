import type {
  CreateSubnetRequest,
  CreateVpcRequest,
  DeleteSubnetRequest,
  DeleteVpcRequest,
  ModifySubnetAttributeRequest,
} from "@aws-sdk/client-ec2";
import {
  CreateSubnet$,
  CreateVpc$,
  DeleteSubnet$,
  DeleteVpc$,
  ModifySubnetAttribute$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { createDefaultSecurityGroup, securityGroups } from "../security-groups/tables.ts";
import { tagsFor } from "../tags.ts";
import { blocksOverlap, canonicalIpv4, inIpv4Block } from "./cidr.ts";
import { subnetsChanged } from "./nat-gateway-life.ts";
import { natGatewaysIn } from "./nat-gateway-tables.ts";
import { subnetAnswer, vpcAnswer } from "./network.ts";
import { peeringsOf } from "./peering-tables.ts";
import { createMainRouteTable, gatewayOf, isMain, routeTables } from "./route-table-tables.ts";
import { forgetSubnetRoutes } from "./route-tables.ts";
import {
  networkInterfaces,
  requireSubnet,
  requireVpc,
  type SubnetRecord,
  subnets,
  vpcs,
  type Zone,
  zonesOf,
} from "./tables.ts";
import { endpointsIn } from "./vpc-endpoint-tables.ts";

/** Amazon VPC quotas: "VPCs per Region", 5, and "Subnets per VPC", 200. */
const MAX_VPCS = 5;
const MAX_SUBNETS = 200;

const createVpc = operation<CreateVpcRequest>(
  CreateVpc$,
  ["CidrBlock", "InstanceTenancy", "AmazonProvidedIpv6CidrBlock", "TagSpecifications"],
  (region, input) => {
    if ((input.InstanceTenancy ?? "default") !== "default") {
      throw notModelled(`The tenancy ${input.InstanceTenancy}`);
    }
    if (input.AmazonProvidedIpv6CidrBlock === true) throw notModelled("An IPv6 block of a VPC");
    if (input.CidrBlock === undefined) throw missingParameter("cidrBlock");
    const cidrBlock = block(input.CidrBlock, "InvalidVpc.Range");
    const tags = tagsFor(input.TagSpecifications, "vpc");
    requireRoomForVpc(region);
    const id = region.id("vpc");
    const vpc = region.table(vpcs).add(id, { id, cidrBlock, isDefault: false, tags });
    createDefaultSecurityGroup(region, id);
    createMainRouteTable(region, vpc);
    return { Vpc: vpcAnswer(region, vpc) };
  },
);

const deleteVpc = operation<DeleteVpcRequest>(DeleteVpc$, ["VpcId"], (region, input) => {
  const { id } = requireVpc(region, input.VpcId);
  const groups = region
    .table(securityGroups)
    .all()
    .filter((group) => group.vpcId === id);
  const tables = region
    .table(routeTables)
    .all()
    .filter((table) => table.vpcId === id);
  if (
    subnetsOf(region, id).length > 0 ||
    groups.some((group) => group.name !== "default") ||
    gatewayOf(region, id) !== undefined ||
    !tables.every(isMain) ||
    endpointsIn(region, id).length > 0 ||
    natGatewaysIn(region, id).length > 0 ||
    peeringsOf(region, id).length > 0
  ) {
    throw new AwsError(
      "DependencyViolation",
      `The vpc '${id}' has dependencies and cannot be deleted.`,
    );
  }
  for (const group of groups) region.table(securityGroups).remove(group.id);
  for (const table of tables) region.table(routeTables).remove(table.id);
  region.table(vpcs).remove(id);
  return {};
});

const createSubnet = operation<CreateSubnetRequest>(
  CreateSubnet$,
  ["VpcId", "CidrBlock", "AvailabilityZone", "TagSpecifications"],
  (region, input) => {
    const vpc = requireVpc(region, input.VpcId);
    if (input.CidrBlock === undefined) throw missingParameter("cidrBlock");
    const cidrBlock = block(input.CidrBlock, "InvalidSubnet.Range");
    const isInside = inIpv4Block(firstAddress(cidrBlock), vpc.cidrBlock);
    if (!isInside || prefixLength(cidrBlock) < prefixLength(vpc.cidrBlock)) {
      throw new AwsError("InvalidSubnet.Range", `The CIDR '${cidrBlock}' is invalid.`);
    }
    if (subnetsOf(region, vpc.id).length >= MAX_SUBNETS) {
      throw new AwsError("SubnetLimitExceeded", "The maximum number of subnets has been reached.");
    }
    if (subnetsOf(region, vpc.id).some((other) => blocksOverlap(other.cidrBlock, cidrBlock))) {
      throw new AwsError(
        "InvalidSubnet.Conflict",
        `The CIDR '${cidrBlock}' conflicts with another subnet`,
      );
    }
    const zone = requireZone(region, input.AvailabilityZone);
    const tags = tagsFor(input.TagSpecifications, "subnet");
    const id = region.id("subnet");
    const subnet = region.table(subnets).add(id, {
      id,
      vpcId: vpc.id,
      zone: zone.name,
      zoneId: zone.id,
      cidrBlock,
      defaultForZone: false,
      publicAddresses: false,
      nextHost: 4,
      tags,
    });
    subnetsChanged(region, vpc.id);
    return { Subnet: subnetAnswer(region, subnet) };
  },
);

const deleteSubnet = operation<DeleteSubnetRequest>(
  DeleteSubnet$,
  ["SubnetId"],
  (region, input) => {
    const { id, vpcId } = requireSubnet(region, input.SubnetId);
    const isUsed = region
      .table(networkInterfaces)
      .all()
      .some((networkInterface) => networkInterface.subnetId === id);
    if (isUsed) {
      throw new AwsError(
        "DependencyViolation",
        `The subnet '${id}' has dependencies and cannot be deleted.`,
      );
    }
    forgetSubnetRoutes(region, id);
    region.table(subnets).remove(id);
    subnetsChanged(region, vpcId);
    return {};
  },
);

const modifySubnetAttribute = operation<ModifySubnetAttributeRequest>(
  ModifySubnetAttribute$,
  ["SubnetId", "MapPublicIpOnLaunch"],
  (region, input) => {
    const { id } = requireSubnet(region, input.SubnetId);
    const publicAddresses = input.MapPublicIpOnLaunch?.Value;
    if (publicAddresses === undefined) throw missingParameter("attribute");
    region.table(subnets).change(id, (subnet) => {
      subnet.publicAddresses = publicAddresses;
    });
    return {};
  },
);

/** @throws AwsError when the region has reached AWS's quota. */
export function requireRoomForVpc(region: Region): void {
  if (region.table(vpcs).all().length < MAX_VPCS) return;
  throw new AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
}

/** The zone with this name, or the first zone. @throws AwsError when the zone does not exist. */
export function requireZone(region: Region, name: string | undefined): Zone {
  const zones = zonesOf(region.name);
  const zone = zones.find((each) => each.name === (name ?? zones[0]?.name));
  if (zone !== undefined) return zone;
  throw invalidValue(
    `Value (${name}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.map((each) => each.name).join(", ")}.`,
  );
}

function subnetsOf(region: Region, vpcId: string): readonly SubnetRecord[] {
  return region
    .table(subnets)
    .all()
    .filter((subnet) => subnet.vpcId === vpcId);
}

/** VPCs and subnets have from 16 to 65,536 addresses ("VPC CIDR blocks", Amazon VPC User Guide). */
function block(cidr: string, code: string): string {
  const canonical = canonicalIpv4(cidr);
  const bits = prefixLength(canonical);
  if (bits < 16 || bits > 28) throw new AwsError(code, `The CIDR '${cidr}' is invalid.`);
  return canonical;
}

function firstAddress(cidr: string): string {
  return cidr.split("/")[0] ?? "";
}

function prefixLength(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

export const networkChangeOperations = [
  createVpc,
  deleteVpc,
  createSubnet,
  deleteSubnet,
  modifySubnetAttribute,
];
