import { union } from "./field-rules.ts";

/** The most security groups that a load balancer may have ("Quotas for your Classic Load Balancer", and of network interfaces). */
const mostGroups = 5;

/** Both sets of groups, if a load balancer may have so many; otherwise the wanted ones. */
export function unionOfGroups(
  wanted: readonly string[],
  live: readonly string[],
): readonly string[] {
  const both = union(wanted, live);
  return both.length > mostGroups ? wanted : both;
}
