import type { Finding } from "../finding.ts";
import { hookRules } from "./hook-rules.ts";
import { scheduleRules } from "./schedule-rules.ts";
import type { ScalingFile } from "./schema.ts";
import { suspendedRules } from "./suspended-rules.ts";
import { targetRules } from "./target-rules.ts";
import { typeRules } from "./type-rules.ts";
import { warmPoolRules } from "./warm-pool-rules.ts";

/** The servers: their number, when it changes, and how they are replaced. */
export function* scalingRules(scaling: ScalingFile): Iterable<Finding> {
  yield* sizes(scaling);
  yield* typeRules(scaling);
  yield* targetRules(scaling);
  yield* scheduleRules(scaling);
  yield* suspendedRules(scaling);
  yield* hookRules(scaling);
  yield* warmPoolRules(scaling);
  const { minHealthy, maxHealthy } = scaling.rollout;
  if (maxHealthy - minHealthy > 100) {
    yield {
      severity: "error",
      path: ["scaling", "rollout", "maxHealthy"],
      message: `maxHealthy (${maxHealthy}) is more than 100 above minHealthy (${minHealthy}), which AWS rejects`,
      help: `set maxHealthy to at most ${Math.min(minHealthy + 100, 200)}, or minHealthy to at least ${maxHealthy - 100}`,
    };
  }
}

function* sizes({ min, max = Number.POSITIVE_INFINITY, desired }: ScalingFile): Iterable<Finding> {
  if (min > max) {
    yield {
      severity: "error",
      path: ["scaling", "max"],
      about: [["scaling", "min"]],
      message: `max (${max}) is less than min (${min})`,
      help: `set max to at least ${min}, or min to at most ${max}`,
    };
  }
  if (desired === undefined) return;
  if (desired < min) {
    yield {
      severity: "error",
      path: ["scaling", "desired"],
      about: [["scaling", "min"]],
      message: `desired (${desired}) is less than min (${min})`,
      help: `set desired to at least ${min}, or min to at most ${desired}`,
    };
  }
  if (desired > max) {
    yield {
      severity: "error",
      path: ["scaling", "desired"],
      message: `desired (${desired}) is more than max (${max})`,
      help: `set desired to at most ${max}, or max to at least ${desired}`,
    };
  }
}
