import { type Progress, type StepProgress, stepsIn } from "./progress.ts";

/** The visible part of the steps in progress, from top to bottom. */
export interface Arrangement {
  readonly running: readonly StepProgress[];
  /** Whether each running step has a second line with its current activity. */
  readonly details: boolean;
  readonly waiting: readonly StepProgress[];
  /** The number of steps that do not fit. */
  readonly hidden: { readonly running: number; readonly waiting: number };
}

/** Fits steps into this many rows: running steps first, then their activity, then waiting steps. */
export function arrange(progress: Progress, rows: number): Arrangement {
  const running = stepsIn(progress, "running");
  const waiting = stepsIn(progress, "waiting");
  // One row says how many steps are hidden.
  const roomOf = (each: number) => {
    const everything = running.length * each + waiting.length <= rows;
    return Math.max(0, everything ? rows : rows - 1);
  };
  const details = running.length * 2 <= roomOf(2);
  const each = details ? 2 : 1;
  const room = roomOf(each);
  const shownRunning = running.slice(0, Math.floor(room / each));
  const shownWaiting = waiting.slice(0, Math.max(0, room - shownRunning.length * each));
  return {
    running: shownRunning,
    details,
    waiting: shownWaiting,
    hidden: {
      running: running.length - shownRunning.length,
      waiting: waiting.length - shownWaiting.length,
    },
  };
}
