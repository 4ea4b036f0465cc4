import { setTimeout } from "node:timers/promises";
import type { Clock } from "../engine/clock.ts";

/** The real AWS's clock. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }),
};
