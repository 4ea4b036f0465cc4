import {
  DescribeMetricCollectionTypes$,
  DisableMetricsCollection$,
  type DisableMetricsCollectionQuery,
  type EnabledMetric,
  EnableMetricsCollection$,
  type EnableMetricsCollectionQuery,
} from "@aws-sdk/client-auto-scaling";
import { metricsChanged } from "../cloud-watch/signals.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { type Group, requireLivingGroup, validationError } from "./group.ts";
import { groupMetricNames } from "./group-metrics.ts";

/** "The only valid value is 1Minute" (EnableMetricsCollection, API Reference). */
const GRANULARITY = "1Minute";

const enableMetricsCollection = operation<EnableMetricsCollectionQuery>(
  EnableMetricsCollection$,
  ["AutoScalingGroupName", "Metrics", "Granularity"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    if (input.Granularity !== GRANULARITY) {
      throw validationError(`Invalid granularity: ${input.Granularity}. Valid values: 1Minute`);
    }
    const chosen = readNames(input.Metrics);
    const enabled = group.enabledMetrics ?? [];
    setEnabled(region, group, (name) => enabled.includes(name) || chosen.includes(name));
    return {};
  },
);

const disableMetricsCollection = operation<DisableMetricsCollectionQuery>(
  DisableMetricsCollection$,
  ["AutoScalingGroupName", "Metrics"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const chosen = readNames(input.Metrics);
    const enabled = group.enabledMetrics ?? [];
    setEnabled(region, group, (name) => enabled.includes(name) && !chosen.includes(name));
    return {};
  },
);

/** "If you omit this property, all metrics are enabled" or disabled (API Reference). */
function readNames(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined || names.length === 0) return groupMetricNames;
  const unknown = names.find((name) => !groupMetricNames.includes(name));
  if (unknown !== undefined) throw validationError(`"${unknown}" is not a valid metric.`);
  return names;
}

function setEnabled(region: Region, group: Group, isEnabled: (name: string) => boolean): void {
  const names = groupMetricNames.filter(isEnabled);
  if (names.length === 0) delete group.enabledMetrics;
  else group.enabledMetrics = names;
  region.signal(metricsChanged, undefined);
}

const describeMetricCollectionTypes = operation<object>(DescribeMetricCollectionTypes$, [], () => ({
  Metrics: groupMetricNames.map((Metric) => ({ Metric })),
  Granularities: [{ Granularity: GRANULARITY }],
}));

/** As DescribeAutoScalingGroups answers. */
export function describeEnabledMetrics({ enabledMetrics = [] }: Group): EnabledMetric[] {
  return enabledMetrics.map((Metric) => ({ Metric, Granularity: GRANULARITY }));
}

export const metricsCollectionOperations = [
  enableMetricsCollection,
  disableMetricsCollection,
  describeMetricCollectionTypes,
];
