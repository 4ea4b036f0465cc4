import { instances } from "../ec2/instances/tables.ts";
import type { MetricSource, Region, Statistics } from "../region.ts";
import { allGroups, findGroup, findMember, type Group, type Member } from "./group.ts";

/** What an idle machine uses of its CPU, in percent. */
export const IDLE = 2;

/** The servers of a group that share its work: those in service that run and answer. */
export function workingMembers(region: Region, group: Group): Member[] {
  return group.members.filter(
    ({ lifecycle, instanceId }) => lifecycle === "InService" && isRunning(region, instanceId),
  );
}

/** What each of the servers at work uses of its CPU, in percent. */
export function cpuOfEach(region: Region, group: Group): number {
  const share = (group.cpuLoad ?? 0) / workingMembers(region, group).length;
  return Math.min(100, Math.max(IDLE, share || 0));
}

/**
 * The average of a group's servers. "Until its specified warm-up time has expired, an instance is not
 * counted toward the aggregated EC2 instance metrics", if the group has a default instance warmup.
 */
function ofGroup(region: Region, { AutoScalingGroupName: name = "" }: Dimensions) {
  const group = findGroup(region, name);
  if (group === undefined) return undefined;
  const warmup = (group.warmupSeconds ?? 0) * 1000;
  const counted = workingMembers(region, group).filter(
    ({ inServiceAt = region.now }) => region.now >= inServiceAt + warmup,
  );
  return statistics(cpuOfEach(region, group), counted.length);
}

function ofInstance(region: Region, { InstanceId: id = "" }: Dimensions) {
  if (!isRunning(region, id)) return undefined;
  const found = findMember(region, id);
  const works = found?.member.lifecycle === "InService";
  return statistics(works ? cpuOfEach(region, found.group) : IDLE, 1);
}

function statistics(value: number, count: number): Statistics | undefined {
  if (count === 0) return undefined;
  return { sum: value * count, count, minimum: value, maximum: value };
}

function isRunning(region: Region, id: string): boolean {
  const instance = region.table(instances).latest(id);
  return instance?.state === "running" && !instance.guest.impaired;
}

/** "Basic monitoring: 5-minute periods. Detailed monitoring: 1-minute periods." (EC2 User Guide) */
function periodOf(region: Region, ids: readonly string[]): number {
  const isDetailed = ids.some((id) => region.table(instances).latest(id)?.monitoring);
  return isDetailed ? 60 : 300;
}

type Dimensions = Readonly<Record<string, string>>;

const cpuUtilization = { namespace: "AWS/EC2", name: "CPUUtilization", unit: "Percent" } as const;

/** The CPU of instances, which follows the load that a person sets for a group. */
export const cpuMetrics: readonly MetricSource[] = [
  {
    ...cpuUtilization,
    dimensions: ["AutoScalingGroupName"],
    period: (region, { AutoScalingGroupName: name = "" }) =>
      periodOf(region, findGroup(region, name)?.members.map(({ instanceId }) => instanceId) ?? []),
    value: ofGroup,
    published: (region) =>
      allGroups(region)
        .map(({ name }) => ({ AutoScalingGroupName: name }))
        .filter((dimensions) => ofGroup(region, dimensions) !== undefined),
  },
  {
    ...cpuUtilization,
    dimensions: ["InstanceId"],
    period: (region, { InstanceId: id = "" }) => periodOf(region, [id]),
    value: ofInstance,
    published: (region) =>
      region
        .table(instances)
        .all()
        .map(({ id }) => ({ InstanceId: id }))
        .filter((dimensions) => ofInstance(region, dimensions) !== undefined),
  },
];
