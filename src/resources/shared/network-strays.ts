import {
  DescribeAddressesCommand,
  paginateDescribeFlowLogs,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import type { ResourceContext } from "./context.ts";
import { ownFilters } from "./owned.ts";

/** Ids of the existing parts of networks that carry the stack's tag, by EC2's name of the kind. */
export const networkLookers: Readonly<
  Record<string, (context: ResourceContext) => Promise<readonly (string | undefined)[]>>
> = {
  async vpc(context) {
    const pages = paginateDescribeVpcs(...asked(context));
    return (await everyPage(pages, (page) => page.Vpcs)).map(({ VpcId }) => VpcId);
  },
  async subnet(context) {
    const pages = paginateDescribeSubnets(...asked(context));
    return (await everyPage(pages, (page) => page.Subnets)).map(({ SubnetId }) => SubnetId);
  },
  async "internet-gateway"(context) {
    const pages = paginateDescribeInternetGateways(...asked(context));
    const found = await everyPage(pages, (page) => page.InternetGateways);
    return found.map(({ InternetGatewayId }) => InternetGatewayId);
  },
  async "route-table"(context) {
    const pages = paginateDescribeRouteTables(...asked(context, 100));
    const found = await everyPage(pages, (page) => page.RouteTables);
    return found.map(({ RouteTableId }) => RouteTableId);
  },
  async "elastic-ip"(context) {
    const command = new DescribeAddressesCommand({ Filters: ownFilters(context) });
    const { Addresses = [] } = await context.clients.ec2.send(command);
    return Addresses.map(({ AllocationId }) => AllocationId);
  },
  async natgateway(context) {
    const client = context.clients.ec2;
    const pages = paginateDescribeNatGateways({ client }, { Filter: ownFilters(context) });
    const found = await everyPage(pages, (page) => page.NatGateways);
    // AWS shows a deleted one for about an hour, and deletes one that has failed by itself.
    const gone = new Set<string | undefined>(["deleted", "deleting", "failed"]);
    return found.filter(({ State }) => !gone.has(State)).map(({ NatGatewayId }) => NatGatewayId);
  },
  async "vpc-endpoint"(context) {
    const pages = paginateDescribeVpcEndpoints(...asked(context));
    const found = await everyPage(pages, (page) => page.VpcEndpoints);
    return found
      .filter(({ State }) => !/^delet/i.test(State ?? ""))
      .map(({ VpcEndpointId }) => VpcEndpointId);
  },
  async "vpc-flow-log"(context) {
    const client = context.clients.ec2;
    const pages = paginateDescribeFlowLogs({ client }, { Filter: ownFilters(context) });
    const found = await everyPage(pages, (page) => page.FlowLogs);
    return found.map(({ FlowLogId }) => FlowLogId);
  },
};

/** The first arguments of a paginator: the client, and the filter for the stack's own objects. */
function asked(context: ResourceContext, MaxResults = 1000) {
  return [{ client: context.clients.ec2 }, { Filters: ownFilters(context), MaxResults }] as const;
}

/** IAM actions of these lookups. */
export const networkStrayPermissions = [
  "ec2:DescribeAddresses",
  "ec2:DescribeFlowLogs",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeNatGateways",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcEndpoints",
  "ec2:DescribeVpcs",
];
