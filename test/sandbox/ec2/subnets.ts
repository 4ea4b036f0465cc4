import type { Subnet } from "@aws-sdk/client-ec2";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";

/** Makes a second subnet in every zone of the default VPC. Ids: `a1` is the zone's default subnet, `a2` the new one. */
export async function subnetsByZone(sandbox: Sandbox): Promise<ReadonlyMap<string, string>> {
  const { Subnets } = (await sandbox.call("ec2", "DescribeSubnets", {})) as {
    readonly Subnets: readonly Subnet[];
  };
  const ids = new Map<string, string>();
  for (const [index, { SubnetId = "", VpcId, AvailabilityZone = "" }] of Subnets.entries()) {
    const letter = AvailabilityZone.at(-1);
    const made = (await sandbox.call("ec2", "CreateSubnet", {
      VpcId,
      AvailabilityZone,
      // The default VPC's own subnets have the first of its sixteen blocks of this size.
      CidrBlock: `172.31.${(Subnets.length + index) * 16}.0/20`,
    })) as { readonly Subnet: Subnet };
    ids.set(`${letter}1`, SubnetId).set(`${letter}2`, made.Subnet.SubnetId ?? "");
  }
  return ids;
}
