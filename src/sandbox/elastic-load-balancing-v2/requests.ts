import { metricsChanged } from "../cloud-watch/signals.ts";
import { isReachedFromInternet } from "../ec2/network/way-out.ts";
import { countStatistics, type RequestLoad } from "../load-balancing/request-load.ts";
import type { MetricSource, Region, Statistics } from "../region.ts";
import { defineTable } from "../table.ts";
import { describeHealth } from "./health.ts";
import { pathOf } from "./named.ts";
import {
  type ApplicationLoadBalancer,
  applicationLoadBalancers,
  listeners,
  rules,
  type TargetGroup,
  targetGroups,
} from "./tables.ts";

/** What a person has set for a load balancer, by its ARN. */
export const requestLoads = defineTable<RequestLoad>("request-load");

/** From now on, clients send a load balancer these requests, and its targets answer them so. */
export function setRequestLoad(region: Region, balancer: string, load: RequestLoad): void {
  const table = region.table(requestLoads);
  table.remove(balancer, { immediate: true });
  table.add(balancer, load, { immediate: true });
  region.signal(metricsChanged, undefined);
}

export function requestLoadOf(region: Region, balancer: string): RequestLoad {
  return region.table(requestLoads).latest(balancer) ?? { perMinute: 0 };
}

/** Those that arrive. A load balancer for the internet gets none where no route of its subnets leads back. */
export function arrivingLoad(region: Region, balancer: ApplicationLoadBalancer): RequestLoad {
  const load = requestLoadOf(region, balancer.arn);
  return isReached(region, balancer) ? load : { ...load, perMinute: 0 };
}

function isReached(region: Region, { scheme, vpcId, subnets }: ApplicationLoadBalancer): boolean {
  if (scheme === "internal") return true;
  return isReachedFromInternet(
    region,
    vpcId,
    subnets.map(({ id }) => id),
  );
}

/** A load balancer is deleted, and with it the requests to it. */
export function forgetRequests(region: Region, balancer: string): void {
  if (region.table(requestLoads).latest(balancer) === undefined) return;
  region.table(requestLoads).remove(balancer, { immediate: true });
  region.signal(metricsChanged, undefined);
}

/** The target groups that get the requests of a load balancer. */
function servingGroups(region: Region, balancer: string): TargetGroup[] {
  const users = [...region.table(listeners).all(), ...region.table(rules).all()];
  const arns = users
    .filter((user) => user.balancer === balancer)
    .flatMap(({ actions }) => actions)
    .flatMap((action) => (action.type === "forward" ? action.groups : []))
    .filter(({ weight }) => weight > 0)
    .map(({ arn }) => arn);
  return [...new Set(arns)].flatMap((arn) => region.table(targetGroups).latest(arn) ?? []);
}

/** How many targets of a load balancer get requests. */
export function servingTargets(region: Region, balancer: string): number {
  return servingGroups(region, balancer)
    .map((group) => healthyTargets(region, group))
    .reduce((sum, count) => sum + count, 0);
}

/** How many targets of a target group get requests. */
function healthyTargets(region: Region, group: TargetGroup): number {
  return group.targets.filter((target) => describeHealth(region, group, target).State === "healthy")
    .length;
}

/** The requests a minute that each target gets: the load is spread evenly over all healthy targets. */
function perTarget(region: Region, balancer: ApplicationLoadBalancer): number | undefined {
  const healthy = servingTargets(region, balancer.arn);
  return healthy === 0 ? undefined : arrivingLoad(region, balancer).perMinute / healthy;
}

/** The requests a minute that the targets of a route answer. */
export function answeredRequests(region: Region, { balancer, group }: Route): number {
  return (perTarget(region, balancer) ?? 0) * healthyTargets(region, group);
}

export type Dimensions = Readonly<Record<string, string>>;

/** A load balancer and one of the target groups that get its requests. */
export interface Route {
  readonly balancer: ApplicationLoadBalancer;
  readonly group: TargetGroup;
}

/** Those that dimensions name. Dimensions have the last part of an ARN. */
export function routes(region: Region, dimensions: Dimensions): Route[] {
  const { LoadBalancer: balancer, TargetGroup: group } = dimensions;
  return allRoutes(region).filter(
    (route) =>
      (balancer === undefined || pathOf(route.balancer.arn) === balancer) &&
      (group === undefined || groupDimension(route.group) === group),
  );
}

function allRoutes(region: Region): Route[] {
  return region
    .table(applicationLoadBalancers)
    .all()
    .filter(({ state }) => state === "active")
    .flatMap((balancer) =>
      servingGroups(region, balancer.arn).map((group) => ({ balancer, group })),
    );
}

function groupDimension({ arn }: TargetGroup): string {
  return `targetgroup/${pathOf(arn)}`;
}

/** Everything that has these dimensions now. */
export function dimensionsOf(region: Region, names: readonly string[]): Dimensions[] {
  const all = allRoutes(region).map(({ balancer, group }) => ({
    ...(names.includes("LoadBalancer") ? { LoadBalancer: pathOf(balancer.arn) } : {}),
    ...(names.includes("TargetGroup") ? { TargetGroup: groupDimension(group) } : {}),
  }));
  const texts = new Set(all.map((dimensions) => JSON.stringify(dimensions)));
  return all.filter((dimensions) => texts.delete(JSON.stringify(dimensions)));
}

/**
 * "The average number of requests per target in a target group." Also without requests it has a value, so a
 * group can scale in to its minimum.
 */
function requestCountPerTarget(region: Region, dimensions: Dimensions): Statistics | undefined {
  const shares = routes(region, dimensions).flatMap(
    ({ balancer }) => perTarget(region, balancer) ?? [],
  );
  if (shares.length === 0) return undefined;
  const sum = shares.reduce((total, share) => total + share, 0);
  return { sum, count: 1, minimum: sum, maximum: sum };
}

/** "Reporting criteria: There is a nonzero value." Requests that no target gets do not count. */
function requestCount(region: Region, dimensions: Dimensions): Statistics | undefined {
  const sum = routes(region, dimensions)
    .map((route) => answeredRequests(region, route))
    .reduce((total, requests) => total + requests, 0);
  return countStatistics(sum);
}

function source(
  name: string,
  dimensions: readonly string[],
  value: MetricSource["value"],
): MetricSource {
  return {
    namespace: "AWS/ApplicationELB",
    name,
    dimensions,
    unit: "Count",
    period: () => 60,
    value,
    published: (region) =>
      dimensionsOf(region, dimensions).filter((each) => value(region, each) !== undefined),
  };
}

/** "CloudWatch metrics for your Application Load Balancer", User Guide. */
export const requestMetrics: readonly MetricSource[] = [
  source("RequestCountPerTarget", ["TargetGroup"], requestCountPerTarget),
  source("RequestCountPerTarget", ["LoadBalancer", "TargetGroup"], requestCountPerTarget),
  source("RequestCount", ["LoadBalancer"], requestCount),
  source("RequestCount", ["LoadBalancer", "TargetGroup"], requestCount),
];
