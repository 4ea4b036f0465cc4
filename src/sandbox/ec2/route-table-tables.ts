import { defineTable } from "../service.ts";
import type { Region } from "../world.ts";
import type { VpcRecord } from "./network-tables.ts";
import type { Tags } from "./tags.ts";

export interface InternetGatewayRecord {
  readonly id: string;
  /** Null while it is attached to none. */
  vpcId: string | null;
  tags: Tags;
}

/** A route beside the local one, which every table has. */
export interface RouteRecord {
  readonly destination: string;
  gatewayId: string;
}

/** A subnet's own, or the VPC's for all subnets that have none (`subnetId` is null then). */
export interface RouteTableAssociation {
  readonly id: string;
  readonly subnetId: string | null;
}

export interface RouteTableRecord {
  readonly id: string;
  readonly vpcId: string;
  routes: RouteRecord[];
  associations: RouteTableAssociation[];
  /** Of the request that made it: asked again with the same one, AWS makes no other. */
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

export const routeTables = defineTable<RouteTableRecord>("route-table", (table, id) => ({
  id,
  state: isMain(table) ? "main" : "own",
  tags: table.tags,
}));

/** The whole internet. */
const EVERYWHERE = "0.0.0.0/0";

export function isMain({ associations }: Readonly<RouteTableRecord>): boolean {
  return associations.some(({ subnetId }) => subnetId === null);
}

/** The table that comes with a VPC. Its ids follow from the VPC's, of which each is the only one. */
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

/** A main table whose subnets reach the internet, as that of a default VPC ("Default VPCs", Amazon VPC User Guide). */
export function createInternetAccess(region: Region, vpc: Readonly<VpcRecord>): void {
  const now = { immediate: true };
  const id = vpc.id.replace("vpc", "igw");
  region.table(internetGateways).add(id, { id, vpcId: vpc.id, tags: {} }, now);
  createMainRouteTable(region, vpc, now).routes.push({ destination: EVERYWHERE, gatewayId: id });
}

/** The gateway that is attached to a VPC. */
export function gatewayOf(region: Region, vpcId: string): InternetGatewayRecord | undefined {
  return region
    .table(internetGateways)
    .all()
    .find((gateway) => gateway.vpcId === vpcId);
}

/** Whether the routes of a subnet lead to the internet and back, for whoever has a public address there. */
export function hasInternetRoute(
  region: Region,
  subnet: { readonly id: string; readonly vpcId: string },
): boolean {
  const tables = region
    .table(routeTables)
    .all()
    .filter(({ vpcId }) => vpcId === subnet.vpcId);
  const own = tables.find(({ associations }) =>
    associations.some(({ subnetId }) => subnetId === subnet.id),
  );
  const { routes = [] } = own ?? tables.find(isMain) ?? {};
  const gateway = gatewayOf(region, subnet.vpcId);
  return routes.some(
    ({ destination, gatewayId }) => destination === EVERYWHERE && gatewayId === gateway?.id,
  );
}
