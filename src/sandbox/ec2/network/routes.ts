import type {
  CreateRouteRequest,
  DeleteRouteRequest,
  ReplaceRouteRequest,
} from "@aws-sdk/client-ec2";
import { CreateRoute$, DeleteRoute$, ReplaceRoute$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { routesChanged } from "../signals.ts";
import { canonicalIpv4, inIpv4Block } from "./cidr.ts";
import { natGateways } from "./nat-gateway-tables.ts";
import { requirePeering } from "./peering-tables.ts";
import { internetGateways, type RouteTableRecord, routeTables } from "./route-table-tables.ts";
import { requireRouteTable } from "./route-tables.ts";
import { vpcs } from "./tables.ts";

/** Amazon VPC quotas: "Routes per route table (non-propagated routes)", 500. */
const MAX_ROUTES = 500;

const createRoute = operation<CreateRouteRequest>(
  CreateRoute$,
  ["RouteTableId", "DestinationCidrBlock", "GatewayId", "NatGatewayId", "VpcPeeringConnectionId"],
  (region, input) => {
    const table = requireRouteTable(region, input.RouteTableId);
    const destination = destinationOf(input.DestinationCidrBlock);
    requireOutside(region, table, destination);
    if (table.routes.some((route) => route.destination === destination)) {
      throw new AwsError(
        "RouteAlreadyExists",
        `The route identified by ${destination} already exists.`,
      );
    }
    if (table.routes.length >= MAX_ROUTES) {
      throw new AwsError(
        "RouteLimitExceeded",
        `The maximum number of routes in route table ${table.id} has been reached.`,
      );
    }
    const gatewayId = targetFor(region, table, input);
    region.table(routeTables).change(table.id, (changed) => {
      changed.routes = [...changed.routes, { destination, gatewayId }];
    });
    region.signal(routesChanged, undefined);
    return { Return: true };
  },
);

const replaceRoute = operation<ReplaceRouteRequest>(
  ReplaceRoute$,
  ["RouteTableId", "DestinationCidrBlock", "GatewayId", "NatGatewayId", "VpcPeeringConnectionId"],
  (region, input) => {
    const table = requireRouteTable(region, input.RouteTableId);
    const destination = destinationOf(input.DestinationCidrBlock);
    if (!table.routes.some((route) => route.destination === destination)) {
      throw invalidValue(
        `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
      );
    }
    const gatewayId = targetFor(region, table, input);
    region.table(routeTables).change(table.id, (changed) => {
      changed.routes = changed.routes.map((route) =>
        route.destination === destination ? { destination, gatewayId } : route,
      );
    });
    region.signal(routesChanged, undefined);
    return {};
  },
);

const deleteRoute = operation<DeleteRouteRequest>(
  DeleteRoute$,
  ["RouteTableId", "DestinationCidrBlock"],
  (region, input) => {
    const table = requireRouteTable(region, input.RouteTableId);
    const destination = destinationOf(input.DestinationCidrBlock);
    if (destination === region.table(vpcs).latest(table.vpcId)?.cidrBlock) {
      throw invalidValue(`cannot remove local route ${destination} in route table ${table.id}`);
    }
    if (!table.routes.some((route) => route.destination === destination)) {
      throw new AwsError(
        "InvalidRoute.NotFound",
        `no route with destination-cidr-block ${destination} in route table ${table.id}`,
      );
    }
    region.table(routeTables).change(table.id, (changed) => {
      changed.routes = changed.routes.filter((route) => route.destination !== destination);
    });
    region.signal(routesChanged, undefined);
    return {};
  },
);

function destinationOf(cidr: string | undefined): string {
  if (cidr === undefined) throw missingParameter("destinationCidrBlock");
  return canonicalIpv4(cidr);
}

/**
 * A gateway cannot be the target of a route inside the VPC ("Route table concepts", Amazon VPC User
 * Guide).
 */
function requireOutside(region: Region, { vpcId }: RouteTableRecord, destination: string): void {
  const block = region.table(vpcs).latest(vpcId)?.cidrBlock ?? "";
  const [address = "", bits] = destination.split("/");
  const [, vpcBits] = block.split("/");
  if (!inIpv4Block(address, block) || Number(bits) < Number(vpcBits)) return;
  throw invalidValue(
    `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
  );
}

/** The id of the one target that a request names. @throws AwsError */
function targetFor(
  region: Region,
  table: RouteTableRecord,
  input: Pick<CreateRouteRequest, "GatewayId" | "NatGatewayId" | "VpcPeeringConnectionId">,
): string {
  const { GatewayId, NatGatewayId, VpcPeeringConnectionId } = input;
  const [id, another] = [GatewayId, NatGatewayId, VpcPeeringConnectionId].filter(
    (each) => each !== undefined,
  );
  if (id === undefined) throw missingParameter("gatewayId");
  if (another !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Exactly one route target must be specified.",
    );
  }
  const { what, vpcIds } = targetNamed(region, id);
  if (!vpcIds.includes(table.vpcId)) {
    throw invalidValue(`route table ${table.id} and ${what} ${id} belong to different networks`);
  }
  return id;
}

/** What a target is, and the VPCs whose tables may name it. @throws AwsError when it does not exist. */
function targetNamed(
  region: Region,
  id: string,
): { readonly what: string; readonly vpcIds: readonly (string | null)[] } {
  if (id.startsWith("nat-")) {
    const gateway = region.table(natGateways).use(id);
    if (gateway === undefined || gateway.state === "deleted") {
      throw new AwsError(
        "InvalidNatGatewayID.NotFound",
        `The natGateway ID '${id}' does not exist`,
      );
    }
    return { what: "nat gateway", vpcIds: [gateway.vpcId] };
  }
  if (id.startsWith("pcx-")) {
    const { requesterVpcId, accepterVpcId } = requirePeering(region, id);
    return { what: "vpc peering connection", vpcIds: [requesterVpcId, accepterVpcId] };
  }
  const gateway = region.table(internetGateways).use(id);
  if (gateway === undefined) {
    throw new AwsError("InvalidGatewayID.NotFound", `The gateway ID '${id}' does not exist`);
  }
  return { what: "network gateway", vpcIds: [gateway.vpcId] };
}

export const routeOperations = [createRoute, replaceRoute, deleteRoute];
