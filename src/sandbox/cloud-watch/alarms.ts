import type { ComparisonOperator } from "@aws-sdk/client-cloudwatch";
import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import { record } from "./history.ts";
import type { MetricStat } from "./metrics.ts";
import { type AlarmState, alarmsChanged } from "./signals.ts";

/** One of the queries of an alarm on a metric math expression, or the expression. */
export interface AlarmQuery {
  readonly id: string;
  readonly label?: string;
  readonly returnData: boolean;
  /** Either a metric or an expression over the ids of others. */
  readonly stat?: MetricStat;
  readonly expression?: string;
}

export type MissingDataTreatment = "missing" | "breaching" | "notBreaching" | "ignore";

/** What PutMetricAlarm sets: the whole alarm without its state. Plain JSON. */
export interface Alarm {
  readonly name: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  /** ARNs by the state that they belong to. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  /** A metric, or several with an expression. */
  readonly measured: MetricStat | readonly AlarmQuery[];
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  /** M of N. Default: all evaluation periods. */
  readonly datapointsToAlarm?: number;
  /** Default: missing. */
  readonly missingData?: MissingDataTreatment;
  /** For percentiles. Default: evaluate. */
  readonly lowSamples?: "evaluate" | "ignore";
}

/** An alarm as the sandbox stores it. Times are sandbox milliseconds. */
export interface StoredAlarm {
  /** What PutMetricAlarm overwrites completely. */
  alarm: Alarm;
  readonly arn: string;
  configuredAt: number;
  state: AlarmState;
  reason: string;
  /** JSON, as DescribeAlarms shows it. */
  reasonData?: string;
  stateUpdatedAt: number;
  /** When the state last became another one. */
  stateChangedAt: number;
  tags: Record<string, string>;
}

/** By name. */
export const alarms = defineTable<StoredAlarm>("alarm", ({ alarm, state, tags }) => ({
  id: alarm.name,
  name: alarm.name,
  state,
  tags,
}));

/** Creates an alarm, or overwrites it. Its state and its tags stay; `tags` are those of a new alarm. */
export function putAlarm(
  region: Region,
  alarm: Alarm,
  tags: Readonly<Record<string, string>> = {},
): StoredAlarm {
  const table = region.table(alarms);
  const configuredAt = region.now;
  const isNew = table.latest(alarm.name) === undefined;
  const stored = isNew
    ? table.add(alarm.name, {
        alarm,
        arn: alarmArn(region, alarm.name),
        configuredAt,
        state: "INSUFFICIENT_DATA",
        // As DescribeAlarms shows a new alarm.
        reason: "Unchecked: Initial alarm creation",
        stateUpdatedAt: configuredAt,
        stateChangedAt: configuredAt,
        tags: { ...tags },
      })
    : table.change(alarm.name, (present) => {
        present.alarm = alarm;
        present.configuredAt = configuredAt;
      });
  record(
    region,
    alarm.name,
    "ConfigurationUpdate",
    `Alarm "${alarm.name}" ${isNew ? "created" : "updated"}`,
    { type: isNew ? "Create" : "Update" },
  );
  region.signal(alarmsChanged, undefined);
  return stored;
}

/** Deletes alarms. Names of alarms that do not exist are ignored. */
export function removeAlarms(region: Region, names: readonly string[]): void {
  for (const name of names) {
    if (findAlarm(region, name) === undefined) continue;
    region.table(alarms).remove(name);
    record(region, name, "ConfigurationUpdate", `Alarm "${name}" deleted`, { type: "Delete" });
  }
  region.signal(alarmsChanged, undefined);
}

/** The real alarm, whether readers see it yet or not. */
export function findAlarm(region: Region, name: string): StoredAlarm | undefined {
  return region.table(alarms).latest(name);
}

export function alarmArn(region: Region, name: string): string {
  return `arn:${region.partition}:cloudwatch:${region.name}:${region.account}:alarm:${name}`;
}
