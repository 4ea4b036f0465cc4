import { paginateDescribeRouteTables, type Route, type RouteTable } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage } from "./paging.ts";

/** Where the routes of a subnet lead. */
export interface SubnetRoutes {
  /** The internet gateway that they lead to: "a public subnet" ("Subnets for your VPC", Amazon VPC User Guide). */
  readonly internetGateway: string | undefined;
  /** Whatever the rest of the world is reached through; that gateway, or a NAT gateway, say. */
  readonly wayOut: string | undefined;
}

/** The routes of every subnet of a VPC, by the subnet's id: its own table's, else those of the VPC's main one. */
export async function lookUpRoutes(
  clients: Clients,
  vpcId: string,
): Promise<(subnetId: string) => SubnetRoutes> {
  const tables = await everyPage(
    paginateDescribeRouteTables(
      { client: clients.ec2 },
      { Filters: [{ Name: "vpc-id", Values: [vpcId] }], MaxResults: 100 },
    ),
    (page) => page.RouteTables,
  );
  const own = new Map(
    tables.flatMap((table) =>
      (table.Associations ?? []).map(({ SubnetId }): [string | undefined, RouteTable] => [
        SubnetId,
        table,
      ]),
    ),
  );
  const main = tables.find(({ Associations }) => Associations?.some(({ Main }) => Main));
  return (subnetId) => routesOf(own.get(subnetId) ?? main);
}

function routesOf(table: RouteTable | undefined): SubnetRoutes {
  // Where what a route leads to is gone, it is a black hole.
  const active = (table?.Routes ?? []).filter(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock !== undefined && State === "active",
  );
  const internetGateway = active.map(({ GatewayId }) => GatewayId).find(isInternetGateway);
  const everywhere = active.find(
    ({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0",
  );
  const wayOut = everywhere === undefined ? internetGateway : targetOf(everywhere);
  return { internetGateway, wayOut };
}

function isInternetGateway(id: string | undefined): boolean {
  return id?.startsWith("igw-") === true;
}

function targetOf(route: Route): string {
  return (
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.NetworkInterfaceId ??
    route.InstanceId ??
    "what its route table names"
  );
}
