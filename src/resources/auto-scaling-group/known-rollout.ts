import { type DesiredFields, isRef } from "../../engine/desired.ts";
import type { AutoScalingGroupFields, Rollout } from "./fields.ts";

/** The rollout settings of the stack file. Undefined if the stack file is not known, as in a destroy. */
export function knownRollout(
  wanted: DesiredFields<AutoScalingGroupFields> | undefined,
): Rollout | undefined {
  const { rollout } = wanted ?? {};
  if (rollout === undefined || rollout === null || isRef(rollout)) return undefined;
  const { minHealthy, maxHealthy, warmup, rollback } = rollout;
  if (typeof minHealthy !== "number" || typeof maxHealthy !== "number") return undefined;
  return {
    minHealthy,
    maxHealthy,
    warmup: typeof warmup === "number" ? warmup : 0,
    rollback: rollback === true,
  };
}
