import type { HourlyItem } from "../../engine/presentation.ts";
import { type HourlyKind, hourlyPrice } from "./hourly-prices.ts";

/** In the singular and the plural. */
const NAMES = {
  natGateway: ["NAT gateway", "NAT gateways"],
  regionalNatZone: ["zone of a regional NAT gateway", "zones of a regional NAT gateway"],
  endpointZone: ["zone of an interface endpoint", "zones of interface endpoints"],
  publicAddress: ["public address", "public addresses"],
  applicationLoadBalancer: ["application load balancer", "application load balancers"],
  classicLoadBalancer: ["classic load balancer", "classic load balancers"],
} as const;

/** What is billed in parts has the price of the whole in each. */
const KINDS = {
  natGateway: "natGateway",
  regionalNatZone: "natGateway",
  endpointZone: "interfaceEndpoint",
  publicAddress: "publicAddress",
  applicationLoadBalancer: "applicationLoadBalancer",
  classicLoadBalancer: "classicLoadBalancer",
} as const satisfies Readonly<Record<keyof typeof NAMES, HourlyKind>>;

export function hourlyItem(what: keyof typeof NAMES, count: number, region: string): HourlyItem {
  const [name, plural] = NAMES[what];
  return { name, plural, count, price: hourlyPrice(KINDS[what], region) };
}
