import { cronFields, readCron } from "../shared/cron.ts";
import type { ScheduleEntryFile, ScheduleFile } from "./schedule.ts";

/** A moment at which an entry of the schedule takes effect. */
export interface ScheduleFiring {
  readonly name: string;
  readonly entry: ScheduleEntryFile;
  readonly time: Date;
  /** The zone in which `time` shows what the entry's own clock shows. */
  readonly clock: string;
}

/** The firings of a schedule in a time that stands for any. */
export interface ScheduleFirings {
  /** The last firing of each entry before that time, in order. */
  readonly before: readonly ScheduleFiring[];
  /** In order. */
  readonly within: readonly ScheduleFiring[];
  /** Whether it is a week, as every other one. Otherwise, it is a year. */
  readonly isWeek: boolean;
}

/**
 * The time that stands for any begins on this Monday. The rules must not depend on the day on which somebody checks a
 * file. It is a leap year.
 */
export const BEGIN = Date.parse("2028-01-03T00:00:00Z");

const DAY = 24 * 3600 * 1000;
const WEEK = 7 * DAY;
export const YEAR = 53 * WEEK;

/** Bounds the work for a schedule with many firings. The first ones show nearly every mistake. */
const MOST = 2000;

/**
 * A schedule repeats each week if no entry names days of the month or months. In several zones, their changes of
 * the clocks may change the order of the entries, so it takes a year. In a single zone, the order is that of the clock
 * on the wall, which is much faster to read.
 */
export function firingsOf(schedule: ScheduleFile): ScheduleFirings {
  const entries = Object.entries(schedule);
  const isOneZone = new Set(entries.map(([, { zone }]) => zone)).size <= 1;
  const timers = entries.map(([name, entry]) => ({
    name,
    entry,
    cron: readCron(entry.at, isOneZone ? "wall clock" : entry),
    clock: isOneZone ? "UTC" : entry.zone,
  }));
  const isWeek =
    isOneZone &&
    entries.every(([, { at }]) => {
      const fields = cronFields(at);
      return fields["day of the month"] === "*" && fields.month === "*";
    });
  return {
    before: timers.flatMap(lastBefore).sort(byTime),
    within: [...within(timers, new Date(BEGIN + (isWeek ? WEEK : YEAR)))],
    isWeek,
  };
}

interface Timer extends Omit<ScheduleFiring, "time"> {
  readonly cron: ReturnType<typeof readCron>;
}

function lastBefore({ cron, ...firing }: Timer): readonly ScheduleFiring[] {
  const [time] = cron.previousRuns(1, new Date(BEGIN));
  return time === undefined ? [] : [{ ...firing, time }];
}

function byTime(left: ScheduleFiring, right: ScheduleFiring): number {
  return left.time.getTime() - right.time.getTime();
}

function* within(timers: readonly Timer[], end: Date): Iterable<ScheduleFiring> {
  // A firing at the first moment counts.
  const start = new Date(BEGIN - 1000);
  const waiting = timers.map((timer) => ({ ...timer, time: timer.cron.nextRun(start) }));
  for (let count = 0; count < MOST; count++) {
    let next: (typeof waiting)[number] | undefined;
    for (const one of waiting) {
      if (one.time === null || one.time >= end) continue;
      if (next === undefined || next.time === null || one.time < next.time) next = one;
    }
    if (next === undefined || next.time === null) return;
    const { name, entry, clock, time } = next;
    yield { name, entry, clock, time };
    next.time = next.cron.nextRun(time);
  }
}
