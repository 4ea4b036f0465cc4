import { Cron } from "croner";

/** What a group's size may be. */
export interface Sizes {
  readonly min: number;
  readonly max: number;
}

/** Sets sizes of a group again and again, at the times of a cron expression. null: as it is. */
export interface ScheduledSizes {
  readonly name: string;
  /** Minute, hour, day of month, month and day of week. */
  readonly at: string;
  /** An IANA time zone. */
  readonly zone: string;
  readonly min: number | null;
  readonly max: number | null;
}

/** The sizes at a moment. */
export interface SizesAtMoment extends Sizes {
  /** The entries that set them, and when, in milliseconds since the epoch. Absent: no entry did. */
  readonly setBy: { readonly min?: Firing; readonly max?: Firing };
  /** Further sizes that are as good around the moment when an entry sets others. */
  readonly also: { readonly min: readonly number[]; readonly max: readonly number[] };
}

/** A moment at which an entry sets sizes. */
export interface Firing {
  readonly name: string;
  readonly at: number;
}

/**
 * "The actual execution might be delayed by up to two minutes" ("Scheduled scaling for Amazon EC2 Auto Scaling", User
 * Guide). A minute more, for a clock of this machine that differs from AWS's.
 */
const lateness = 3 * 60_000;

/** This machine's clock may be behind AWS's. */
const earliness = 60_000;

/**
 * The sizes that a group has if its schedule has always run: the file's own, until an entry sets others. AWS does not
 * tell which scheduled action ran last, so this follows from the schedule itself.
 *
 * @param base The sizes that hold unless an entry sets others.
 * @param now Milliseconds since the epoch.
 */
export function sizesAt(
  base: Sizes,
  schedule: readonly ScheduledSizes[],
  now: number,
): SizesAtMoment {
  const setBy = {
    ...firingOf("min", schedule, now),
    ...firingOf("max", schedule, now),
  };
  const size = (which: keyof Sizes, moment: number) =>
    sizeSetBy(which, schedule, firingOf(which, schedule, moment)[which]) ?? base[which];
  const moments = [now - lateness, now, now + earliness, ...firingsAround(schedule, now)];
  const also = (which: keyof Sizes) => [...new Set(moments.map((moment) => size(which, moment)))];
  return {
    min: size("min", now),
    max: size("max", now),
    setBy,
    also: { min: also("min"), max: also("max") },
  };
}

/** The last firing of an entry that sets this size. */
function firingOf(
  which: keyof Sizes,
  schedule: readonly ScheduledSizes[],
  moment: number,
): { readonly [Which in keyof Sizes]?: Firing } {
  const firings = schedule
    .filter((entry) => entry[which] !== null)
    .flatMap((entry): Firing[] => {
      const [at] = lastFirings(entry, moment, 1);
      return at === undefined ? [] : [{ name: entry.name, at }];
    })
    .sort((one, other) => other.at - one.at);
  const [last] = firings;
  return last === undefined ? {} : { [which]: last };
}

function sizeSetBy(
  which: keyof Sizes,
  schedule: readonly ScheduledSizes[],
  firing: Firing | undefined,
): number | null | undefined {
  return schedule.find(({ name }) => name === firing?.name)?.[which];
}

/** All firings around the moment, because two may follow each other within minutes. */
function firingsAround(schedule: readonly ScheduledSizes[], now: number): readonly number[] {
  const minutes = (lateness + earliness) / 60_000;
  return schedule.flatMap((entry) =>
    lastFirings(entry, now + earliness, minutes).filter((time) => time > now - lateness),
  );
}

/** The newest firings until the moment, which is included, newest first. */
function lastFirings(
  { at, zone }: ScheduledSizes,
  moment: number,
  count: number,
): readonly number[] {
  // The library looks before the time that it gets.
  const cron = new Cron(at, { timezone: zone, mode: "5-part" });
  return cron.previousRuns(count, new Date(moment + 1)).map((date) => date.getTime());
}
