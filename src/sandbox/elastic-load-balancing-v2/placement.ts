import { freeAddresses, type SubnetRecord, subnets } from "../ec2/network/tables.ts";
import { AwsError } from "../error.ts";
import { invalidConfiguration, validationError } from "../load-balancing/load-balancer.ts";
import type { Region } from "../region.ts";

/**
 * The subnets of an application load balancer.
 *
 * @throws AwsError SubnetNotFound, ValidationError, InvalidConfigurationRequest, InvalidSubnet.
 */
export function requireSubnets(region: Region, ids: readonly string[]): Readonly<SubnetRecord>[] {
  const found = [...new Set(ids)].map((id) => {
    const subnet = region.table(subnets).find(id);
    if (subnet === undefined) {
      throw new AwsError("SubnetNotFound", `The subnet ID '${id}' does not exist`);
    }
    return subnet;
  });
  const zones = new Set(found.map(({ zone }) => zone));
  if (zones.size < found.length) {
    throw invalidConfiguration(
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  }
  if (zones.size < 2) {
    throw validationError(
      "At least two subnets in two different Availability Zones must be specified",
    );
  }
  if (new Set(found.map(({ vpcId }) => vpcId)).size > 1) {
    throw invalidConfiguration("All subnets must belong to the same VPC");
  }
  return found;
}

/** "each subnet […] has a CIDR block with at least a /27 bitmask and at least eight free IP addresses" */
const FREE_ADDRESSES = 8;
const LONGEST_PREFIX = 27;

/** @throws AwsError InvalidSubnet for a subnet that a load balancer cannot enter. */
export function requireSpace(region: Region, entered: readonly Readonly<SubnetRecord>[]): void {
  for (const subnet of entered) {
    const isSmall = Number(subnet.cidrBlock.split("/")[1]) > LONGEST_PREFIX;
    if (isSmall || freeAddresses(region, subnet) < FREE_ADDRESSES) {
      throw new AwsError(
        "InvalidSubnet",
        `Not enough IP space available in ${subnet.id}. ELB requires at least ${FREE_ADDRESSES} free IP addresses in each subnet.`,
      );
    }
  }
}
