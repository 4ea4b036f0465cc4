import type { MetricSource, Statistics } from "../cloud-watch/metric-source.ts";
import { isReachedFromInternet } from "../ec2/network/way-out.ts";
import type { Region } from "../region.ts";
import { describeHealth } from "./health.ts";
import { findLoadBalancer, type LoadBalancer, loadBalancers } from "./load-balancer.ts";
import {
  countStatistics,
  errorsAmong,
  latencyStatistics,
  type RequestLoad,
} from "./request-load.ts";

/** "CloudWatch metrics for your Classic Load Balancer", User Guide. */
export const classicMetrics: readonly MetricSource[] = [
  source("HealthyHostCount", "Count", (region, balancer) => hosts(region, balancer, "InService")),
  source("UnHealthyHostCount", "Count", (region, balancer) =>
    hosts(region, balancer, "OutOfService"),
  ),
  source("RequestCount", "Count", (region, balancer, load) =>
    countStatistics(answered(region, balancer, load)),
  ),
  source("HTTPCode_Backend_5XX", "Count", (region, balancer, load) =>
    isForHttp(balancer)
      ? countStatistics(errorsAmong(answered(region, balancer, load), load))
      : undefined,
  ),
  source("HTTPCode_ELB_5XX", "Count", (region, balancer, load) =>
    isForHttp(balancer)
      ? countStatistics(load.perMinute - answered(region, balancer, load))
      : undefined,
  ),
  source("Latency", "Seconds", (region, balancer, load) =>
    latencyStatistics(answered(region, balancer, load), load),
  ),
];

function source(
  name: string,
  unit: string,
  statistics: (region: Region, balancer: LoadBalancer, load: RequestLoad) => Statistics | undefined,
): MetricSource {
  const value = (region: Region, balancer: LoadBalancer) =>
    statistics(region, balancer, arrivingLoad(region, balancer));
  return {
    namespace: "AWS/ELB",
    name,
    dimensions: ["LoadBalancerName"],
    unit,
    period: () => 60,
    value: (region, { LoadBalancerName: id = "" }) => {
      const balancer = findLoadBalancer(region, id);
      return balancer && value(region, balancer);
    },
    published: (region) =>
      region
        .table(loadBalancers)
        .all()
        .filter((balancer) => value(region, balancer) !== undefined)
        .map((balancer) => ({ LoadBalancerName: balancer.name })),
  };
}

/** A load balancer for the internet gets no requests where no route of its subnets leads back. */
function arrivingLoad(
  region: Region,
  { requests, scheme, vpcId, subnets }: LoadBalancer,
): RequestLoad {
  const load = requests ?? { perMinute: 0 };
  const ids = subnets.map(({ id }) => id);
  const arrives = scheme === "internal" || isReachedFromInternet(region, vpcId, ids);
  return arrives ? load : { ...load, perMinute: 0 };
}

/** The number of registered instances in this state. */
function hosts(region: Region, balancer: LoadBalancer, state: string): Statistics {
  const count = instancesIn(region, balancer, state);
  return { sum: count, count: 1, minimum: count, maximum: count };
}

/** How many registered instances get requests. */
export function servingInstances(region: Region, balancer: LoadBalancer): number {
  return instancesIn(region, balancer, "InService");
}

function instancesIn(region: Region, balancer: LoadBalancer, state: string): number {
  return balancer.registrations.filter(
    (registration) => describeHealth(region, balancer, registration).State === state,
  ).length;
}

/** The requests a minute that instances answer. Without any in service, the load balancer answers with 503. */
function answered(region: Region, balancer: LoadBalancer, { perMinute }: RequestLoad): number {
  return servingInstances(region, balancer) === 0 ? 0 : perMinute;
}

/** Codes are published for listeners of HTTP and HTTPS alone. */
function isForHttp({ listeners }: LoadBalancer): boolean {
  return listeners.some(({ protocol }) => protocol.startsWith("HTTP"));
}
