import type { Finding } from "../finding.ts";
import { cronFields, readCron } from "../shared/cron.ts";
import { UTC } from "../shared/time-zone.ts";
import { BEGIN, YEAR } from "./firings.ts";
import type { ScheduleEntryFile } from "./schedule.ts";

const MINUTE = 60 * 1000;
const WEEK = 7 * 24 * 60 * MINUTE;

/** Local times that do not exist, or come twice. Their milliseconds are those of the clock on the wall. */
interface ClockChange {
  readonly from: number;
  readonly to: number;
  readonly kind: "skipped" | "repeated";
}

/**
 * Entries at times that do not exist on the day when clocks go forward, or that come twice when they go back. AWS
 * says no more than that "the action automatically adjusts for DST".
 */
export function* changesOfClocks(
  entries: readonly (readonly [string, ScheduleEntryFile])[],
): Iterable<Finding> {
  const known = new Map<string, readonly ClockChange[]>();
  for (const [name, entry] of entries) {
    const { at, zone } = entry;
    // An entry of every hour, or every second one, has its next time soon.
    if (zone === UTC || cronFields(at).hour.includes("*")) continue;
    const changes = known.get(zone) ?? changesIn(zone);
    known.set(zone, changes);
    const skipped = firstHit(at, changes, "skipped");
    const repeated = firstHit(at, changes, "repeated");
    const said = [
      ...(skipped === undefined
        ? []
        : [`${skipped} does not exist in ${zone} on the day when clocks go forward`]),
      ...(repeated === undefined
        ? []
        : [
            repeated === skipped
              ? "comes twice on the day when they go back"
              : `${repeated} comes twice in ${zone} on the day when clocks go back`,
          ]),
    ];
    if (said.length === 0) continue;
    yield {
      severity: "warning",
      path: ["scaling", "schedule", name, "at"],
      about: [["scaling", "schedule", name, "zone"]],
      message: said.join(", and "),
      help: "choose a time before or after that hour: AWS does not document when the entry takes effect on such a day",
    };
  }
}

function firstHit(
  at: string,
  changes: readonly ClockChange[],
  wanted: ClockChange["kind"],
): string | undefined {
  const cron = readCron(at, "wall clock");
  for (const { from, to, kind } of changes) {
    if (kind !== wanted) continue;
    const time = cron.nextRun(new Date(from - MINUTE));
    if (time !== null && time.getTime() < to) return time.toISOString().slice(11, 16);
  }
  return undefined;
}

/** The changes of a year. No two come within a week. */
function changesIn(zone: string): readonly ClockChange[] {
  const offsetAt = offsets(zone);
  const changes: ClockChange[] = [];
  let start = BEGIN;
  let before = offsetAt(start);
  for (; start < BEGIN + YEAR; start += WEEK) {
    const after = offsetAt(start + WEEK);
    if (after === before) continue;
    const moment = changeBetween(start, start + WEEK, offsetAt);
    changes.push(
      after > before
        ? { from: moment + before, to: moment + after, kind: "skipped" }
        : { from: moment + after, to: moment + before, kind: "repeated" },
    );
    before = after;
  }
  return changes;
}

/** The first moment with the later offset. Clocks change at whole minutes. */
function changeBetween(start: number, end: number, offsetAt: (time: number) => number): number {
  const later = offsetAt(end);
  let [low, high] = [start / MINUTE, end / MINUTE];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * MINUTE) === later) high = middle;
    else low = middle;
  }
  return high * MINUTE;
}

/** How far the zone's clocks are ahead of UTC, in milliseconds. */
function offsets(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  return (time) => {
    const name = format.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value;
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name ?? "") ?? [];
    const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
    return sign === "-" ? -size : size;
  };
}
