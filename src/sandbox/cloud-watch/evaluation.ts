import { defineEvent, type Region } from "../region.ts";
import { defineTable } from "../table.ts";
import { type Alarm, alarms, type StoredAlarm } from "./alarms.ts";
import { forget, metricId, publishedMetric, putTimes, sample, sourceOf } from "./datapoints.ts";
import { lookBackOf, measure, periodOf, statsOf } from "./measurement.ts";
import type { MetricStat } from "./metrics.ts";
import { reasonDataOf, reasonOf } from "./reasons.ts";
import { actAgain, repeatedActions, setState } from "./state.ts";
import { judge } from "./verdict.ts";

/** When the alarms of a region are evaluated. Times are sandbox milliseconds. */
interface Evaluations {
  /** Null: all alarms sleep, because an evaluation would find what the last one found. */
  next: number | null;
  /** When something that an evaluation depends on last changed. */
  disturbedAt: number;
}

/** One record, while the region has alarms. */
export const evaluations = defineTable<Evaluations>("cloud-watch-evaluations");
const ONLY = "region";

const minute = 60_000;

/** Alarms with a shorter period than this are high-resolution alarms, which are evaluated every 10 seconds. */
const highResolution = 10_000;

/** Metrics or alarms changed. Sleeping alarms wake up; a region without alarms does nothing. */
export function disturb(region: Region): void {
  const table = region.table(evaluations);
  if (region.table(alarms).all().length === 0) {
    if (table.latest(ONLY) === undefined) return;
    table.remove(ONLY, { immediate: true });
    forget(region, new Set(), 0);
    return;
  }
  const known =
    table.latest(ONLY) ?? table.add(ONLY, { next: null, disturbedAt: 0 }, { immediate: true });
  known.disturbedAt = region.now;
  awaitNext(region, known);
}

/** Alarms are evaluated at full minutes, so that their periods are those of the datapoints. */
function awaitNext(region: Region, known: Evaluations): void {
  const step = region.table(alarms).all().some(isHighResolution) ? highResolution : minute;
  const next = (Math.floor(region.now / step) + 1) * step;
  if (known.next !== null && known.next <= next) return;
  known.next = next;
  region.schedule(evaluationDue, next - region.now, { at: next });
}

function isHighResolution({ alarm }: StoredAlarm): boolean {
  return periodOf(alarm) < minute;
}

/** All alarms of the region are evaluated. */
export const evaluationDue = defineEvent<{ readonly at: number }>(
  "cloud-watch.evaluation-due",
  (region, { at }) => {
    const known = region.table(evaluations).latest(ONLY);
    // Another evaluation has replaced this one, or the last alarm is gone.
    if (known?.next !== at) return;
    known.next = null;
    sampleWatched(region);
    const table = region.table(alarms);
    for (const [name] of table.entries()) {
      // The actions of another alarm may have deleted it.
      const stored = table.latest(name);
      if (stored !== undefined) evaluate(region, stored);
    }
    if (!table.all().every((stored) => isSettled(region, stored, known))) awaitNext(region, known);
  },
);

function sampleWatched(region: Region): void {
  const watching = region
    .table(alarms)
    .all()
    .map(({ alarm }) => alarm);
  const stats = watching.flatMap(statsOf);
  const watched = new Map(stats.map((stat) => [metricId(stat), stat]));
  for (const stat of watched.values()) sample(region, stat);
  const lookBacks = watching.map((alarm) => lookBackOf(alarm) + cycleOf(region, alarm));
  forget(region, new Set(watched.keys()), Math.max(...lookBacks));
}

function evaluate(region: Region, stored: StoredAlarm): void {
  const isFullMinute = region.now % minute === 0;
  if (!isFullMinute && !isHighResolution(stored)) return;
  const { alarm } = stored;
  const verdict = judge(alarm, measure(region, alarm), stored.state);
  const value = verdict.evaluated[0]?.value;
  // A new alarm has not said yet why it has no state.
  if (verdict.state !== stored.state || stored.reason.startsWith("Unchecked")) {
    setState(region, stored, {
      state: verdict.state,
      reason: reasonOf(alarm, verdict),
      reasonData: reasonDataOf(region, alarm, verdict),
      value,
    });
  } else if (isFullMinute) {
    actAgain(region, stored, value);
  }
}

/**
 * Whether further evaluations would change nothing, until somebody disturbs: the whole evaluation range has the value
 * that is published now, and the repeated actions have changed nothing for the length of that range.
 */
function isSettled(region: Region, stored: StoredAlarm, { disturbedAt }: Evaluations): boolean {
  const { alarm } = stored;
  const changedAt = Math.max(stored.stateChangedAt, stored.configuredAt);
  const cycle = cycleOf(region, alarm);
  if (region.now - changedAt < cycle) return false;
  const quietSince = Math.max(disturbedAt, changedAt);
  if (repeatedActions(stored).length > 0 && region.now - quietSince < lookBackOf(alarm)) {
    return false;
  }
  const since = region.now - lookBackOf(alarm) - cycle;
  return statsOf(alarm).every((stat) => isSteady(region, stat, since, disturbedAt));
}

/** After this time, equal data come at the same places of the evaluation range again. */
function cycleOf(region: Region, alarm: Alarm): number {
  const periods = statsOf(alarm).map(
    (stat) => (sourceOf(region, stat)?.period(region, stat.dimensions) ?? 60) * 1000,
  );
  return Math.max(minute, ...periods);
}

/** Whether a metric has had the same value since a time, and will have it. */
function isSteady(region: Region, stat: MetricStat, since: number, disturbedAt: number): boolean {
  if ((putTimes(region, stat).at(-1) ?? -Infinity) >= since) return false;
  if (sourceOf(region, stat) === undefined) return true;
  const published = publishedMetric(region, stat);
  if (published === undefined || published.sampledAt <= disturbedAt) return false;
  const [first, another] = published.values;
  const last = published.values.at(-1);
  // Before the first value, nothing was published.
  if (another === undefined && first?.value === null) return true;
  return last !== undefined && last.from <= since;
}
