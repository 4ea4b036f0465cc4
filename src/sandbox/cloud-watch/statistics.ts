import { notModelled } from "../error.ts";
import { invalidParameter } from "./errors.ts";
import type { Statistics } from "./metric-source.ts";

/** The statistics of a period, or of a part of it. Plain JSON. */
export interface Datapoint extends Statistics {
  /** The begin of its period, in sandbox milliseconds. */
  readonly at: number;
  readonly unit: string;
}

const simple = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

/** "CloudWatch statistics definitions", User Guide: trimmed means and others, which are not modelled. */
const others = /^(IQM|(tm|wm|tc|ts)\d+(\.\d+)?|(TM|WM|TC|TS|PR)\(.*\))$/;

/** @throws AwsError for a statistic that does not exist, or that is not modelled. */
export function checkStatistic(statistic: string): void {
  if (simple.includes(statistic) || percentileOf(statistic) !== undefined) return;
  if (others.test(statistic)) throw notModelled(`The statistic ${statistic}`);
  throw invalidParameter(`The value ${statistic} for parameter Stat is not supported.`);
}

/** Whether it has a name of its own, so that it is no extended statistic. */
export function isSimpleStatistic(statistic: string): boolean {
  return simple.includes(statistic);
}

/** 95 for `p95`. Undefined for other statistics. */
export function percentileOf(statistic: string): number | undefined {
  const digits = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(statistic)?.[1];
  const percent = Number(digits);
  return digits !== undefined && percent <= 100 ? percent : undefined;
}

/** A statistic of everything that was recorded in a period. Undefined: there is no datapoint. */
export function statisticOf(points: readonly Statistics[], statistic: string): number | undefined {
  if (points.length === 0) return undefined;
  const count = samplesOf(points);
  const sum = points.reduce((total, point) => total + point.sum, 0);
  switch (statistic) {
    case "SampleCount":
      return count;
    case "Sum":
      return sum;
    case "Average":
      return count === 0 ? undefined : sum / count;
    case "Minimum":
      return Math.min(...points.map(({ minimum }) => minimum));
    case "Maximum":
      return Math.max(...points.map(({ maximum }) => maximum));
    default:
      return percentile(points, percentileOf(statistic) ?? 0);
  }
}

export function samplesOf(points: readonly Statistics[]): number {
  return points.reduce((total, point) => total + point.count, 0);
}

/**
 * The smallest value that this share of all values does not exceed. "Percentile statistics are not available for
 * metrics when any of the metric values are negative numbers" (GetMetricStatistics, API Reference).
 */
function percentile(points: readonly Statistics[], percent: number): number | undefined {
  const values = points
    .flatMap(({ distribution = [] }) => distribution)
    .toSorted((a, b) => a.value - b.value);
  const [least] = values;
  const isKnown = points.every(({ distribution = [] }) => distribution.length > 0);
  if (!isKnown || least === undefined || least.value < 0) return undefined;
  const total = values.reduce((sum, { count }) => sum + count, 0);
  let passed = 0;
  const reached = values.find(({ count }) => {
    passed += count;
    return passed >= (percent / 100) * total;
  });
  return reached?.value ?? values.at(-1)?.value;
}
