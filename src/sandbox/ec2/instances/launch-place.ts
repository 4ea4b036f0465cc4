import { AwsError, invalidValue } from "../../error.ts";
import type { Region } from "../../region.ts";
import { type SubnetRecord, subnets, vpcs, zonesOf } from "../network/tables.ts";
import { securityGroups } from "../security-groups/tables.ts";
import type { LaunchParameters } from "./launch-parameters.ts";
import { hasCapacity, isOffered } from "./supply.ts";

/** The subnet of an instance, and its security groups. */
export interface Place {
  readonly subnet: Readonly<SubnetRecord>;
  readonly groupIds: readonly string[];
  readonly publicAddress: boolean;
  readonly description: string;
}

/** Amazon VPC quotas: "Security groups per network interface", 5. */
const MAX_GROUPS = 5;

/** @throws AwsError for a place that does not exist or whose parts do not match. */
export function findPlace(
  region: Region,
  parameters: LaunchParameters,
  instanceType: string,
): Place {
  const networkInterfaces = parameters.NetworkInterfaces ?? [];
  if (networkInterfaces.length > 1) {
    throw invalidValue("This sandbox models only one network interface per instance.");
  }
  const [own] = networkInterfaces;
  if (own !== undefined) {
    if (parameters.SubnetId !== undefined) throw combined("an instance-level subnet ID");
    if ((parameters.SecurityGroupIds ?? parameters.SecurityGroups) !== undefined) {
      throw combined("instance-level security groups");
    }
    if ((own.DeviceIndex ?? 0) !== 0) {
      throw invalidValue("You must specify a network interface with device index 0.");
    }
  }
  const subnet = findSubnet(
    region,
    own?.SubnetId ?? parameters.SubnetId,
    parameters.Placement?.AvailabilityZone,
    instanceType,
  );
  const groups = findGroups(
    region,
    subnet,
    own?.Groups ?? parameters.SecurityGroupIds,
    parameters.SecurityGroups,
  );
  return {
    subnet,
    groupIds: groups,
    publicAddress: own?.AssociatePublicIpAddress ?? subnet.publicAddresses,
    description: own?.Description ?? "",
  };
}

function combined(what: string): AwsError {
  return new AwsError(
    "InvalidParameterCombination",
    `Network interfaces and ${what} may not be specified on the same request`,
  );
}

function findSubnet(
  region: Region,
  id: string | undefined,
  zone: string | undefined,
  instanceType: string,
): Readonly<SubnetRecord> {
  if (zone !== undefined && !zonesOf(region.name).some((known) => known.name === zone)) {
    throw invalidValue(`Invalid availability zone: [${zone}]`);
  }
  if (id !== undefined) {
    const subnet = region.table(subnets).find(id);
    if (subnet === undefined) {
      throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
    }
    if (zone !== undefined && zone !== subnet.zone) {
      throw new AwsError(
        "InvalidParameterValue",
        `The availability zone ${zone} is not that of the subnet ${id}.`,
      );
    }
    return subnet;
  }
  const defaults = region
    .table(subnets)
    .list()
    .filter((subnet) => subnet.defaultForZone && (zone === undefined || subnet.zone === zone));
  // "…if you do not specify an Availability Zone, we choose one for you": one with capacity.
  const subnet = defaults.find((each) => hasRoom(region, instanceType, each.zone)) ?? defaults[0];
  if (subnet === undefined) {
    throw new AwsError(
      "VPCIdNotSpecified",
      "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
    );
  }
  return subnet;
}

function hasRoom(region: Region, instanceType: string, zone: string): boolean {
  return isOffered(region, instanceType, zone) && hasCapacity(region, instanceType, zone);
}

function findGroups(
  region: Region,
  subnet: Readonly<SubnetRecord>,
  ids: readonly string[] | undefined,
  names: readonly string[] | undefined,
): string[] {
  const table = region.table(securityGroups);
  const inVpc = (name: string) =>
    table.list().find((group) => group.name === name && group.vpcId === subnet.vpcId);
  const found = [...(ids ?? [])].map((id) => {
    const group = table.use(id);
    if (group === undefined) throw groupNotFound(id);
    if (group.vpcId !== subnet.vpcId) {
      throw new AwsError(
        "InvalidParameter",
        `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
      );
    }
    return group.id;
  });
  for (const name of names ?? []) {
    const isDefault = region.table(vpcs).find(subnet.vpcId)?.isDefault === true;
    const group = isDefault ? inVpc(name) : undefined;
    if (group === undefined) throw groupNotFound(name);
    found.push(group.id);
  }
  if (found.length > MAX_GROUPS) {
    throw new AwsError(
      "SecurityGroupsPerInterfaceLimitExceeded",
      "You have exceeded the maximum number of security groups allowed per network interface.",
    );
  }
  const fallback = inVpc("default");
  return found.length === 0 && fallback !== undefined ? [fallback.id] : [...new Set(found)];
}

function groupNotFound(name: string): AwsError {
  return new AwsError("InvalidGroup.NotFound", `The security group '${name}' does not exist`);
}
