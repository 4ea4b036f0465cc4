import type { MetricSource, Statistics } from "../cloud-watch/metric-source.ts";
import { instances } from "../ec2/instances/tables.ts";
import type { Region } from "../region.ts";
import { balancersOfGroup } from "./associations.ts";
import { describeHealth } from "./health.ts";
import { type ApplicationLoadBalancer, type TargetGroup, targetGroups } from "./tables.ts";

/** Each forms its own metric: "TargetGroup, LoadBalancer" and "TargetGroup, AvailabilityZone, LoadBalancer". */
const forms: readonly (readonly string[])[] = [
  ["LoadBalancer", "TargetGroup"],
  ["AvailabilityZone", "LoadBalancer", "TargetGroup"],
];

/** The target metrics of health ("CloudWatch metrics for your Application Load Balancer", User Guide). */
export const healthMetrics: readonly MetricSource[] = forms.flatMap((dimensions) => [
  hostCount("HealthyHostCount", "healthy", dimensions),
  hostCount("UnHealthyHostCount", "unhealthy", dimensions),
]);

function hostCount(
  name: string,
  state: "healthy" | "unhealthy",
  dimensions: readonly string[],
): MetricSource {
  return {
    namespace: "AWS/ApplicationELB",
    name,
    dimensions,
    unit: "Count",
    period: () => 60,
    value: (region, values) => counted(region, values, state),
    published: (region) => published(region, dimensions.includes("AvailabilityZone")),
  };
}

/** "Reported if health checks are enabled": once the load balancer is active, and for registered targets. */
function counted(
  region: Region,
  dimensions: Readonly<Record<string, string>>,
  state: "healthy" | "unhealthy",
): Statistics | undefined {
  const group = region
    .table(targetGroups)
    .all()
    .find(({ arn }) => targetGroupName(arn) === dimensions["TargetGroup"]);
  if (group === undefined) return undefined;
  const isBalanced = activeBalancers(region, group).some(
    ({ arn }) => loadBalancerName(arn) === dimensions["LoadBalancer"],
  );
  if (!isBalanced) return undefined;
  const zone = dimensions["AvailabilityZone"];
  const states = group.targets
    .filter(({ instanceId }) => zone === undefined || zoneOf(region, instanceId) === zone)
    .map((target) => describeHealth(region, group, target).State)
    .filter((each) => each !== "draining" && each !== "unused");
  if (states.length === 0) return undefined;
  const count = states.filter((each) => each === state).length;
  return { sum: count, count: 1, minimum: count, maximum: count };
}

function published(region: Region, isByZone: boolean): Record<string, string>[] {
  return region
    .table(targetGroups)
    .all()
    .flatMap((group) =>
      activeBalancers(region, group).flatMap(({ arn, subnets }) => {
        const dimensions = {
          TargetGroup: targetGroupName(group.arn),
          LoadBalancer: loadBalancerName(arn),
        };
        if (!isByZone) return [dimensions];
        return subnets.map(({ zone }) => ({ ...dimensions, AvailabilityZone: zone }));
      }),
    );
}

function activeBalancers(region: Region, { arn }: TargetGroup): ApplicationLoadBalancer[] {
  return balancersOfGroup(region, arn).filter(({ state }) => state === "active");
}

function zoneOf(region: Region, instanceId: string): string | undefined {
  return region.table(instances).latest(instanceId)?.zone;
}

/** "the final portion of the load balancer ARN": `app/front/50dc6c495c0c9188`. */
function loadBalancerName(arn: string): string {
  return arn.slice(arn.indexOf(":loadbalancer/") + ":loadbalancer/".length);
}

/** "the final portion of the target group ARN": `targetgroup/web/73e2d6bc24d8a067`. */
function targetGroupName(arn: string): string {
  return arn.slice(arn.indexOf(":targetgroup/") + 1);
}
