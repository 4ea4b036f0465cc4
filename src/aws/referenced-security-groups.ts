import { paginateDescribeSecurityGroups } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage, inChunks, mostFilterValues } from "./paging.ts";

/**
 * The VPC of each of these security groups, by their ids; one that is not there is not in the answer.
 * No ids, no call.
 */
export async function lookUpGroupVpcs(
  clients: Clients,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    inChunks([...new Set(ids)], mostFilterValues).map((values) =>
      everyPage(
        paginateDescribeSecurityGroups(
          { client: clients.ec2 },
          // A list of ids would fail at the first one that is not there.
          { Filters: [{ Name: "group-id", Values: values }], MaxResults: 1000 },
        ),
        (page) => page.SecurityGroups,
      ),
    ),
  );
  return new Map(
    found.flat().map(({ GroupId = "", VpcId = "" }): [string, string] => [GroupId, VpcId]),
  );
}
