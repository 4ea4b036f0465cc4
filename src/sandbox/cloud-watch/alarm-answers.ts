import type {
  Dimension,
  MetricAlarm,
  MetricDataQuery,
  StandardUnit,
  Statistic,
} from "@aws-sdk/client-cloudwatch";
import type { AlarmQuery, StoredAlarm } from "./alarms.ts";
import { writtenDimensions } from "./dimensions.ts";
import type { MetricStat } from "./metrics.ts";
import { isSimpleStatistic } from "./statistics.ts";

/** An alarm as DescribeAlarms answers. */
export function metricAlarm(stored: Readonly<StoredAlarm>): MetricAlarm {
  const { alarm } = stored;
  return {
    AlarmName: alarm.name,
    AlarmArn: stored.arn,
    AlarmDescription: alarm.description,
    AlarmConfigurationUpdatedTimestamp: new Date(stored.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.actions.OK],
    AlarmActions: [...alarm.actions.ALARM],
    InsufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
    StateValue: stored.state,
    StateReason: stored.reason,
    StateReasonData: stored.reasonData,
    StateUpdatedTimestamp: new Date(stored.stateUpdatedAt),
    StateTransitionedTimestamp: new Date(stored.stateChangedAt),
    ...measured(alarm.measured),
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.missingData,
    EvaluateLowSampleCountPercentile: alarm.lowSamples,
  };
}

function measured(what: StoredAlarm["alarm"]["measured"]): MetricAlarm {
  if (!("statistic" in what)) return { Dimensions: [], Metrics: what.map(query) };
  const { statistic } = what;
  return {
    MetricName: what.name,
    Namespace: what.namespace,
    Dimensions: writtenDimensions(what.dimensions),
    Period: what.period,
    Unit: unitOf(what),
    ...(isSimpleStatistic(statistic)
      ? { Statistic: statistic as Statistic }
      : { ExtendedStatistic: statistic }),
  };
}

function query({ id, label, returnData, stat, expression }: AlarmQuery): MetricDataQuery {
  return {
    Id: id,
    Label: label,
    ReturnData: returnData,
    Expression: expression,
    ...(stat !== undefined && {
      MetricStat: {
        Metric: {
          Namespace: stat.namespace,
          MetricName: stat.name,
          Dimensions: writtenDimensions(stat.dimensions),
        },
        Period: stat.period,
        Stat: stat.statistic,
        Unit: unitOf(stat),
      },
    }),
  };
}

/** Only a unit that CloudWatch has is stored. */
function unitOf({ unit }: MetricStat): StandardUnit | undefined {
  return unit as StandardUnit | undefined;
}

/** Whether an alarm's metric has exactly these dimensions. */
export function hasDimensions(
  { dimensions }: MetricStat,
  wanted: readonly Dimension[] = [],
): boolean {
  return (
    Object.keys(dimensions).length === wanted.length &&
    wanted.every(({ Name = "", Value }) => dimensions[Name] === Value)
  );
}
