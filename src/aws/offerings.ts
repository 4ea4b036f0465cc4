import {
  type InstanceTypeOffering,
  paginateDescribeInstanceTypeOfferings,
} from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage } from "./paging.ts";

/** The availability zones of the region that offer an instance type. */
export async function lookUpOfferings(
  clients: Clients,
  instanceType: string,
): Promise<ReadonlySet<string>> {
  const found: InstanceTypeOffering[] = await everyPage(
    paginateDescribeInstanceTypeOfferings(
      { client: clients.ec2 },
      {
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values: [instanceType] }],
        MaxResults: 1000,
      },
    ),
    (page) => page.InstanceTypeOfferings,
  );
  return new Set(found.flatMap(({ Location }) => Location ?? []));
}
