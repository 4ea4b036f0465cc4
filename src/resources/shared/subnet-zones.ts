import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import type { ResourceContext } from "./context.ts";

/** The availability zone of each of these subnets. */
export async function zonesOf(
  { clients }: ResourceContext,
  subnets: readonly string[],
): Promise<Map<string | undefined, string | undefined>> {
  const command = new DescribeSubnetsCommand({ SubnetIds: [...subnets] });
  const { Subnets = [] } = await clients.ec2.send(command);
  return new Map(Subnets.map((subnet) => [subnet.SubnetId, subnet.AvailabilityZone]));
}
