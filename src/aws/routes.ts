import { paginateDescribeRouteTables, type Route, type RouteTable } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import { everyPage } from "./paging.ts";

/** The targets of a subnet's routes. */
export interface SubnetRoutes {
  /**
   * The internet gateway, if any: "a public subnet" ("Subnets for your VPC", Amazon VPC User
   * Guide).
   */
  readonly internetGateway: string | undefined;
  /** The target of the default route: that gateway, or for example a NAT gateway. */
  readonly wayOut: string | undefined;
}

/**
 * The routes of every subnet of a VPC by subnet id: from its own table, or else from the VPC's main
 * table.
 */
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
  // A route to a deleted target is a blackhole.
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
