import { currentStatistics } from "../cloud-watch/metrics.ts";
import { findTargetGroup, targetOf } from "../elastic-load-balancing-v2/registration.ts";
import type { Region } from "../region.ts";
import type { Group, Member } from "./group.ts";
import type { TargetTracking } from "./scaling-policy.ts";

/** The metric that a target tracking policy follows, as its alarms have it. */
export interface TrackedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Average" | "Sum";
}

export function trackedMetric(group: Group, { metric, label = "" }: TargetTracking): TrackedMetric {
  switch (metric) {
    case "ASGAverageCPUUtilization":
      return {
        namespace: "AWS/EC2",
        name: "CPUUtilization",
        dimensions: { AutoScalingGroupName: group.name },
        statistic: "Average",
      };
    case "ALBRequestCountPerTarget":
      return {
        namespace: "AWS/ApplicationELB",
        name: "RequestCountPerTarget",
        dimensions: { TargetGroup: labelParts(label)?.targetGroup ?? "" },
        // "The only valid statistic is Sum. This represents the average not the sum."
        statistic: "Sum",
      };
  }
}

/** The newest value of the metric. Undefined when there is none. */
export function metricNow(
  region: Region,
  group: Group,
  tracking: TargetTracking,
): number | undefined {
  const { namespace, name, dimensions, statistic } = trackedMetric(group, tracking);
  const now = currentStatistics(region, namespace, name, dimensions);
  if (now === undefined) return undefined;
  return statistic === "Sum" ? now.sum : now.sum / now.count;
}

/** Whether a server has a part in the metric. A target gets no requests before it is healthy. */
export function isMeasured(
  region: Region,
  group: Group,
  { metric, label = "" }: TargetTracking,
  { instanceId }: Member,
): boolean {
  if (metric === "ASGAverageCPUUtilization") return true;
  const arn = attachedArn(group, label);
  const targets = arn === undefined ? undefined : findTargetGroup(region, arn);
  const target = targets && targetOf(targets, instanceId);
  return target?.health === "healthy" && target.drainedAt === undefined;
}

/** The parts of a resource label, in the form of the dimensions of metrics. */
export function labelParts(
  label: string,
): { readonly loadBalancer: string; readonly targetGroup: string } | undefined {
  const match = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label);
  const [, loadBalancer, targetGroup] = match ?? [];
  return loadBalancer === undefined || targetGroup === undefined
    ? undefined
    : { loadBalancer, targetGroup };
}

/** The target group of a resource label, if it is attached to the group. */
export function attachedArn(group: Group, label: string): string | undefined {
  const targetGroup = labelParts(label)?.targetGroup;
  return (group.targetGroups ?? []).find(
    ({ name, state }) => state !== "Removing" && name.endsWith(`:${targetGroup}`),
  )?.name;
}
