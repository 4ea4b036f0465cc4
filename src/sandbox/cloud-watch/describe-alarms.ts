import {
  DescribeAlarms$,
  DescribeAlarmsForMetric$,
  type DescribeAlarmsForMetricInput,
  type DescribeAlarmsInput,
} from "@aws-sdk/client-cloudwatch";
import { operation } from "../operation.ts";
import { hasDimensions, metricAlarm } from "./alarm-answers.ts";
import { alarms, type StoredAlarm } from "./alarms.ts";
import { failedConstraint, validationError } from "./errors.ts";
import { pageOf } from "./pages.ts";

/** "Array Members: Maximum number of 100 items" (DescribeAlarms, API Reference). */
const MAX_NAMES = 100;

/** "If this parameter is specified, you cannot specify AlarmNames." */
const describeAlarms = operation<DescribeAlarmsInput>(
  DescribeAlarms$,
  [
    "AlarmNames",
    "AlarmNamePrefix",
    "AlarmTypes",
    "StateValue",
    "ActionPrefix",
    "MaxRecords",
    "NextToken",
  ],
  (region, input) => {
    const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state } = input;
    if (names !== undefined && prefix !== undefined) {
      throw validationError("AlarmNames and AlarmNamePrefix cannot be specified together");
    }
    if (names !== undefined && names.length > MAX_NAMES) {
      throw failedConstraint(
        `[${names.join(", ")}]`,
        "alarmNames",
        `Member must have length less than or equal to ${MAX_NAMES}`,
      );
    }
    const table = region.table(alarms);
    const found = table
      .list()
      // Composite alarms and log alarms, which the sandbox does not have, are asked for by their types.
      .filter(() => input.AlarmTypes?.includes("MetricAlarm") ?? true)
      .filter(({ alarm }) => names?.includes(alarm.name) ?? true)
      .filter(({ alarm }) => alarm.name.startsWith(prefix ?? ""))
      .filter((stored) => state === undefined || stored.state === state)
      .filter((stored) => hasAction(stored, input.ActionPrefix));
    const { items, nextToken } = pageOf(region, found, ({ alarm }) => table.order(alarm.name), {
      size: input.MaxRecords,
      token: input.NextToken,
    });
    return { MetricAlarms: items.map(metricAlarm), CompositeAlarms: [], NextToken: nextToken };
  },
);

function hasAction({ alarm }: Readonly<StoredAlarm>, prefix: string | undefined): boolean {
  if (prefix === undefined) return true;
  return Object.values(alarm.actions).some((arns) =>
    arns.some((action) => action.startsWith(prefix)),
  );
}

/** "To filter the results, specify a statistic, period, or unit." Alarms on expressions are not in the answer. */
const describeAlarmsForMetric = operation<DescribeAlarmsForMetricInput>(
  DescribeAlarmsForMetric$,
  ["MetricName", "Namespace", "Dimensions", "Statistic", "ExtendedStatistic", "Period", "Unit"],
  (region, input) => {
    const statistic = input.Statistic ?? input.ExtendedStatistic;
    const isWanted = ({ alarm: { measured } }: Readonly<StoredAlarm>) =>
      "statistic" in measured &&
      measured.namespace === input.Namespace &&
      measured.name === input.MetricName &&
      hasDimensions(measured, input.Dimensions) &&
      (statistic === undefined || measured.statistic === statistic) &&
      (input.Period === undefined || measured.period === input.Period) &&
      (input.Unit === undefined || measured.unit === input.Unit);
    return { MetricAlarms: region.table(alarms).list().filter(isWanted).map(metricAlarm) };
  },
);

export const describeOperations = [describeAlarms, describeAlarmsForMetric];
