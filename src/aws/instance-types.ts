import { type InstanceTypeInfo, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage } from "./paging.ts";

/** The processor architectures of instance types, by type. A type that the region does not have is missing. */
export async function lookUpArchitectures(
  clients: Clients,
  instanceTypes: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (instanceTypes.length === 0) return new Map();
  const found: InstanceTypeInfo[] = await everyPage(
    paginateDescribeInstanceTypes(
      { client: clients.ec2 },
      // A filter, because AWS refuses the whole call if one of the `InstanceTypes` does not exist.
      { Filters: [{ Name: "instance-type", Values: [...instanceTypes] }], MaxResults: 100 },
    ),
    (page) => page.InstanceTypes,
  );
  return new Map(
    found.flatMap(({ InstanceType: type, ProcessorInfo: processor }) =>
      type === undefined ? [] : [[type, processor?.SupportedArchitectures ?? []] as const],
    ),
  );
}
