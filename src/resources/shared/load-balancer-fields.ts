import { compareText } from "../../aws/order.ts";
import type { DesiredFields } from "../../engine/desired.ts";
import type { FieldRule } from "../../engine/field-rule.ts";
import { setRule, union, vpcRule } from "./field-rules.ts";

/** The fields that load balancers of both types have. */
interface Placed {
  readonly subnets: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly listeners: readonly object[];
}

/** Where a load balancer is. */
export const placementRules = {
  vpcId: { ...vpcRule, inFile: { name: "network.vpc" } },
  scheme: { onChange: "replace" },
  // During the update, servers may still be in the old subnets, and rules may still name the old groups.
  subnets: { ...setRule, meanwhile: union },
  securityGroupIds: { ...setRule, meanwhile: unionOfGroups, inFile: { name: "securityGroups" } },
} as const;

interface HealthCheck {
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** How servers are checked. They must answer another check before it is set. */
export const healthCheckRule = {
  onChange: "update",
  whenUsersCan: true,
  inFile: {
    members: {
      interval: { unit: "s" },
      timeout: { unit: "s" },
      healthyThreshold: { name: "healthy" },
      unhealthyThreshold: { name: "unhealthy" },
    },
  },
} as const satisfies FieldRule<HealthCheck>;

/** Sorts what is a set to AWS. */
export function sortedSets<P extends Placed>(fields: DesiredFields<P>): DesiredFields<P> {
  const { subnets, securityGroupIds, listeners } = fields as DesiredFields<Placed>;
  return {
    ...fields,
    ...(Array.isArray(subnets) && { subnets: [...subnets].sort() }),
    ...(Array.isArray(securityGroupIds) && {
      securityGroupIds: [...securityGroupIds].sort(byText),
    }),
    ...(Array.isArray(listeners) && { listeners: [...listeners].sort(byPort) }),
  };
}

/** The most security groups that a load balancer may have ("Quotas for your Classic Load Balancer", and of network interfaces). */
const mostGroups = 5;

/** Both sets of groups, if a load balancer may have so many; otherwise the wanted ones. */
function unionOfGroups(wanted: readonly string[], live: readonly string[]): readonly string[] {
  const both = union(wanted, live);
  return both.length > mostGroups ? wanted : both;
}

/** A reference is an object as long as its value is not known. */
function byText(one: unknown, other: unknown): number {
  return compareText(JSON.stringify(one), JSON.stringify(other));
}

function byPort(one: object, other: object): number {
  const port = (listener: object) => ("port" in listener ? Number(listener.port) : 0);
  return port(one) - port(other);
}
