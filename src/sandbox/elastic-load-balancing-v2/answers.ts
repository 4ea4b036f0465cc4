import type { MetricSource, Statistics } from "../cloud-watch/metric-source.ts";
import { countStatistics, errorsAmong, latencyStatistics } from "../load-balancing/request-load.ts";
import type { Region } from "../region.ts";
import { pathOf } from "./named.ts";
import {
  answeredRequests,
  arrivingLoad,
  type Dimensions,
  dimensionsOf,
  type Route,
  requestLoadOf,
  routes,
  servingTargets,
} from "./requests.ts";
import { type ApplicationLoadBalancer, applicationLoadBalancers } from "./tables.ts";

/** How the targets answer: "CloudWatch metrics for your Application Load Balancer", User Guide. */
export const answerMetrics: readonly MetricSource[] = [
  ...[["LoadBalancer"], ["LoadBalancer", "TargetGroup"]].flatMap((dimensions) => [
    targetSource("HTTPCode_Target_5XX_Count", "Count", dimensions, failures),
    targetSource("TargetResponseTime", "Seconds", dimensions, responseTimes),
  ]),
  {
    ...common("HTTPCode_ELB_5XX_Count", "Count"),
    dimensions: ["LoadBalancer"],
    value: (region, { LoadBalancer: id }) => {
      const balancer = allBalancers(region).find(({ arn }) => pathOf(arn) === id);
      return balancer && refusals(region, balancer);
    },
    published: (region) =>
      allBalancers(region)
        .filter((balancer) => refusals(region, balancer) !== undefined)
        .map(({ arn }) => ({ LoadBalancer: pathOf(arn) })),
  },
];

function common(name: string, unit: string) {
  return { namespace: "AWS/ApplicationELB", name, unit, period: () => 60 };
}

function targetSource(
  name: string,
  unit: string,
  dimensions: readonly string[],
  statistics: (region: Region, found: readonly Route[]) => Statistics | undefined,
): MetricSource {
  const value = (region: Region, values: Dimensions) => statistics(region, routes(region, values));
  return {
    ...common(name, unit),
    dimensions,
    value,
    published: (region) =>
      dimensionsOf(region, dimensions).filter((each) => value(region, each) !== undefined),
  };
}

/** The 5xx answers of targets. */
function failures(region: Region, found: readonly Route[]): Statistics | undefined {
  const counts = found.map((route) =>
    errorsAmong(answeredRequests(region, route), requestLoadOf(region, route.balancer.arn)),
  );
  return countStatistics(counts.reduce((total, count) => total + count, 0));
}

/** All of these routes have the same load balancer, because the dimensions name it. */
function responseTimes(region: Region, found: readonly Route[]): Statistics | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const answered = found
    .map((route) => answeredRequests(region, route))
    .reduce((total, count) => total + count, 0);
  return latencyStatistics(answered, requestLoadOf(region, first.balancer.arn));
}

/** A load balancer without a healthy target answers all requests itself, with 502 or 503. */
function refusals(region: Region, balancer: ApplicationLoadBalancer): Statistics | undefined {
  const found = routes(region, { LoadBalancer: pathOf(balancer.arn) });
  if (found.length === 0 || servingTargets(region, balancer.arn) > 0) return undefined;
  return countStatistics(arrivingLoad(region, balancer).perMinute);
}

function allBalancers(region: Region): ApplicationLoadBalancer[] {
  return region.table(applicationLoadBalancers).all();
}
