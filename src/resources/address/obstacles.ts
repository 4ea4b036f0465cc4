import { type Address, DescribeAddressesCommand } from "@aws-sdk/client-ec2";
import { nameInAddress } from "../../engine/address.ts";
import type { Obstacle, Sought } from "../../engine/resource.ts";
import { type LiveNatGateway, sweepNatGateways } from "../nat-gateway/live.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { mayHaveLostTags, putTagsBack } from "../shared/lost-tags.ts";
import type { AddressFields } from "./live.ts";
import { addressesBeyondQuota } from "./quota.ts";

/** What stands in the way of new addresses. One that only lacks its tags needs no room in the quota. */
export async function addressObstacles(
  context: ResourceContext,
  sought: readonly Sought<AddressFields>[],
): Promise<readonly Obstacle[]> {
  const untagged = await addressesWithoutTags(context, sought);
  const known = new Set(untagged.map(({ physicalName }) => physicalName));
  const missing = sought.filter(({ physicalName }) => !known.has(physicalName));
  if (missing.length === 0) return untagged;
  return [...untagged, ...(await addressesBeyondQuota(context, missing))];
}

/**
 * An address that the zone's NAT gateway has, and that does not carry the stack's tags. Somebody has removed them. Another
 * address would need another NAT gateway: the servers would have no way out for some minutes, and others would not know
 * their address.
 */
async function addressesWithoutTags(
  context: ResourceContext,
  sought: readonly Sought<AddressFields>[],
): Promise<readonly Obstacle[]> {
  const gateways = (await sweepNatGateways(context)).filter(
    ({ status, fields }) =>
      (status === "ready" || status === "partial") && fields.allocationId !== null,
  );
  const used = sought.flatMap(({ address, physicalName }) => {
    const gateway = gateways.find((each) => nameInAddress(each.address) === nameInAddress(address));
    return gateway === undefined ? [] : [{ address, physicalName, gateway }];
  });
  if (used.length === 0) return [];
  const found = await addressesOf(
    context,
    used.map(({ gateway }) => gateway),
  );
  const region = await context.clients.region();
  const obstacles = used.map(async ({ address, physicalName, gateway }) => {
    const its = found.find(({ AllocationId: id }) => id === gateway.fields.allocationId);
    if (its === undefined || !mayHaveLostTags(context, its.Tags, address)) return [];
    const { AllocationId: id = "", PublicIp: publicAddress = id } = its;
    const removal = awsCommand(region, "ec2 delete-nat-gateway", { "nat-gateway-id": gateway.id });
    return [
      {
        physicalName,
        summary: `${publicAddress} (${id}) is the address of ${gateway.address}, but does not carry the stack's tags`,
        remedy: `Put them back: ${await putTagsBack(context, address, id)}. If the stack is to have another address, delete the NAT gateway first: ${removal}. Servers behind it then have no way to the internet until the next apply has made another one.`,
      },
    ];
  });
  return (await Promise.all(obstacles)).flat();
}

/** By a filter: a call that names an address which is gone fails for all. */
async function addressesOf(
  { clients }: ResourceContext,
  gateways: readonly LiveNatGateway[],
): Promise<readonly Address[]> {
  const ids = gateways.flatMap(({ fields: { allocationId } }) => allocationId ?? []);
  const command = new DescribeAddressesCommand({
    Filters: [{ Name: "allocation-id", Values: ids }],
  });
  return (await clients.ec2.send(command)).Addresses ?? [];
}
