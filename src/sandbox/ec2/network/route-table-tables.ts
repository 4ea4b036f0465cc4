import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";
import type { VpcRecord } from "./tables.ts";

export interface InternetGatewayRecord {
  readonly id: string;
  /** Null while it is not attached. */
  vpcId: string | null;
  tags: Tags;
}

/** A route other than the local route, which every table has. */
export interface RouteRecord {
  /** A block, or the id of a prefix list. */
  readonly destination: string;
  /** The id of the target, whose prefix tells what it is: `igw-…`, `nat-…`, `vpce-…` or `pcx-…`. */
  gatewayId: string;
}

/** The table of one subnet, or the VPC's main table for all other subnets (then `subnetId` is null). */
export interface RouteTableAssociation {
  readonly id: string;
  readonly subnetId: string | null;
}

export interface RouteTableRecord {
  readonly id: string;
  readonly vpcId: string;
  routes: RouteRecord[];
  associations: RouteTableAssociation[];
  /** AWS created it for a regional NAT gateway, and removes it with the gateway. */
  readonly ofNatGateway?: true;
  /** The client token of the create request. AWS creates no second table for the same token. */
  readonly clientToken?: string;
  tags: Tags;
}

export const internetGateways = defineTable<InternetGatewayRecord>(
  "internet-gateway",
  (gateway, id) => ({
    id,
    state: gateway.vpcId === null ? "detached" : "attached",
    tags: gateway.tags,
  }),
);

export const routeTables = defineTable<RouteTableRecord>("route-table", (table, id) =>
  table.ofNatGateway === true
    ? undefined
    : { id, state: isMain(table) ? "main" : "own", tags: table.tags },
);

/** The whole internet. */
export const EVERYWHERE = "0.0.0.0/0";

export function isMain({ associations }: Readonly<RouteTableRecord>): boolean {
  return associations.some(({ subnetId }) => subnetId === null);
}

/** The main table that AWS creates with a VPC. Its ids derive from the id of the VPC. */
export function createMainRouteTable(
  region: Region,
  vpc: Readonly<VpcRecord>,
  options: { readonly immediate?: boolean } = {},
): RouteTableRecord {
  const id = vpc.id.replace("vpc", "rtb");
  const associations = [{ id: vpc.id.replace("vpc", "rtbassoc"), subnetId: null }];
  return region
    .table(routeTables)
    .add(id, { id, vpcId: vpc.id, routes: [], associations, tags: {} }, options);
}

/**
 * A main table with a route to the internet, as in a default VPC ("Default VPCs", Amazon VPC User
 * Guide).
 */
export function createInternetAccess(region: Region, vpc: Readonly<VpcRecord>): void {
  const now = { immediate: true };
  const id = vpc.id.replace("vpc", "igw");
  region.table(internetGateways).add(id, { id, vpcId: vpc.id, tags: {} }, now);
  createMainRouteTable(region, vpc, now).routes.push({ destination: EVERYWHERE, gatewayId: id });
}

/** The internet gateway of a VPC. */
export function gatewayOf(region: Region, vpcId: string): InternetGatewayRecord | undefined {
  return region
    .table(internetGateways)
    .all()
    .find((gateway) => gateway.vpcId === vpcId);
}

/** The route table of a regional NAT gateway. Its id. */
export function createInternetRoutes(region: Region, vpcId: string, gatewayId: string): string {
  const id = region.id("rtb");
  const routes = [{ destination: EVERYWHERE, gatewayId }];
  region
    .table(routeTables)
    .add(id, { id, vpcId, routes, associations: [], ofNatGateway: true, tags: {} });
  return id;
}

/** The routes of a subnet: those of its own table, or of the VPC's main table. */
export function routesOfSubnet(
  region: Region,
  subnet: { readonly id: string; readonly vpcId: string },
): readonly RouteRecord[] {
  const tables = region
    .table(routeTables)
    .all()
    .filter(({ vpcId }) => vpcId === subnet.vpcId);
  const own = tables.find(({ associations }) =>
    associations.some(({ subnetId }) => subnetId === subnet.id),
  );
  return (own ?? tables.find(isMain))?.routes ?? [];
}

/** Whether what has a public address in the subnet reaches the internet, and is reached from there. */
export function hasInternetRoute(
  region: Region,
  subnet: { readonly id: string; readonly vpcId: string },
): boolean {
  const gateway = gatewayOf(region, subnet.vpcId);
  return routesOfSubnet(region, subnet).some(
    ({ destination, gatewayId }) => destination === EVERYWHERE && gatewayId === gateway?.id,
  );
}
