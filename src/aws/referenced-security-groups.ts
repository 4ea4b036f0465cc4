import { paginateDescribeSecurityGroups } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage } from "./paging.ts";

/** As many values as one filter may have ("Find your Amazon EC2 resources", Amazon EC2 User Guide). */
const MOST_FILTER_VALUES = 200;

/**
 * The VPC of each of these security groups, by their ids; one that is not there is not in the answer.
 * No ids, no call.
 */
export async function lookUpGroupVpcs(
  clients: Clients,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(ids)];
  const parts = Array.from(
    { length: Math.ceil(distinct.length / MOST_FILTER_VALUES) },
    (_, index) => distinct.slice(index * MOST_FILTER_VALUES, (index + 1) * MOST_FILTER_VALUES),
  );
  const found = await Promise.all(
    parts.map((values) =>
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
