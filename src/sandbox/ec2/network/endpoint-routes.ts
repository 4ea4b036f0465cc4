import { AwsError, invalidValue } from "../../error.ts";
import type { Region } from "../../region.ts";
import { servicePrefixList } from "./prefix-list-tables.ts";
import { type RouteTableRecord, routeTables } from "./route-table-tables.ts";
import { requireRouteTable } from "./route-tables.ts";
import type { VpcEndpointRecord } from "./vpc-endpoint-tables.ts";

type Routed = Pick<VpcEndpointRecord, "id" | "vpcId" | "serviceName">;

/**
 * A gateway endpoint is a route to the service's prefix list in each of its tables.
 *
 * @throws AwsError for a table of another VPC, or with such a route.
 */
export function requireRoutable(
  region: Region,
  endpoint: Omit<Routed, "id">,
  ids: readonly string[],
): void {
  const destination = servicePrefixList(region, endpoint.serviceName).id;
  for (const id of ids) {
    const table = requireRouteTable(region, id);
    if (table.vpcId !== endpoint.vpcId) {
      throw invalidValue(`Route table ${id} does not belong to ${endpoint.vpcId}`);
    }
    if (table.routes.some((route) => route.destination === destination)) {
      throw new AwsError(
        "RouteAlreadyExists",
        `route table ${id} already has a route with destination-prefix-list-id ${destination}`,
      );
    }
  }
}

export function addRoutes(region: Region, endpoint: Routed, ids: readonly string[]): void {
  const destination = servicePrefixList(region, endpoint.serviceName).id;
  for (const id of new Set(ids)) {
    region.table(routeTables).change(id, (table) => {
      table.routes = [...table.routes, { destination, gatewayId: endpoint.id }];
    });
  }
}

export function removeRoutes(region: Region, endpointId: string, ids: readonly string[]): void {
  for (const id of ids) {
    if (region.table(routeTables).latest(id) === undefined) continue;
    region.table(routeTables).change(id, (table) => {
      table.routes = table.routes.filter(({ gatewayId }) => gatewayId !== endpointId);
    });
  }
}

/** The tables among these with a route to the endpoint. */
export function tablesWith(
  tables: readonly Readonly<RouteTableRecord>[],
  endpointId: string,
): string[] {
  return tables
    .filter(({ routes }) => routes.some(({ gatewayId }) => gatewayId === endpointId))
    .map(({ id }) => id);
}
