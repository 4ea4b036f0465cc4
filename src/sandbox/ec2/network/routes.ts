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
import { canonicalIpv4, inIpv4Block } from "./cidr.ts";
import { internetGateways, type RouteTableRecord, routeTables } from "./route-table-tables.ts";
import { useRouteTable } from "./route-tables.ts";
import { vpcs } from "./tables.ts";

/** Amazon VPC quotas: "Routes per route table (non-propagated routes)", 500. */
const MAX_ROUTES = 500;

const createRoute = operation<CreateRouteRequest>(
  CreateRoute$,
  ["RouteTableId", "DestinationCidrBlock", "GatewayId"],
  (region, input) => {
    const table = useRouteTable(region, input.RouteTableId);
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
    const gatewayId = gatewayFor(region, table, input.GatewayId);
    region.table(routeTables).change(table.id, (changed) => {
      changed.routes = [...changed.routes, { destination, gatewayId }];
    });
    return { Return: true };
  },
);

const replaceRoute = operation<ReplaceRouteRequest>(
  ReplaceRoute$,
  ["RouteTableId", "DestinationCidrBlock", "GatewayId"],
  (region, input) => {
    const table = useRouteTable(region, input.RouteTableId);
    const destination = destinationOf(input.DestinationCidrBlock);
    if (!table.routes.some((route) => route.destination === destination)) {
      throw invalidValue(
        `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
      );
    }
    const gatewayId = gatewayFor(region, table, input.GatewayId);
    region.table(routeTables).change(table.id, (changed) => {
      changed.routes = changed.routes.map((route) =>
        route.destination === destination ? { destination, gatewayId } : route,
      );
    });
    return {};
  },
);

const deleteRoute = operation<DeleteRouteRequest>(
  DeleteRoute$,
  ["RouteTableId", "DestinationCidrBlock"],
  (region, input) => {
    const table = useRouteTable(region, input.RouteTableId);
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

function gatewayFor(region: Region, table: RouteTableRecord, id: string | undefined): string {
  if (id === undefined) throw missingParameter("gatewayId");
  const gateway = region.table(internetGateways).use(id);
  if (gateway === undefined) {
    throw new AwsError("InvalidGatewayID.NotFound", `The gateway ID '${id}' does not exist`);
  }
  if (gateway.vpcId !== table.vpcId) {
    throw invalidValue(
      `route table ${table.id} and network gateway ${id} belong to different networks`,
    );
  }
  return id;
}

export const routeOperations = [createRoute, replaceRoute, deleteRoute];
