import type { ComparisonOperator } from "@aws-sdk/client-cloudwatch";
import { type DesiredFields, isRef, type Live } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";

/** Everything that PutMetricAlarm sets, because it overwrites all of it. */
export interface AlarmFields {
  /** What has happened if it goes off, for people. */
  readonly description: string;
  /** A metric, or several and an expression. Their order means nothing. */
  readonly metrics: readonly AlarmMetric[];
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  /** The evaluation periods. */
  readonly minutes: number;
  /** In how many of the evaluation periods the value must breach the threshold. Default: in all. */
  readonly breaching?: number;
  /** How missing data counts. */
  readonly missing: string;
  /** How few samples of a percentile count. No stack file says anything but `evaluate`. */
  readonly lowSamples?: string;
  /** ARNs of the topics that get a message when it goes off. A set. */
  readonly alarmActions: readonly string[];
  /** ARNs of the topics that get a message when it is over. A set. */
  readonly okActions: readonly string[];
  /** ARNs of the topics that get a message when data are missing. No stack file defines any. */
  readonly otherActions?: readonly string[];
  /** Whether it acts. No stack file says anything but true. */
  readonly enabled?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** A metric of an alarm, or an expression over others by their ids. */
export interface AlarmMetric {
  readonly id: string;
  readonly metric: WatchedMetric | null;
  readonly expression: string | null;
  /** Whether its value is what the alarm compares. */
  readonly isCompared: boolean;
}

interface WatchedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: string;
  /** Seconds. */
  readonly period: number;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Null: any. */
  readonly unit: string | null;
}

export interface AlarmOutputs {
  readonly arn: string;
  readonly name: string;
}

export type LiveAlarm = Live<AlarmFields, AlarmOutputs>;

export type AlarmUpdate = UpdateInput<AlarmFields, AlarmOutputs, ResourceContext>;

/** The id of the metric of an alarm that has only one: AWS stores none. */
export const onlyMetric = "metric";

/** Fills in what no stack file says, sorts sets, and shortens ARNs. */
export function normalAlarm(fields: DesiredFields<AlarmFields>): DesiredFields<AlarmFields> {
  return {
    ...fields,
    metrics: normalMetrics(fields.metrics),
    breaching: fields.breaching ?? fields.minutes,
    lowSamples: fields.lowSamples ?? "evaluate",
    alarmActions: inOrder(fields.alarmActions),
    okActions: inOrder(fields.okActions),
    otherActions: inOrder(fields.otherActions ?? []),
    enabled: fields.enabled ?? true,
  };
}

type Metrics = DesiredFields<AlarmFields>["metrics"];

/**
 * In the order of their ids, with dimensions as CloudWatch has them: the last part of an ARN. A plan knows the ARN of a
 * load balancer only when it compares.
 */
export function normalMetrics(metrics: Metrics): Metrics {
  if (!isList(metrics)) return metrics;
  return metrics
    .map((each): typeof each => {
      if (isRef(each)) return each;
      const { metric } = each;
      if (metric === null || isRef(metric) || isRef(metric.dimensions)) return each;
      const short = Object.entries(metric.dimensions).map(
        ([name, value]): [string, typeof value] => [name, withoutArn(value)],
      );
      const dimensions: typeof metric.dimensions = Object.fromEntries(short);
      return { ...each, metric: { ...metric, dimensions } };
    })
    .toSorted((one, other) => compareIds(one, other));
}

function compareIds(one: object, other: object): number {
  const [first, second] = [Reflect.get(one, "id"), Reflect.get(other, "id")].map(String);
  return first === second ? 0 : (first ?? "") < (second ?? "") ? -1 : 1;
}

/** The part of an ARN that a dimension has: `app/web/0123`, `targetgroup/web/4567`. Anything else as it is. */
function withoutArn<Value>(value: Value): Value | string {
  if (typeof value !== "string") return value;
  return value.replace(/^arn:.*:loadbalancer\//, "").replace(/^arn:.*:(?=targetgroup\/)/, "");
}

/** A set in its order, if all members are known. */
function inOrder<List>(list: List): List | readonly string[] {
  if (!isList(list) || !list.every((each) => typeof each === "string")) return list;
  return [...new Set(list)].sort();
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
