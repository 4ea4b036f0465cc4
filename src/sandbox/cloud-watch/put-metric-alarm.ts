import { PutMetricAlarm$, type PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { readAlarm } from "./alarm-settings.ts";
import { alarms, findAlarm, putAlarm } from "./alarms.ts";
import { mergedTags } from "./tags.ts";

/** 5000 alarms per Region ("CloudWatch service quotas", User Guide). */
export const alarmQuota = { name: "alarms per region", usual: 5000 };

export const putMetricAlarm = operation<PutMetricAlarmInput>(
  PutMetricAlarm$,
  [
    "AlarmName",
    "AlarmDescription",
    "ActionsEnabled",
    "OKActions",
    "AlarmActions",
    "InsufficientDataActions",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Period",
    "Unit",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "EvaluateLowSampleCountPercentile",
    "Metrics.Id",
    "Metrics.Label",
    "Metrics.ReturnData",
    "Metrics.Expression",
    "Metrics.MetricStat",
    "Tags",
  ],
  (region, input) => {
    const alarm = readAlarm(input);
    const tags = mergedTags({}, input.Tags ?? []);
    if (
      findAlarm(region, alarm.name) === undefined &&
      region.table(alarms).all().length >= region.quota(alarmQuota)
    ) {
      throw new AwsError("LimitExceeded", "The maximum limit of alarms has been reached.");
    }
    // "If you are using this operation to update an existing alarm, any tags you specify in this parameter are ignored."
    putAlarm(region, alarm, tags);
    return {};
  },
);
