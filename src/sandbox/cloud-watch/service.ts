import { listen } from "../region.ts";
import type { Service } from "../service.ts";
import { alarmOperations } from "./alarm-operations.ts";
import { alarms } from "./alarms.ts";
import { publishedMetrics, putMetrics } from "./datapoints.ts";
import { describeOperations } from "./describe-alarms.ts";
import { cloudWatchErrors } from "./errors.ts";
import { disturb, evaluationDue, evaluations } from "./evaluation.ts";
import { getOperations } from "./get-metrics.ts";
import { describeAlarmHistory, histories } from "./history.ts";
import { listMetrics } from "./list-metrics.ts";
import { operationNames } from "./operation-names.ts";
import { cloudWatchProtocol } from "./protocol.ts";
import { alarmQuota, putMetricAlarm } from "./put-metric-alarm.ts";
import { putMetricData } from "./put-metric-data.ts";
import { alarmsChanged, metricsChanged } from "./signals.ts";
import { tagOperations } from "./tags.ts";

/** Amazon CloudWatch: metrics, and metric alarms on them. It evaluates alarms only while something changes. */
export const cloudWatch: Service = {
  name: "cloudwatch",
  sdkId: "CloudWatch",
  protocol: cloudWatchProtocol,
  errors: cloudWatchErrors,
  operations: [
    putMetricData,
    ...getOperations,
    listMetrics,
    putMetricAlarm,
    ...describeOperations,
    describeAlarmHistory,
    ...alarmOperations,
    ...tagOperations,
  ],
  operationNames,
  events: [evaluationDue],
  tables: [alarms, histories, putMetrics, publishedMetrics, evaluations],
  quotas: [alarmQuota],
  listeners: [listen(metricsChanged, disturb), listen(alarmsChanged, disturb)],
};
