import type { Billable, HourlyItem } from "../../engine/presentation.ts";
import { hourlyItem } from "./hourly-items.ts";

/** The fields that decide. */
interface Placed {
  readonly scheme: "internet-facing" | "internal";
  /** One per zone. */
  readonly subnets: readonly string[];
}

/**
 * A load balancer, and if the internet reaches it, a public address in each zone. AWS adds addresses under load: those are
 * traffic.
 */
export function loadBalancerHours(
  type: "applicationLoadBalancer" | "classicLoadBalancer",
  { fields: { scheme, subnets }, region }: Billable<Placed>,
): readonly HourlyItem[] | undefined {
  const itself = hourlyItem(type, 1, region);
  if (scheme === "internal") return [itself];
  if (!Array.isArray(subnets)) return undefined;
  return [itself, hourlyItem("publicAddress", subnets.length, region)];
}
