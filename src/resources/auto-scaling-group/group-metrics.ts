import {
  type AutoScalingGroup,
  DisableMetricsCollectionCommand,
  EnableMetricsCollectionCommand,
} from "@aws-sdk/client-auto-scaling";
import type { ResourceContext } from "../shared/context.ts";
import type { GroupUpdate, LiveGroup } from "./fields.ts";

/** What the alarm on failing launches compares. Group metrics cost nothing ("Monitor CloudWatch metrics"). */
const metrics: readonly string[] = ["GroupDesiredCapacity", "GroupInServiceInstances"];

/** Whether CloudWatch gets the metrics every minute. */
export function hasMetrics({
  EnabledMetrics: enabled = [],
}: Pick<AutoScalingGroup, "EnabledMetrics">): boolean {
  return metrics.every((name) => enabled.some(({ Metric }) => Metric === name));
}

export async function setMetrics({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  if (fields.groupMetrics !== null)
    await putMetrics(context, live.physicalName, fields.groupMetrics);
  return live;
}

/** Other metrics that somebody enabled stay. */
export async function putMetrics(
  { clients }: ResourceContext,
  group: string,
  wanted: boolean,
): Promise<void> {
  const named = { AutoScalingGroupName: group, Metrics: [...metrics] };
  if (!wanted) {
    await clients.autoScaling.send(new DisableMetricsCollectionCommand(named));
    return;
  }
  await clients.autoScaling.send(
    new EnableMetricsCollectionCommand({ ...named, Granularity: "1Minute" }),
  );
}
