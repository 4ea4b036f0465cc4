import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/live.ts";
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

/** The wanted sources and the live ones. The group leaves those when no requests come from there any more. */
export function withLiveSources(
  wanted: readonly string[] | null,
  live: readonly string[] | null,
): readonly string[] | null {
  if (wanted === null) return wanted;
  const left = (live ?? []).filter((id) => !wanted.includes(id));
  return left.length === 0 ? wanted : [...wanted, ...left];
}

/**
 * The stack's own load balancers and target groups, for a new group behind all of them: those of the group that it
 * replaces or, without one, all that can have servers. In a target group that no load balancer forwards to, no server
 * ever gets healthy.
 */
export function sourcesIn(found: readonly Live[]): Sources {
  const usable = found.filter(({ status }) => status === "ready" || status === "settling");
  const ofType = (type: string) => usable.filter(({ address }) => typeOf(address) === type);
  const groups = ofType("auto-scaling-group");
  const used = new Set(groups.flatMap(({ uses }) => uses));
  const forwarded = new Set(ofType("application-load-balancer").flatMap(({ uses }) => uses));
  const isTaken = ({ id }: Live) => groups.length === 0 || used.has(id);
  return {
    loadBalancers: ofType("load-balancer")
      .filter(isTaken)
      .map(({ physicalName }) => physicalName),
    targetGroups: ofType("target-group")
      .filter((each) => isTaken(each) && forwarded.has(each.id))
      .map(({ id }) => id),
  };
}
