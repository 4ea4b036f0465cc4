import type { MetricSource, Region, Statistics } from "../region.ts";
import { allGroups, findGroup, type Group } from "./group.ts";
import { poolGoal } from "./warm-pool.ts";

type Count = (group: Group) => number;

const inService = membersIn(/^InService$/);
const pending = membersIn(/^Pending/);
const standby = membersIn(/Standby$/);
const terminating = membersIn(/^Terminating/);
const total = membersIn(/^(InService$|Pending|Terminating)|Standby$/);
const pooled = membersIn(/^Warmed:/);

/** "Auto Scaling group metrics", User Guide. The unit of a capacity is an instance, because no policy has weights. */
const groupCounts: Readonly<Record<string, Count>> = {
  GroupMinSize: ({ minSize }) => minSize,
  GroupMaxSize: ({ maxSize }) => maxSize,
  GroupDesiredCapacity: ({ desired }) => desired,
  GroupInServiceInstances: inService,
  GroupPendingInstances: pending,
  GroupStandbyInstances: standby,
  GroupTerminatingInstances: terminating,
  GroupTotalInstances: total,
  GroupInServiceCapacity: inService,
  GroupPendingCapacity: pending,
  GroupStandbyCapacity: standby,
  GroupTerminatingCapacity: terminating,
  GroupTotalCapacity: total,
};

/** Those of groups with a warm pool, same page. */
const poolCounts: Readonly<Record<string, Count>> = {
  WarmPoolDesiredCapacity: poolGoal,
  WarmPoolWarmedCapacity: membersIn(/^Warmed:(Stopped|Running)$/),
  WarmPoolPendingCapacity: membersIn(/^Warmed:Pending/),
  WarmPoolTerminatingCapacity: membersIn(/^Warmed:Terminating/),
  WarmPoolTotalCapacity: pooled,
  GroupAndWarmPoolDesiredCapacity: (group) => group.desired + poolGoal(group),
  GroupAndWarmPoolTotalCapacity: (group) => total(group) + pooled(group),
};

function membersIn(lifecycle: RegExp): Count {
  return ({ members }) => members.filter((member) => lifecycle.test(member.lifecycle)).length;
}

/** They are published only while they are enabled. */
export const groupMetrics: readonly MetricSource[] = [
  ...Object.entries(groupCounts).map(([name, count]) => source(name, count, () => true)),
  ...Object.entries(poolCounts).map(([name, count]) =>
    source(name, count, ({ warmPool }) => warmPool !== undefined),
  ),
];

/** Every metric that EnableMetricsCollection knows. */
export const groupMetricNames: readonly string[] = groupMetrics.map(({ name }) => name);

function source(name: string, count: Count, concerns: (group: Group) => boolean): MetricSource {
  const isPublished = (group: Group) =>
    concerns(group) && group.enabledMetrics?.includes(name) === true;
  return {
    namespace: "AWS/AutoScaling",
    name,
    dimensions: ["AutoScalingGroupName"],
    unit: "None",
    period: () => 60,
    value: (region, { AutoScalingGroupName: groupName = "" }) => {
      const group = findGroup(region, groupName);
      return group !== undefined && isPublished(group) ? statistics(count(group)) : undefined;
    },
    published: (region: Region) =>
      allGroups(region)
        .filter(isPublished)
        .map((group) => ({ AutoScalingGroupName: group.name })),
  };
}

function statistics(value: number): Statistics {
  return { sum: value, count: 1, minimum: value, maximum: value };
}
