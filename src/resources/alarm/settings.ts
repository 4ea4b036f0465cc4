import type {
  Dimension,
  MetricAlarm,
  MetricDataQuery,
  PutMetricAlarmInput,
  StandardUnit,
  Statistic,
} from "@aws-sdk/client-cloudwatch";
import { type AlarmFields, type AlarmMetric, onlyMetric } from "./fields.ts";

type Settings = Omit<AlarmFields, "tags">;

/** The settings of an alarm in a call. Without another metric, a metric is in parameters of its own. */
export function toSdkAlarm(fields: Settings): Omit<PutMetricAlarmInput, "AlarmName"> {
  const [first, ...others] = fields.metrics;
  return {
    AlarmDescription: fields.description,
    ...(first?.metric != null && others.length === 0
      ? plainMetric(first.metric)
      : { Metrics: fields.metrics.map(toQuery) }),
    ComparisonOperator: fields.comparison,
    Threshold: fields.threshold,
    EvaluationPeriods: fields.minutes,
    DatapointsToAlarm: fields.breaching ?? fields.minutes,
    TreatMissingData: fields.missing,
    AlarmActions: [...fields.alarmActions],
    OKActions: [...fields.okActions],
    InsufficientDataActions: [...(fields.otherActions ?? [])],
    ActionsEnabled: fields.enabled ?? true,
  };
}

type Watched = NonNullable<AlarmMetric["metric"]>;

function plainMetric(metric: Watched): Partial<PutMetricAlarmInput> {
  const { namespace, name, period, statistic } = metric;
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: toDimensions(metric.dimensions),
    Period: period,
    ...(isSimple(statistic) ? { Statistic: statistic } : { ExtendedStatistic: statistic }),
    ...unitParameter(metric),
  };
}

function toQuery({ id, metric, expression, isCompared }: AlarmMetric): MetricDataQuery {
  return {
    Id: id,
    ReturnData: isCompared,
    ...(expression !== null && { Expression: expression }),
    ...(metric !== null && {
      MetricStat: {
        Metric: {
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: toDimensions(metric.dimensions),
        },
        Period: metric.period,
        Stat: metric.statistic,
        ...unitParameter(metric),
      },
    }),
  };
}

function toDimensions(dimensions: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

/** Only a unit that AWS answered is ever sent back. */
function unitParameter({ unit }: Watched): { Unit?: StandardUnit } {
  return unit === null ? {} : { Unit: unit as StandardUnit };
}

/** Percentiles and the like have a parameter of their own. */
function isSimple(statistic: string): statistic is Statistic {
  return /^(SampleCount|Average|Sum|Minimum|Maximum)$/.test(statistic);
}

/** What the plan compares of an alarm. Without labels: they only caption graphs. */
export function alarmSettingsOf(found: MetricAlarm): Settings {
  const minutes = found.EvaluationPeriods ?? 0;
  return {
    description: found.AlarmDescription ?? "",
    metrics:
      (found.Metrics ?? []).length > 0
        ? (found.Metrics ?? []).map(toMetric)
        : [
            {
              id: onlyMetric,
              metric: toWatched({
                Metric: found,
                Period: found.Period,
                Stat: found.Statistic ?? found.ExtendedStatistic,
                Unit: found.Unit,
              }),
              expression: null,
              isCompared: true,
            },
          ],
    comparison: found.ComparisonOperator ?? "GreaterThanThreshold",
    threshold: found.Threshold ?? 0,
    minutes,
    breaching: found.DatapointsToAlarm ?? minutes,
    // "If TreatMissingData is omitted, the default behavior of missing is used" (MetricAlarm, API Reference).
    missing: found.TreatMissingData ?? "missing",
    lowSamples: found.EvaluateLowSampleCountPercentile ?? "evaluate",
    alarmActions: (found.AlarmActions ?? []).toSorted(),
    okActions: (found.OKActions ?? []).toSorted(),
    otherActions: (found.InsufficientDataActions ?? []).toSorted(),
    enabled: found.ActionsEnabled ?? true,
  };
}

function toMetric({ Id: id = "", MetricStat, Expression, ReturnData }: MetricDataQuery) {
  return {
    id,
    metric: MetricStat === undefined ? null : toWatched(MetricStat),
    expression: Expression ?? null,
    // "If you omit this, the default of true is used" (MetricDataQuery, API Reference).
    isCompared: ReturnData ?? true,
  };
}

function toWatched({
  Metric: { Namespace, MetricName, Dimensions } = {},
  Period,
  Stat,
  Unit,
}: Stat) {
  return {
    namespace: Namespace ?? "",
    name: MetricName ?? "",
    statistic: Stat ?? "",
    period: Period ?? 0,
    dimensions: Object.fromEntries(
      (Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value]),
    ),
    unit: Unit ?? null,
  };
}

interface Stat {
  readonly Metric: Pick<MetricAlarm, "Namespace" | "MetricName" | "Dimensions"> | undefined;
  readonly Period: number | undefined;
  readonly Stat: string | undefined;
  readonly Unit?: string | undefined;
}
