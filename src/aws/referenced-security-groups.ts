import { paginateDescribeSecurityGroups } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage, inChunks, mostFilterValues } from "./paging.ts";

/**
 * The VPC of each security group by id. The result omits groups that do not exist. Without ids, makes no
 * call.
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
          // A list of ids would fail at the first id that does not exist.
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
