import type { Billable, HourlyItem } from "../../engine/presentation.ts";
import { hourlyItem } from "../shared/hourly-items.ts";
import type { AddressFields } from "./live.ts";

/** AWS charges for a public address, in use or not ("Amazon VPC pricing", "Public IPv4 addresses"). */
export function addressHours({ region }: Billable<AddressFields>): readonly HourlyItem[] {
  return [hourlyItem("publicAddress", 1, region)];
}
