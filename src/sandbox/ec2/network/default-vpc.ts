import type { CreateDefaultSubnetRequest } from "@aws-sdk/client-ec2";
import { CreateDefaultSubnet$, CreateDefaultVpc$ } from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { createDefaultSecurityGroup } from "../security-groups/tables.ts";
import { requireRoomForVpc, requireZone } from "./changes.ts";
import { blocksOverlap } from "./cidr.ts";
import { subnetAnswer, vpcAnswer } from "./network.ts";
import { createInternetAccess, routeTables } from "./route-table-tables.ts";
import { type SubnetRecord, subnets, type VpcRecord, vpcs, type Zone, zonesOf } from "./tables.ts";

/** Objects that AWS creates itself are visible at once. */
const now = { immediate: true };

/** Every new account has a default VPC in every region: Amazon VPC User Guide, "Default VPCs". */
export function addDefaultVpc(region: Region): VpcRecord {
  const id = region.id("vpc");
  const vpc = region
    .table(vpcs)
    .add(id, { id, cidrBlock: "172.31.0.0/16", isDefault: true, tags: {} }, now);
  for (const zone of zonesOf(region.name)) addDefaultSubnet(region, vpc, zone);
  createInternetAccess(region, vpc);
  createDefaultSecurityGroup(region, id);
  return vpc;
}

/** Uses the first free block of its size. */
function addDefaultSubnet(region: Region, vpc: VpcRecord, zone: Zone): SubnetRecord {
  const taken = region
    .table(subnets)
    .all()
    .filter(({ vpcId }) => vpcId === vpc.id);
  const blocks = Array.from({ length: 16 }, (_, index) => `172.31.${index * 16}.0/20`);
  const cidrBlock = blocks.find(
    (block) => !taken.some((subnet) => blocksOverlap(subnet.cidrBlock, block)),
  );
  if (cidrBlock === undefined) {
    throw new AwsError("InsufficientFreeCidrBlocks", `No block of ${vpc.id} is free.`);
  }
  const id = region.id("subnet");
  const subnet: SubnetRecord = {
    id,
    vpcId: vpc.id,
    zone: zone.name,
    zoneId: zone.id,
    cidrBlock,
    defaultForZone: true,
    publicAddresses: true,
    nextHost: 4,
    tags: {},
  };
  return region.table(subnets).add(id, subnet, now);
}

function defaultVpcOf(region: Region): VpcRecord | undefined {
  return region
    .table(vpcs)
    .all()
    .find(({ isDefault }) => isDefault);
}

const createDefaultVpc = operation<object>(CreateDefaultVpc$, [], (region) => {
  if (defaultVpcOf(region) !== undefined) {
    throw new AwsError(
      "DefaultVpcAlreadyExists",
      "A Default VPC already exists for this account in this region.",
    );
  }
  requireRoomForVpc(region);
  return { Vpc: vpcAnswer(region, addDefaultVpc(region)) };
});

const createDefaultSubnet = operation<CreateDefaultSubnetRequest>(
  CreateDefaultSubnet$,
  ["AvailabilityZone"],
  (region, input) => {
    if (input.AvailabilityZone === undefined) throw missingParameter("availabilityZone");
    const vpc = defaultVpcOf(region);
    if (vpc === undefined) {
      throw new AwsError(
        "DefaultVpcDoesNotExist",
        "There is no default VPC in which to carry out the request.",
      );
    }
    const zone = requireZone(region, input.AvailabilityZone);
    const isThere = region
      .table(subnets)
      .all()
      .some((subnet) => subnet.defaultForZone && subnet.zone === zone.name);
    if (isThere) {
      throw new AwsError(
        "DefaultSubnetAlreadyExistsInAvailabilityZone",
        `A default subnet already exists in the availability zone ${zone.name}.`,
      );
    }
    return { Subnet: subnetAnswer(region, addDefaultSubnet(region, vpc, zone)) };
  },
);

/**
 * In an account that was saved without route tables, every subnet reaches the internet. This stays so.
 */
export function addMissingRouteTables(region: Region): void {
  const known = new Set(
    region
      .table(routeTables)
      .all()
      .map(({ vpcId }) => vpcId),
  );
  for (const vpc of region.table(vpcs).all()) {
    if (!known.has(vpc.id)) createInternetAccess(region, vpc);
  }
}

export const defaultVpcOperations = [createDefaultVpc, createDefaultSubnet];
