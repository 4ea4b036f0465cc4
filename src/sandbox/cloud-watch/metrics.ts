import type { Region } from "../region.ts";
import { datapointsIn, type MetricName, putTimes, sourceOf } from "./datapoints.ts";
import type { Statistics } from "./metric-source.ts";
import { samplesOf, statisticOf } from "./statistics.ts";

/** What people put is stored by minute. */
const minute = 60_000;

/** A metric, and the statistic of it in periods of this length. Plain JSON. */
export interface MetricStat extends MetricName {
  /** Seconds. */
  readonly period: number;
  /** `Average`, or a percentile: `p95`. */
  readonly statistic: string;
  readonly unit?: string;
}

/** One period of a metric. */
export interface PeriodValue {
  /** Its begin, in sandbox milliseconds. */
  readonly at: number;
  /** Undefined: there is no datapoint. */
  readonly value: number | undefined;
  readonly samples: number;
}

/** The newest datapoint: what a person put within its period, else what a service publishes. */
export function currentStatistics(
  region: Region,
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
): Statistics | undefined {
  const metric = { namespace, name, dimensions };
  const source = sourceOf(region, metric);
  const period = (source?.period(region, dimensions) ?? 60) * 1000;
  const put = putTimes(region, metric).findLast((at) => at <= region.now);
  return put !== undefined && put + minute > region.now - period
    ? datapointsIn(region, metric, put, put + 1)[0]
    : source?.value(region, dimensions);
}

/** So many periods from a time on, each with the value of the statistic. */
export function periodValues(
  region: Region,
  stat: MetricStat,
  from: number,
  count: number,
): PeriodValue[] {
  const period = stat.period * 1000;
  const points = datapointsIn(region, stat, from, from + count * period).filter(
    ({ unit }) => stat.unit === undefined || stat.unit === unit,
  );
  const byPeriod = Map.groupBy(points, ({ at }) => Math.floor((at - from) / period));
  return Array.from({ length: count }, (_, index) => {
    const own = byPeriod.get(index) ?? [];
    return {
      at: from + index * period,
      value: statisticOf(own, stat.statistic),
      samples: samplesOf(own),
    };
  });
}
