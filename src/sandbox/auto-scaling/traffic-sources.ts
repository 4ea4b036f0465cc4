import {
  deregisterTarget,
  findTargetGroup,
  registerTarget,
  targetOf,
} from "../elastic-load-balancing-v2/registration.ts";
import type { TargetGroup } from "../elastic-load-balancing-v2/tables.ts";
import { describeHealth } from "../load-balancing/health.ts";
import { findLoadBalancer, type LoadBalancer } from "../load-balancing/load-balancer.ts";
import { deregister, register } from "../load-balancing/registration.ts";
import type { Region } from "../region.ts";
import type { AttachedSource, Group, Member } from "./group.ts";

/** Where a group registers its instances: a classic load balancer or a target group. */
export interface TrafficSource {
  readonly attached: AttachedSource;
  /** As Auto Scaling names the types. */
  readonly type: "elb" | "elbv2";
  /** Why launches fail while it does not exist. Undefined when it exists. */
  readonly missing: string | undefined;
  register(instanceId: string): void;
  /** @returns the milliseconds until the instance is drained. */
  deregister(instanceId: string): number;
  /** What it reports about an instance. Undefined when the instance is not registered. */
  report(instanceId: string): Report | undefined;
}

interface Report {
  /** Sandbox milliseconds. */
  readonly registeredAt: number;
  /** By its health checks. Unknown before enough of them were made. */
  readonly health: "passing" | "failing" | "unknown";
  /** Whether Auto Scaling takes the instance for unhealthy. */
  readonly isUnhealthy: boolean;
}

/** Everything that is attached to a group. */
export function sourcesOf(region: Region, group: Group): TrafficSource[] {
  return [
    ...group.loadBalancers.map((attached) => classicSource(region, attached)),
    ...(group.targetGroups ?? []).map((attached) => targetGroupSource(region, attached)),
  ];
}

function classicSource(region: Region, attached: AttachedSource): TrafficSource {
  const { name } = attached;
  const balancer = findLoadBalancer(region, name);
  return {
    attached,
    type: "elb",
    missing: balancer === undefined ? `Cannot find Load Balancer ${name}.` : undefined,
    register: (id) => balancer && register(region, balancer, id),
    deregister: (id) => (balancer === undefined ? 0 : deregister(region, balancer, id)),
    report: (id) => balancer && classicReport(region, balancer, id),
  };
}

/** "registration is still in progress" is OutOfService, too (API reference of InstanceState). */
function classicReport(region: Region, balancer: LoadBalancer, id: string): Report | undefined {
  const registration = balancer.registrations.find(({ instanceId }) => instanceId === id);
  if (registration === undefined) return undefined;
  const { registeredAt, inService, failed } = registration;
  return {
    registeredAt,
    health: inService ? "passing" : failed ? "failing" : "unknown",
    isUnhealthy: describeHealth(region, balancer, registration).State === "OutOfService",
  };
}

function targetGroupSource(region: Region, attached: AttachedSource): TrafficSource {
  const { name: arn } = attached;
  const group = findTargetGroup(region, arn);
  return {
    attached,
    type: "elbv2",
    missing: group === undefined ? "One or more target groups not found." : undefined,
    register: (instanceId) =>
      group && registerTarget(region, arn, { instanceId, port: group.port }),
    deregister: (instanceId) =>
      group === undefined ? 0 : deregisterTarget(region, arn, { instanceId, port: group.port }),
    report: (id) => group && targetReport(group, id),
  };
}

/** A target that is draining is registered no more. Only `unhealthy` counts, not `initial` or `unused`. */
function targetReport(group: TargetGroup, id: string): Report | undefined {
  const target = targetOf(group, id);
  if (target === undefined || target.drainedAt !== undefined) return undefined;
  const { registeredAt, health } = target;
  return {
    registeredAt,
    health: health === "healthy" ? "passing" : health === "unhealthy" ? "failing" : "unknown",
    isUnhealthy: health === "unhealthy",
  };
}

/** Those that get the group's new instances. */
export function currentSources(region: Region, group: Group): TrafficSource[] {
  return sourcesOf(region, group).filter(({ attached }) => attached.state !== "Removing");
}

/**
 * The health that the group's traffic sources report. All of them must have the instance in service. One
 * that is gone, or that does not have the instance, reports nothing.
 */
export function reportedHealth(
  region: Region,
  group: Group,
  member: Member,
): "passing" | "failing" | "unknown" {
  let health: "passing" | "unknown" = "passing";
  for (const source of currentSources(region, group)) {
    const report = source.report(member.instanceId);
    if (report?.health === "passing") continue;
    if (report?.health === "failing") return "failing";
    health = "unknown";
  }
  return health;
}
