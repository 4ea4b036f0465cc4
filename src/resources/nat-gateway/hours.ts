import { typeOf } from "../../engine/address.ts";
import type { Billable, HourlyItem } from "../../engine/presentation.ts";
import type { Live } from "../../engine/resource.ts";
import { isPlainObject } from "../../engine/values.ts";
import { hourlyItem } from "../shared/hourly-items.ts";
import type { NatGatewayFields } from "./live.ts";

/**
 * A zonal gateway without its address, which is a resource of its own. A regional one costs in each zone that it serves
 * what a zonal one costs, and has an address of AWS's in each ("Amazon VPC pricing"). One that failed costs nothing.
 */
export function natGatewayHours({
  fields: { mode, zonesBefore },
  region,
  live,
}: Billable<NatGatewayFields>): readonly HourlyItem[] | undefined {
  if (live?.status === "failed") return [];
  if (mode === "zonal") return [hourlyItem("natGateway", 1, region)];
  const zones = live === undefined ? lengthOf(zonesBefore) : zonesOf(live.among);
  if (zones === undefined) return undefined;
  return [hourlyItem("regionalNatZone", zones, region), hourlyItem("publicAddress", zones, region)];
}

function lengthOf(list: unknown): number | undefined {
  return Array.isArray(list) ? list.length : undefined;
}

/** The zones of the stack's network: a regional gateway is where the network has subnets. */
function zonesOf(live: readonly Live[]): number {
  const zones = live
    .filter(({ address }) => typeOf(address) === "subnet")
    .flatMap(({ fields }) => (isPlainObject(fields) ? [fields["zone"]] : []));
  return new Set(zones).size;
}
