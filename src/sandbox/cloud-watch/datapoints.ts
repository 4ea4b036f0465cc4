import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import type { MetricSource, Statistics } from "./metric-source.ts";
import type { Datapoint } from "./statistics.ts";

/** What identifies a metric. Plain JSON. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What people put: by minute, or by second with high resolution. The oldest first. */
interface PutMetric extends MetricName {
  points: Datapoint[];
  /** When somebody last put data. */
  lastPut: number;
}

/** What a service publishes, from a time on until the next such entry. */
interface Published {
  /** The begin of the first period. */
  readonly from: number;
  /** Seconds. */
  readonly period: number;
  readonly value: Statistics | null;
}

/** What a service has published while alarms watched it. A value holds until another one follows. */
interface PublishedMetric extends MetricName {
  readonly unit: string;
  values: Published[];
  sampledAt: number;
}

/** By metric. */
export const putMetrics = defineTable<PutMetric>("cloud-watch-put-metric");
export const publishedMetrics = defineTable<PublishedMetric>("cloud-watch-published-metric");

const minute = 60_000;

/**
 * "Data points with a period of 60 seconds (1-minute) are available for 15 days" (GetMetricStatistics, API Reference).
 * The sandbox does not aggregate older ones to longer periods: it forgets them.
 */
const PUT_RETENTION = 15 * 24 * 60 * minute;

/** How long the sandbox remembers what services published, unless an alarm looks back further. */
const PUBLISHED_RETENTION = 180 * minute;

export function metricId({ namespace, name, dimensions }: MetricName): string {
  const sorted = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, ...sorted.flat()]);
}

/** The service's own source of a metric. Undefined: no service of the sandbox publishes it. */
export function sourceOf(region: Region, metric: MetricName): MetricSource | undefined {
  const names = Object.keys(metric.dimensions).sort().join();
  return region.world.metricSources.find(
    ({ namespace, name, dimensions }) =>
      namespace === metric.namespace && name === metric.name && dimensions.join() === names,
  );
}

/** Records what somebody put. */
export function putDatapoint(region: Region, metric: MetricName, point: Datapoint): void {
  const table = region.table(putMetrics);
  const id = metricId(metric);
  const stored =
    table.latest(id) ??
    table.add(id, { ...metric, points: [], lastPut: region.now }, { immediate: true });
  const present = stored.points.find(({ at, unit }) => at === point.at && unit === point.unit);
  stored.points = stored.points
    .filter((other) => other !== present && other.at > region.now - PUT_RETENTION)
    .concat(present === undefined ? point : merged(present, point))
    .sort((a, b) => a.at - b.at);
  stored.lastPut = region.now;
}

function merged(one: Datapoint, other: Datapoint): Datapoint {
  const { at, unit } = one;
  return {
    at,
    unit,
    sum: one.sum + other.sum,
    count: one.count + other.count,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
    ...(one.distribution !== undefined &&
      other.distribution !== undefined && {
        distribution: [...one.distribution, ...other.distribution],
      }),
  };
}

/** Records what a service publishes now, if a period of its ends now. */
export function sample(region: Region, metric: MetricName): void {
  const source = sourceOf(region, metric);
  if (source === undefined) return;
  const table = region.table(publishedMetrics);
  const id = metricId(metric);
  const { namespace, name, dimensions } = metric;
  const known =
    table.latest(id) ??
    table.add(
      id,
      { namespace, name, dimensions, unit: source.unit, values: [], sampledAt: 0 },
      { immediate: true },
    );
  const period = source.period(region, dimensions);
  if (region.now % (period * 1000) !== 0) return;
  known.sampledAt = region.now;
  const value = source.value(region, dimensions) ?? null;
  const last = known.values.at(-1);
  if (last !== undefined && last.period === period && isSame(last.value, value)) return;
  known.values.push({ from: region.now - period * 1000, period, value });
}

function isSame(one: Statistics | null, other: Statistics | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Forgets what nothing watches, and what is too old for everything that watches: `lookBack` in milliseconds. */
export function forget(region: Region, watched: ReadonlySet<string>, lookBack: number): void {
  const oldest = region.now - Math.max(lookBack, PUBLISHED_RETENTION);
  const table = region.table(publishedMetrics);
  for (const [id, known] of table.entries()) {
    if (!watched.has(id)) table.remove(id, { immediate: true });
    // A value is past when its successor began before that time.
    else
      known.values = known.values.filter((_, i) => (known.values[i + 1]?.from ?? oldest) >= oldest);
  }
}

/** All datapoints of complete periods that begin in a span of time. Put ones replace published ones. */
export function datapointsIn(
  region: Region,
  metric: MetricName,
  from: number,
  to: number,
): Datapoint[] {
  const id = metricId(metric);
  const put = (region.table(putMetrics).latest(id)?.points ?? []).filter(
    ({ at }) => at >= from && at < to,
  );
  const published = publishedIn(region, metric, from, to).filter(
    ({ begin, end }) => !put.some((point) => point.at >= begin && point.at < end),
  );
  return [...put, ...published.map(({ point }) => point)].sort((a, b) => a.at - b.at);
}

/** The times of what somebody put, the oldest first. */
export function putTimes(region: Region, metric: MetricName): number[] {
  return (region.table(putMetrics).latest(metricId(metric))?.points ?? []).map(({ at }) => at);
}

/** What the sandbox knows of a metric that a service publishes, while alarms watch it. */
export function publishedMetric(region: Region, metric: MetricName): PublishedMetric | undefined {
  return region.table(publishedMetrics).latest(metricId(metric));
}

interface PublishedPoint {
  readonly begin: number;
  readonly end: number;
  readonly point: Datapoint;
}

/**
 * A datapoint of five minutes is stored at the last of them, when it is published: so an alarm with shorter periods
 * finds one in its range at any time.
 */
function publishedIn(region: Region, metric: MetricName, from: number, to: number) {
  const source = sourceOf(region, metric);
  if (source === undefined) return [];
  const points: PublishedPoint[] = [];
  const spans = spansOf(region, metric, source);
  for (const [index, span] of spans.entries()) {
    if (span.value === null) continue;
    const period = span.period * 1000;
    const delay = period - minute;
    const until = Math.min(to - delay, spans[index + 1]?.from ?? Infinity, region.now - period + 1);
    const first = Math.ceil(Math.max(from - delay, span.from) / period) * period;
    for (let begin = first; begin < until; begin += period) {
      const point = pointOf(begin + delay, span.value, source);
      points.push({ begin, end: begin + period, point });
    }
  }
  return points;
}

/** Where no alarm has watched, only the newest datapoint is known. */
function spansOf(region: Region, metric: MetricName, source: MetricSource): readonly Published[] {
  const known = region.table(publishedMetrics).latest(metricId(metric));
  if (known !== undefined) return known.values;
  const period = source.period(region, metric.dimensions);
  const from = (Math.floor(region.now / (period * 1000)) - 1) * period * 1000;
  return [{ from, period, value: source.value(region, metric.dimensions) ?? null }];
}

function pointOf(at: number, value: Statistics, { unit }: MetricSource): Datapoint {
  const { maximum, count } = value;
  return { distribution: [{ value: maximum, count }], ...value, at, unit };
}
