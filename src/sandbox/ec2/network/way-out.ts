import type { Reach } from "../../guest/reach.ts";
import type { Region } from "../../region.ts";
import { natGateways } from "./nat-gateway-tables.ts";
import { servicePrefixList } from "./prefix-list-tables.ts";
import { leadsSomewhere } from "./route-answers.ts";
import {
  EVERYWHERE,
  gatewayOf,
  hasInternetRoute,
  routesOfSubnet,
  routeTables,
} from "./route-table-tables.ts";
import { hasDnsSupport } from "./vpc-attributes.ts";

/** Where a machine is. */
export interface Position {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly publicAddress?: string;
}

/** What a machine reaches by the routes of its subnet and the names of its VPC. */
export function reachOf(region: Region, position: Position): Reach {
  const isStorageRouted = hasStorageRoute(region, position);
  return {
    names: hasDnsSupport(region, position.vpcId),
    internet: hasWayOut(region, position),
    ...(isStorageRouted && { storage: region.name }),
  };
}

/** Its own public address at the internet gateway, or a NAT gateway that has one. */
function hasWayOut(region: Region, { vpcId, subnetId, publicAddress }: Position): boolean {
  const subnet = { id: subnetId, vpcId };
  if (hasInternetRoute(region, subnet)) return publicAddress !== undefined;
  const target = routesOfSubnet(region, subnet).find(
    ({ destination }) => destination === EVERYWHERE,
  )?.gatewayId;
  return target !== undefined && natLeadsOut(region, target);
}

function natLeadsOut(region: Region, id: string): boolean {
  const gateway = region.table(natGateways).latest(id);
  if (gateway?.state !== "available" || gateway.connectivity === "private") return false;
  const { vpcId, subnetId, routeTableId = "" } = gateway;
  if (subnetId !== undefined) return hasInternetRoute(region, { id: subnetId, vpcId });
  const internetGateway = gatewayOf(region, vpcId)?.id;
  return (
    internetGateway !== undefined &&
    region
      .table(routeTables)
      .latest(routeTableId)
      ?.routes.some(
        ({ destination, gatewayId }) => destination === EVERYWHERE && gatewayId === internetGateway,
      ) === true
  );
}

/** Whether a gateway endpoint for S3 is in the subnet's route table. */
function hasStorageRoute(region: Region, { vpcId, subnetId }: Position): boolean {
  const { id } = servicePrefixList(region, `com.amazonaws.${region.name}.s3`);
  return routesOfSubnet(region, { id: subnetId, vpcId }).some(
    (route) => route.destination === id && leadsSomewhere(region, vpcId, route),
  );
}

/** Whether something answers the internet from one of these subnets: only where its routes lead back. */
export function isReachedFromInternet(
  region: Region,
  vpcId: string,
  subnetIds: readonly string[],
): boolean {
  return subnetIds.some((id) => hasInternetRoute(region, { id, vpcId }));
}
