import { type NetworkInterface, paginateDescribeNetworkInterfaces } from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { stackKey, toRecord } from "../../aws/tags.ts";
import type { Hold, Live } from "../../engine/resource.ts";
import { foreignInterfaces } from "../security-group/foreign-interfaces.ts";
import { withoutOwnLoadBalancers } from "../security-group/own-load-balancers.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sweepInstances } from "../shared/instances.ts";
import { mayHaveLostTags, putTagsBack } from "../shared/lost-tags.ts";
import { withoutOwnParts } from "../shared/own-interfaces.ts";
import { lookUpVpcs } from "../vpc/live.ts";
import type { LiveSubnet } from "./live.ts";

/**
 * What of others is in these subnets, by its network interfaces. AWS refuses to delete a subnet with one, and no step of
 * the stack removes it. Interfaces of the stack's own load balancers, gateways and endpoints go with these, or leave the
 * subnet before it is deleted.
 */
export async function interfaceHolds(
  context: ResourceContext,
  ids: readonly string[],
): Promise<readonly Hold[]> {
  const { clients, stack } = context;
  const [region, found, instances] = await Promise.all([
    clients.region(),
    everyPage(
      paginateDescribeNetworkInterfaces(
        { client: clients.ec2 },
        { Filters: [{ Name: "subnet-id", Values: [...ids] }], MaxResults: 1000 },
      ),
      (page) => page.NetworkInterfaces,
    ),
    sweepInstances(context),
  ]);
  const servers = new Set(instances.map(({ InstanceId }) => InstanceId));
  const untagged = found.filter(({ TagSet }) => toRecord(TagSet)[stackKey] !== stack);
  const others = await withoutOwnLoadBalancers(context, await withoutOwnParts(context, untagged));
  return ids.flatMap((id) => {
    const inSubnet = others.filter(({ SubnetId }) => SubnetId === id);
    const users = [
      ...foreignInstances(inSubnet, servers),
      ...foreignInterfaces(inSubnet, region).map(({ summary }) => summary),
    ];
    if (users.length === 0) return [];
    return [
      {
        id,
        summary: `AWS does not delete the subnet ${id} while something outside this stack is in it: ${users.join("; ")}`,
        remedy: `If nobody needs it, delete it; otherwise move it to another network. Then run the same command again. To list all network interfaces of the subnet: ${awsCommand(region, "ec2 describe-network-interfaces", { filters: `Name=subnet-id,Values=${id}` })}`,
      },
    ];
  });
}

/**
 * The VPC of these subnets, if the plan does not delete it because it lacks the stack's tags. Somebody has removed them,
 * and a destroy would leave the VPC, and say that it is done. Told once for each VPC.
 */
export async function vpcHolds(
  context: ResourceContext,
  live: readonly LiveSubnet[],
  deleting: readonly Live[],
): Promise<readonly Hold[]> {
  const going = new Set(deleting.map(({ id }) => id));
  const subnetIn = new Map(
    live
      .filter(({ fields: { vpcId } }) => !going.has(vpcId))
      .map(({ id, fields: { vpcId } }) => [vpcId, id] as const),
  );
  if (subnetIn.size === 0) return [];
  const filters = [{ Name: "vpc-id", Values: [...subnetIn.keys()] }];
  const found = await lookUpVpcs(context.clients.ec2, filters);
  const address = `vpc/${context.stack}` as const;
  const untagged = found.filter(({ Tags }) => mayHaveLostTags(context, Tags, address));
  return Promise.all(
    untagged.map(async ({ VpcId: id = "" }) => ({
      id: subnetIn.get(id) ?? "",
      summary: `${id} has subnets of this stack, but does not carry the stack's tags`,
      remedy: `If it is the stack's VPC and lost its tags, put them back: ${await putTagsBack(context, address, id)}. Otherwise remove the tag ${stackKey} from its subnets.`,
    })),
  );
}

/** A server of the stack's group may carry no tag: its group terminates it. */
function foreignInstances(
  interfaces: readonly NetworkInterface[],
  own: ReadonlySet<string | undefined>,
): readonly string[] {
  const ids = interfaces
    .map(({ Attachment }) => Attachment?.InstanceId)
    .filter((id) => id !== undefined && !own.has(id))
    .map(String);
  return [...new Set(ids)].map(
    (id) => `the instance ${id}, which does not carry this stack's tags`,
  );
}
