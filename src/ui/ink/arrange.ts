import { type Progress, type StepProgress, stepsIn } from "./progress.ts";

/** What is shown of steps under way, top to bottom. */
export interface Arrangement {
  readonly running: readonly StepProgress[];
  /** Whether each running step has a second line, for what it is doing right now. */
  readonly details: boolean;
  readonly waiting: readonly StepProgress[];
  /** Steps that there is no room for. */
  readonly hidden: { readonly running: number; readonly waiting: number };
}

/** Fits steps into so many rows: what runs comes first, then what it is doing, then what waits. */
export function arrange(progress: Progress, rows: number): Arrangement {
  const running = stepsIn(progress, "running");
  const waiting = stepsIn(progress, "waiting");
  // Where something is left out, one row says so.
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
