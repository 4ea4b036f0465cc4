import { paginateDescribeSubnets } from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { retryNotFound } from "./consistency.ts";
import type { ResourceContext } from "./context.ts";

/** The availability zone of each of these subnets. */
export async function zonesOf(
  context: ResourceContext,
  subnets: readonly string[],
): Promise<Map<string | undefined, string | undefined>> {
  const client = context.clients.ec2;
  const found = await retryNotFound(context, "a new subnet", () =>
    everyPage(
      paginateDescribeSubnets({ client }, { SubnetIds: [...subnets] }),
      (page) => page.Subnets,
    ),
  );
  return new Map(found.map((subnet) => [subnet.SubnetId, subnet.AvailabilityZone]));
}
