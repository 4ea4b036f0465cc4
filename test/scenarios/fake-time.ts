import "../loaded-ahead.ts";
import { vi } from "vitest";

/** Replaces timers and the date, always from the same moment; everything else stays real. */
export function startFakeTime(): void {
  vi.useFakeTimers({
    now: new Date("2026-01-05T09:00:00Z"),
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
}

/**
 * Lets fake time run from timer to timer until the work is done; file access stays real. `between`
 * is called before each step of time.
 */
export async function pass<T>(work: Promise<T>, between: () => void = () => {}): Promise<T> {
  let settled = false;
  const end = work.finally(() => {
    settled = true;
  });
  end.catch(() => {});
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve));
    between();
    if (vi.getTimerCount() > 0) await vi.advanceTimersToNextTimerAsync();
  }
  return end;
}
