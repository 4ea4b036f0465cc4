import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../src/engine/clock.ts";

/** How many milliseconds of a wait pass in one of the wall clock's. */
const compression = 1000;

/**
 * The time of an account in which everything happens at once: it passes only while somebody
 * waits, a second a millisecond. So neither a deadline nor a guest depends on how fast the
 * machine is that answers the requests.
 */
export function compressedClock(start: number = Date.now()): Clock {
  let now = start;
  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      const end = now + milliseconds;
      try {
        await pause(
          Math.ceil(milliseconds / compression),
          undefined,
          signal === undefined ? {} : { signal },
        );
      } catch (error) {
        throw signal?.aborted ? signal.reason : error;
      }
      now = Math.max(now, end);
    },
  };
}
