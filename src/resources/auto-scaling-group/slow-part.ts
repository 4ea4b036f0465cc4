import type { DesiredFields } from "../../engine/desired.ts";
import type { Change } from "../../engine/plan-format.ts";
import type { SlowPart } from "../../engine/presentation.ts";
import type { AutoScalingGroupFields } from "./fields.ts";
import { knownRollout } from "./known-rollout.ts";
import { rolledOut } from "./rollout-fields.ts";

type Wanted = DesiredFields<AutoScalingGroupFields> | undefined;

/**
 * Updates that take minutes: replacing the instances in batches, each with boot, checks and warm-up, or
 * launching more instances.
 */
const usualRollout = 420;
const usualLaunch = 150;

/** A rollout, or the launch of more instances. */
export function slowPart({ fields }: Change, wanted: Wanted): SlowPart | undefined {
  const differ = new Set(fields.map(({ path }) => path.split(".")[0]));
  if (rolledOut.some((field) => differ.has(field))) {
    return { name: "rollout", seconds: rolloutSeconds(wanted) ?? usualRollout, tellsShare: true };
  }
  const grows = fields.some(({ path }) => path === "min" || path === "desired");
  return grows ? { name: "capacity", seconds: usualLaunch } : undefined;
}

/**
 * A new instance boots and passes its checks before it warms up. An old one drains and shuts down
 * at the same time.
 */
const bootSeconds = 150;

/** Instances are replaced in batches of the size that the rollout's limits allow, and at least one. */
function rolloutSeconds(wanted: Wanted): number | undefined {
  const rollout = knownRollout(wanted);
  if (rollout === undefined) return undefined;
  const { desired, min } = wanted ?? {};
  const instances = typeof desired === "number" ? desired : typeof min === "number" ? min : 0;
  const { minHealthy, maxHealthy, warmup } = rollout;
  const share = Math.max(100 - minHealthy, maxHealthy - 100);
  const batch = Math.max(1, Math.floor((instances * share) / 100));
  return Math.ceil(instances / batch) * (bootSeconds + warmup);
}
