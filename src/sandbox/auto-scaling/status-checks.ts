import { type InstanceRecord, instances } from "../ec2/instances/tables.ts";
import type { MetricSource, Region, Statistics } from "../region.ts";
import { allGroups, findGroup, type Group } from "./group.ts";

const statusCheckFailed = {
  namespace: "AWS/EC2",
  name: "StatusCheckFailed",
  unit: "Count",
  // "By default, this metric is available at a 1-minute frequency at no charge" (EC2 User Guide).
  period: () => 60,
} as const;

/** Whether EC2's checks of running instances fail: 1, else 0. */
export const statusCheckMetrics: readonly MetricSource[] = [
  {
    ...statusCheckFailed,
    dimensions: ["InstanceId"],
    value: (region, { InstanceId: id = "" }) => statistics(running(region, [id])),
    published: (region) =>
      region
        .table(instances)
        .all()
        .filter(({ state }) => state === "running")
        .map(({ id }) => ({ InstanceId: id })),
  },
  {
    ...statusCheckFailed,
    dimensions: ["AutoScalingGroupName"],
    value: (region, { AutoScalingGroupName: name = "" }) =>
      ofGroup(region, findGroup(region, name)),
    published: (region) =>
      allGroups(region)
        .filter((group) => ofGroup(region, group) !== undefined)
        .map(({ name }) => ({ AutoScalingGroupName: name })),
  },
];

function ofGroup(region: Region, group: Group | undefined): Statistics | undefined {
  const ids = group?.members.map(({ instanceId }) => instanceId) ?? [];
  return statistics(running(region, ids));
}

function running(region: Region, ids: readonly string[]): InstanceRecord[] {
  return ids
    .flatMap((id) => region.table(instances).latest(id) ?? [])
    .filter(({ state }) => state === "running");
}

function statistics(checked: readonly InstanceRecord[]): Statistics | undefined {
  if (checked.length === 0) return undefined;
  const failed = checked.filter(({ guest }) => guest.impaired).length;
  return {
    sum: failed,
    count: checked.length,
    minimum: failed === checked.length ? 1 : 0,
    maximum: failed === 0 ? 0 : 1,
    distribution: [
      { value: 0, count: checked.length - failed },
      { value: 1, count: failed },
    ],
  };
}
