import type { Region } from "../../region.ts";
import { isNatGatewayAlive, natGateways } from "./nat-gateway-tables.ts";
import { peeringConnections, peeringStatus } from "./peering-tables.ts";
import { gatewayOf, type RouteRecord, type RouteTableRecord } from "./route-table-tables.ts";
import { vpcs } from "./tables.ts";
import { isEndpointAlive, vpcEndpoints } from "./vpc-endpoint-tables.ts";

/** A route as DescribeRouteTables answers it. */
export interface RouteAnswer {
  readonly DestinationCidrBlock?: string;
  readonly DestinationPrefixListId?: string;
  readonly GatewayId?: string;
  readonly NatGatewayId?: string;
  readonly VpcPeeringConnectionId?: string;
  readonly Origin: string;
  readonly State: string;
}

/** The routes of a table, the local one first. */
export function routeAnswers(region: Region, table: Readonly<RouteTableRecord>): RouteAnswer[] {
  return [
    {
      DestinationCidrBlock: region.table(vpcs).latest(table.vpcId)?.cidrBlock ?? "",
      GatewayId: "local",
      Origin: "CreateRouteTable",
      State: "active",
    },
    ...table.routes.map((route) => ({
      ...destinationPart(route),
      ...targetPart(route),
      Origin: "CreateRoute",
      State: leadsSomewhere(region, table.vpcId, route) ? "active" : "blackhole",
    })),
  ];
}

function destinationPart({ destination }: RouteRecord) {
  return destination.startsWith("pl-")
    ? { DestinationPrefixListId: destination }
    : { DestinationCidrBlock: destination };
}

function targetPart({ gatewayId }: RouteRecord) {
  if (gatewayId.startsWith("nat-")) return { NatGatewayId: gatewayId };
  if (gatewayId.startsWith("pcx-")) return { VpcPeeringConnectionId: gatewayId };
  return { GatewayId: gatewayId };
}

/**
 * Whether the target of a route exists. `blackhole`: it "isn't available (for example, the specified gateway isn't attached to the
 * VPC, or the specified NAT instance has been terminated)" ("Route", Amazon EC2 API Reference).
 */
export function leadsSomewhere(region: Region, vpcId: string, { gatewayId }: RouteRecord): boolean {
  if (gatewayId.startsWith("nat-")) {
    const gateway = region.table(natGateways).latest(gatewayId);
    return gateway !== undefined && isNatGatewayAlive(gateway);
  }
  if (gatewayId.startsWith("vpce-")) {
    const endpoint = region.table(vpcEndpoints).latest(gatewayId);
    return endpoint !== undefined && isEndpointAlive(endpoint);
  }
  if (gatewayId.startsWith("pcx-")) {
    const connection = region.table(peeringConnections).latest(gatewayId);
    return connection !== undefined && peeringStatus(region, connection) === "active";
  }
  return gatewayOf(region, vpcId)?.id === gatewayId;
}
