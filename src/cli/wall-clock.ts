import { setTimeout } from "node:timers/promises";
import type { Clock } from "../engine/clock.ts";

/** The time of the real AWS. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }),
};
