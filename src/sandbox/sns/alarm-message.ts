import { metricAlarm } from "../cloud-watch/alarm-answers.ts";
import { findAlarm, type StoredAlarm } from "../cloud-watch/alarms.ts";
import type { AlarmAction } from "../cloud-watch/signals.ts";
import type { Region } from "../region.ts";
import { sendIfThere } from "./messages.ts";
import { regionTitle } from "./region-names.ts";

/** A subject has at most so many characters (Publish, API Reference). */
const MAX_SUBJECT = 100;

/** An alarm acts, and one of the topics of this region is its action. */
export function tellOfAlarm(region: Region, action: AlarmAction): void {
  if (!/^arn:[\w-]+:sns:/.test(action.action)) return;
  const stored = findAlarm(region, action.alarm);
  if (stored === undefined) return;
  const place = regionTitle(region.name);
  sendIfThere(region, action.action, {
    subject: `${action.state}: "${action.alarm}" in ${place}`.slice(0, MAX_SUBJECT),
    text: JSON.stringify(alarmText(region, action, stored, place)),
  });
}

/** What CloudWatch publishes, as topics receive it. */
function alarmText(region: Region, action: AlarmAction, stored: StoredAlarm, place: string) {
  const { OKActions, AlarmActions, InsufficientDataActions } = metricAlarm(stored);
  return {
    AlarmName: action.alarm,
    AlarmDescription: action.description ?? null,
    AWSAccountId: region.account,
    AlarmConfigurationUpdatedTimestamp: time(stored.configuredAt),
    NewStateValue: action.state,
    NewStateReason: action.reason,
    StateChangeTime: time(action.at),
    Region: place,
    AlarmArn: action.arn,
    OldStateValue: action.previous,
    OKActions,
    AlarmActions,
    InsufficientDataActions,
    Trigger: trigger(stored),
  };
}

/** Dimensions have lower-case names here, and the statistic has capital letters. */
function trigger(stored: StoredAlarm) {
  const alarm = metricAlarm(stored);
  const measured =
    alarm.Metrics === undefined
      ? {
          MetricName: alarm.MetricName,
          Namespace: alarm.Namespace,
          ...(alarm.Statistic === undefined
            ? { StatisticType: "ExtendedStatistic", ExtendedStatistic: alarm.ExtendedStatistic }
            : { StatisticType: "Statistic", Statistic: statisticNames[alarm.Statistic] }),
          Unit: alarm.Unit ?? null,
          Dimensions: dimensions(alarm.Dimensions),
          Period: alarm.Period,
        }
      : {
          Metrics: alarm.Metrics.map((query) => ({
            ...query,
            ...(query.MetricStat !== undefined && {
              MetricStat: {
                ...query.MetricStat,
                Metric: {
                  ...query.MetricStat.Metric,
                  Dimensions: dimensions(query.MetricStat.Metric?.Dimensions),
                },
              },
            }),
          })),
        };
  return {
    ...measured,
    EvaluationPeriods: alarm.EvaluationPeriods,
    DatapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData ?? "missing",
    EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile ?? "",
  };
}

const statisticNames: Readonly<Record<string, string>> = {
  Average: "AVERAGE",
  Maximum: "MAXIMUM",
  Minimum: "MINIMUM",
  SampleCount: "SAMPLE_COUNT",
  Sum: "SUM",
};

function dimensions(
  list: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[] = [],
) {
  return list.map(({ Name, Value }) => ({ value: Value, name: Name }));
}

/** `2026-11-30T12:00:00.000+0000`. */
function time(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}
