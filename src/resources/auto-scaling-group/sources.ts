import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { sameSet } from "../shared/field-rules.ts";

/** What forwards requests to a group's instances ("traffic sources", the user guide). */
export interface Sources {
  /** Names of classic load balancers. */
  readonly loadBalancers: readonly string[];
  /** ARNs of target groups. */
  readonly targetGroups: readonly string[];
}

/** The sources of a live group. */
export function sourcesOf({
  LoadBalancerNames: loadBalancers = [],
  TargetGroupARNs: targetGroups = [],
}: Pick<AutoScalingGroup, "LoadBalancerNames" | "TargetGroupARNs">): Sources {
  return { loadBalancers, targetGroups };
}

/** Whether it is the ARN of a target group, rather than the name of a classic load balancer. */
export function isTargetGroup(id: string): boolean {
  return id.startsWith("arn:");
}

/** Whether the live sources are the wanted ones. Any are, if none are named. */
export function sameSources(
  wanted: readonly string[] | null,
  live: readonly string[] | null,
): boolean {
  return wanted === null || sameSet(wanted, live ?? []);
}
