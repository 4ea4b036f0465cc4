import {
  type InstanceTypeOffering,
  paginateDescribeInstanceTypeOfferings,
} from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage } from "./paging.ts";

/** The availability zones of the region that offer each instance type, by type. */
export async function lookUpOfferings(
  clients: Clients,
  instanceTypes: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found: InstanceTypeOffering[] = await everyPage(
    paginateDescribeInstanceTypeOfferings(
      { client: clients.ec2 },
      {
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values: [...instanceTypes] }],
        MaxResults: 1000,
      },
    ),
    (page) => page.InstanceTypeOfferings,
  );
  const isOf = (type: string, { InstanceType }: InstanceTypeOffering) =>
    instanceTypes.length === 1 || InstanceType === type;
  const zonesOf = (type: string) =>
    found.filter((offering) => isOf(type, offering)).flatMap(({ Location }) => Location ?? []);
  return new Map(instanceTypes.map((type) => [type, new Set(zonesOf(type))]));
}
