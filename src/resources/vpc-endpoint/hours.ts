import type { Billable, HourlyItem } from "../../engine/presentation.ts";
import { hourlyItem } from "../shared/hourly-items.ts";
import type { VpcEndpointFields } from "./live.ts";

/** An interface endpoint costs in each of its zones, a gateway endpoint nothing ("Gateway endpoints", AWS PrivateLink). */
export function endpointHours({
  fields: { kind, subnets },
  region,
}: Billable<VpcEndpointFields>): readonly HourlyItem[] | undefined {
  if (kind === "Gateway") return [];
  return Array.isArray(subnets) ? [hourlyItem("endpointZone", subnets.length, region)] : undefined;
}
