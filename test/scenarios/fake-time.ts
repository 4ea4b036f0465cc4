import { vi } from "vitest";

/** Lets fake time run from timer to timer until the work is done; file access stays real. */
export async function pass<T>(work: Promise<T>): Promise<T> {
  let settled = false;
  const end = work.finally(() => {
    settled = true;
  });
  end.catch(() => {});
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve));
    if (vi.getTimerCount() > 0) await vi.advanceTimersToNextTimerAsync();
  }
  return end;
}
