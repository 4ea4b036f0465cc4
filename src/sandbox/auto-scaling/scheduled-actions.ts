import { AwsError } from "../error.ts";
import { drawn } from "../random.ts";
import { defineEvent, type Region } from "../region.ts";
import { beginActivity, causeTime, endActivity } from "./activities.ts";
import { readSizes } from "./configuration.ts";
import { durations } from "./durations.ts";
import { wake } from "./evaluation.ts";
import { findGroup, type Group } from "./group.ts";
import { nextRecurrence } from "./recurrence.ts";
import type { ScheduledAction } from "./scheduled-action.ts";

/** Schedules the next run of an action. */
export function scheduleRun(region: Region, group: Group, action: ScheduledAction): void {
  action.due = dueTime(region, group, action);
  region.schedule(scheduledRun, action.due - region.now, {
    group: group.name,
    action: action.name,
    due: action.due,
  });
}

/**
 * Up to two minutes late, but in order: "The order of execution for scheduled actions is guaranteed within
 * the same group" (User Guide).
 */
function dueTime(region: Region, group: Group, { name, nextAt }: ScheduledAction): number {
  const others = (group.schedule ?? []).filter((other) => other.name !== name);
  const before = others.filter((other) => other.nextAt < nextAt).map(({ due }) => due);
  const after = others.filter((other) => other.nextAt > nextAt).map(({ due }) => due);
  const late = nextAt + drawn(region.random, durations.scheduledActionLateness);
  return Math.max(nextAt, ...before, Math.min(late, ...after.map((due) => due - 1)));
}

/** The time comes. An action that was changed or deleted in the meantime has another due time, or none. */
export const scheduledRun = defineEvent<{ group: string; action: string; due: number }>(
  "auto-scaling.scheduled-run",
  (region, data) => {
    const group = findGroup(region, data.group);
    const action = group?.schedule?.find(({ name }) => name === data.action);
    if (group === undefined || action?.due !== data.due) return;
    // "Amazon EC2 Auto Scaling does not run scheduled actions that are scheduled to run during the
    // suspension period."
    if (group.suspended["ScheduledActions"] === undefined) runAction(region, group, action);
    proceed(region, group, action);
  },
);

/** "A scheduled action does not persist in your account once it has reached its end time." */
function proceed(region: Region, group: Group, action: ScheduledAction): void {
  const { recurrence, timeZone, endAt = Number.POSITIVE_INFINITY } = action;
  const next =
    recurrence === undefined ? undefined : nextRecurrence({ recurrence, timeZone }, action.nextAt);
  if (next === undefined || next > endAt) {
    group.schedule = (group.schedule ?? []).filter((other) => other !== action);
    return;
  }
  action.nextAt = next;
  scheduleRun(region, group, action);
}

/** Sets the sizes of the group for good. Sizes that contradict those of the group fail. */
function runAction(region: Region, group: Group, action: ScheduledAction): void {
  const { minSize, maxSize, desired } = action;
  const beginning = `At ${causeTime(region.now)} the scheduled action ${action.name} executed.`;
  try {
    const sizes = readSizes(
      { MinSize: minSize, MaxSize: maxSize, DesiredCapacity: desired },
      group,
    );
    const cause = [
      beginning,
      change("min size", group.minSize, sizes.minSize),
      change("max size", group.maxSize, sizes.maxSize),
      change("desired capacity", group.desired, sizes.desired),
    ].join("");
    if (sizes.desired !== group.desired) {
      group.scaledAt = region.now;
      group.reasons.push(cause);
    }
    Object.assign(group, sizes);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const description = `Executing scheduled action ${action.name}`;
    const nowhere = { zone: "", subnetId: "" };
    const activity = beginActivity(region, group, description, beginning, nowhere);
    endActivity(region, activity, "Failed", error.message);
  }
  wake(region, group, "reaction");
}

function change(what: string, from: number, to: number): string {
  return from === to ? "" : ` Setting ${what} from ${from} to ${to}.`;
}
