import type { Finding, Path } from "../finding.ts";
import { cronFields, normaliseCron } from "../shared/cron.ts";
import { changesOfClocks } from "./clock-changes.ts";
import { firingsOf, type ScheduleFiring, type ScheduleFirings } from "./firings.ts";
import { impossibleSizes, type SectionSizes } from "./impossible-sizes.ts";
import type { ScheduleEntryFile, ScheduleFile } from "./schedule.ts";
import { showTime } from "./show-time.ts";

/** "Limitations" of "Scheduled scaling", Amazon EC2 Auto Scaling User Guide. */
const MOST_ENTRIES = 125;

const SCHEDULE: Path = ["scaling", "schedule"];

/** Each entry alone, then the order of all of them, and the sizes that follow from it. */
export function* scheduleRules(
  scaling: SectionSizes & { readonly schedule: ScheduleFile },
): Iterable<Finding> {
  const { schedule } = scaling;
  const entries = Object.entries(schedule);
  if (entries.length === 0) return;
  if (entries.length > MOST_ENTRIES) {
    yield {
      severity: "error",
      path: SCHEDULE,
      at: "key",
      message: `the schedule has ${entries.length} entries, but AWS allows at most ${MOST_ENTRIES}`,
      help: "remove some, or write days and hours as lists: 0 8,20 * * mon-fri",
    };
    return;
  }
  const wrong = entries.flatMap(([name, entry]) => [...wrongSizes(name, entry)]);
  yield* wrong;
  yield* changesOfClocks(entries);
  const same = [...sameTimes(entries)];
  if (same.length > 0) {
    yield* same;
    return;
  }
  const firings = firingsOf(schedule);
  // Their order decides which sizes follow, and AWS documents none.
  const coinciding = [...coincidences(firings)];
  yield* coinciding;
  if (wrong.length === 0 && coinciding.length === 0) yield* impossibleSizes(scaling, firings);
}

function* wrongSizes(name: string, { min, max, servers }: ScheduleEntryFile): Iterable<Finding> {
  const path = [...SCHEDULE, name];
  const error = (field: string, message: string, help: string): Finding => ({
    severity: "error",
    path: [...path, field],
    about: [path],
    message,
    help,
  });
  if (min === undefined && max === undefined && servers === undefined) {
    yield {
      severity: "error",
      path,
      at: "key",
      message: `${name} changes no size`,
      help: "write min, max or servers: min: 1",
    };
  }
  if (min !== undefined && max !== undefined && min > max) {
    yield error(
      "max",
      `max (${max}) is less than min (${min})`,
      `set max to at least ${min}, or min to at most ${max}`,
    );
  }
  if (servers === undefined) return;
  if (min !== undefined && servers < min) {
    yield error(
      "servers",
      `servers (${servers}) is less than min (${min})`,
      `set servers to at least ${min}, or min to at most ${servers}`,
    );
  }
  if (max !== undefined && servers > max) {
    yield error(
      "servers",
      `servers (${servers}) is more than max (${max})`,
      `set servers to at most ${max}, or max to at least ${servers}`,
    );
  }
}

/**
 * "A scheduled action must have a unique time value", or AWS rejects it; "when multiple scheduled actions within
 * the same Auto Scaling group have identical cron expressions, the execution order becomes arbitrary" (the same page).
 */
function* sameTimes(entries: readonly (readonly [string, ScheduleEntryFile])[]): Iterable<Finding> {
  const known = new Map<string, string>();
  for (const [name, { at, zone }] of entries) {
    const time = `${zone} ${normaliseCron(at).toLowerCase()}`;
    const other = known.get(time);
    if (other === undefined) known.set(time, name);
    else {
      yield {
        severity: "error",
        path: [...SCHEDULE, name, "at"],
        about: [
          [...SCHEDULE, name, "zone"],
          [...SCHEDULE, other],
        ],
        message: `${name} has the same time as ${other}, but AWS refuses two scheduled actions with the same start time`,
        help: "write both changes into one entry, or choose another time",
      };
    }
  }
}

/** Two entries at one moment, once for each pair. */
function* coincidences({ within, isWeek }: ScheduleFirings): Iterable<Finding> {
  const told = new Set<string>();
  let at: ScheduleFiring[] = [];
  for (const firing of within) {
    if (at[0]?.time.getTime() !== firing.time.getTime()) at = [];
    for (const other of at) {
      // Names have no space.
      const pair = `${other.name} ${firing.name}`;
      if (told.has(pair)) continue;
      told.add(pair);
      yield {
        severity: "error",
        path: [...SCHEDULE, firing.name, "at"],
        about: [
          [...SCHEDULE, firing.name],
          [...SCHEDULE, other.name],
        ],
        message: `${other.name} and ${firing.name} both take effect ${showTime(firing, isWeek)}, but AWS refuses two scheduled actions with the same start time`,
        help: `let one of them follow a minute later${minuteLater(firing.entry)}`,
      };
    }
    at.push(firing);
  }
}

/** The entry's time a minute later, if that is easy to write. */
function minuteLater({ at }: ScheduleEntryFile): string {
  const { minute } = cronFields(at);
  if (!/^\d+$/.test(minute) || Number(minute) > 58) return "";
  return `: at: "${normaliseCron(at).replace(/^\d+/, String(Number(minute) + 1))}"`;
}
