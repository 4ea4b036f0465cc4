import { paginateDescribeVpcPeeringConnections } from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { stackKey, type Tag, toRecord } from "../../aws/tags.ts";
import type { Hold } from "../../engine/resource.ts";
import { attachedTo, isOwn } from "../internet-gateway/live.ts";
import { withoutTags } from "../internet-gateway/obstacles.ts";
import { lookUpNatGateways } from "../nat-gateway/live.ts";
import { lookUpRouteTables } from "../route-table/live.ts";
import { describeSecurityGroups } from "../security-group/calls.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { lookUpSubnets } from "../subnet/live.ts";
import { lookUpVpcEndpoints } from "../vpc-endpoint/live.ts";

/** Something of others in a VPC of the stack. */
interface Guest {
  readonly vpcId: string | undefined;
  readonly what: string;
  readonly command: string;
}

/**
 * What others have put into these VPCs. AWS refuses to delete a VPC with it, and no step of the stack removes it.
 * Called for planned deletes, so that a destroy does not leave half a network.
 */
export async function guestHolds(
  context: ResourceContext,
  ids: readonly string[],
): Promise<readonly Hold[]> {
  const guests = (
    await Promise.all([
      subnets(context, ids),
      groups(context, ids),
      routeTables(context, ids),
      natGateways(context, ids),
      endpoints(context, ids),
      peerings(context, ids),
    ])
  ).flat();
  return ids.flatMap((id) => {
    const mine = guests.filter(({ vpcId }) => vpcId === id);
    if (mine.length === 0) return [];
    return [
      {
        id,
        summary: `AWS does not delete the VPC ${id} while something outside this stack is in it: ${mine.map(({ what }) => what).join(", ")}`,
        remedy: `If nobody needs it, delete it: ${mine.map(({ command }) => command).join("; ")}. Then run the same command again.`,
      },
    ];
  });
}

/**
 * An internet gateway without the stack's tags, attached to one of these VPCs. Somebody has removed them: no step of the
 * stack deletes it, and AWS does not delete the VPC.
 */
export async function gatewayHolds(
  context: ResourceContext,
  ids: readonly string[],
): Promise<readonly Hold[]> {
  const holds = ids.map(async (id) => {
    const others = (await attachedTo(context, [id])).filter((each) => !isOwn(context, each));
    return others.map(async ({ InternetGatewayId: gateway = "" }) => ({
      id,
      ...(await withoutTags(context, `internet-gateway/${context.stack}`, gateway, id)),
    }));
  });
  return Promise.all((await Promise.all(holds)).flat());
}

type Look = (context: ResourceContext, ids: readonly string[]) => Promise<readonly Guest[]>;

const within = (ids: readonly string[]) => [{ Name: "vpc-id", Values: [...ids] }];

function isForeign({ stack }: ResourceContext, tags: readonly Tag[] | undefined): boolean {
  return toRecord(tags)[stackKey] !== stack;
}

const subnets: Look = async (context, ids) => {
  const { clients } = context;
  const region = await clients.region();
  const found = await lookUpSubnets(clients.ec2, within(ids));
  return found
    .filter(({ Tags }) => isForeign(context, Tags))
    .map(({ SubnetId: id = "", VpcId: vpcId }) => ({
      vpcId,
      what: `the subnet ${id}`,
      command: awsCommand(region, "ec2 delete-subnet", { "subnet-id": id }),
    }));
};

const groups: Look = async (context, ids) => {
  const region = await context.clients.region();
  const found = await describeSecurityGroups(context, within(ids));
  return found
    .filter(({ GroupName, Tags }) => GroupName !== "default" && isForeign(context, Tags))
    .map(({ GroupId: id = "", GroupName: name, VpcId: vpcId }) => ({
      vpcId,
      what: `the security group ${name} (${id})`,
      command: awsCommand(region, "ec2 delete-security-group", { "group-id": id }),
    }));
};

/** The main table goes with the VPC, and the table of a regional NAT gateway with the gateway. */
const routeTables: Look = async (context, ids) => {
  const { clients } = context;
  const region = await clients.region();
  const [found, gateways] = await Promise.all([
    lookUpRouteTables(clients.ec2, within(ids)),
    lookUpNatGateways(clients.ec2, within(ids)),
  ]);
  const ofGateways = new Set(gateways.map(({ RouteTableId }) => RouteTableId));
  return found
    .filter(
      ({ RouteTableId, Tags, Associations = [] }) =>
        !ofGateways.has(RouteTableId) &&
        !Associations.some(({ Main }) => Main === true) &&
        isForeign(context, Tags),
    )
    .map(({ RouteTableId: id = "", VpcId: vpcId }) => ({
      vpcId,
      what: `the route table ${id}`,
      command: awsCommand(region, "ec2 delete-route-table", { "route-table-id": id }),
    }));
};

const natGateways: Look = async (context, ids) => {
  const region = await context.clients.region();
  const gone = new Set<string | undefined>(["deleted", "deleting", "failed"]);
  return (await lookUpNatGateways(context.clients.ec2, within(ids)))
    .filter(({ State, Tags }) => !gone.has(State) && isForeign(context, Tags))
    .map(({ NatGatewayId: id = "", VpcId: vpcId }) => ({
      vpcId,
      what: `the NAT gateway ${id}`,
      command: awsCommand(region, "ec2 delete-nat-gateway", { "nat-gateway-id": id }),
    }));
};

const endpoints: Look = async (context, ids) => {
  const { clients } = context;
  const region = await clients.region();
  const found = await lookUpVpcEndpoints(clients.ec2, within(ids));
  return found
    .filter(({ Tags, State }) => isForeign(context, Tags) && !/^delet/i.test(State ?? ""))
    .map(({ VpcEndpointId: id = "", VpcId: vpcId, ServiceName: service }) => ({
      vpcId,
      what: `the VPC endpoint ${id} (${service})`,
      command: awsCommand(region, "ec2 delete-vpc-endpoints", { "vpc-endpoint-ids": id }),
    }));
};

const peerings: Look = async ({ clients }, ids) => {
  const region = await clients.region();
  const sides = ["requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id"].map((side) =>
    everyPage(
      paginateDescribeVpcPeeringConnections(
        { client: clients.ec2 },
        {
          Filters: [
            { Name: side, Values: [...ids] },
            { Name: "status-code", Values: ["active", "pending-acceptance", "provisioning"] },
          ],
        },
      ),
      (page) => page.VpcPeeringConnections,
    ),
  );
  const found = (await Promise.all(sides)).flat();
  return found.map(({ VpcPeeringConnectionId: id = "", RequesterVpcInfo, AccepterVpcInfo }) => ({
    vpcId: [RequesterVpcInfo, AccepterVpcInfo].find((side) => ids.includes(side?.VpcId ?? ""))
      ?.VpcId,
    what: `the peering connection ${id}`,
    command: awsCommand(region, "ec2 delete-vpc-peering-connection", {
      "vpc-peering-connection-id": id,
    }),
  }));
};
