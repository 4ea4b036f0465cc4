import { type Filter, paginateDescribeSubnets, type Subnet } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import type { KnownSubnet } from "./known-subnets.ts";
import { everyPage } from "./paging.ts";

import { toRecord } from "./tags.ts";

/** Unlike a list of ids, a filter does not fail when some ids do not exist. */
export async function sweepSubnets(clients: Clients, filter: Filter): Promise<KnownSubnet[]> {
  const found = await everyPage(
    paginateDescribeSubnets({ client: clients.ec2 }, { Filters: [filter], MaxResults: 1000 }),
    (page) => page.Subnets,
  );
  return found.map(toKnown);
}

function toKnown(subnet: Subnet): KnownSubnet {
  const { SubnetId = "", VpcId = "", AvailabilityZone = "", State = "in no known state" } = subnet;
  const { Name } = toRecord(subnet.Tags);
  return {
    id: SubnetId,
    vpcId: VpcId,
    zone: AvailabilityZone,
    state: State,
    cidr: subnet.CidrBlock,
    hasPublicAddresses: subnet.MapPublicIpOnLaunch === true,
    name: Name,
    ...(subnet.AvailableIpAddressCount !== undefined && {
      freeAddresses: subnet.AvailableIpAddressCount,
    }),
  };
}
