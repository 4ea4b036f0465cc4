import type { Change, PlanDocument } from "../engine/plan-format.ts";
import type { DesiredResource } from "../engine/resource.ts";
import { secondsLeft, type TimedStep } from "./durations.ts";

/** The usual duration of a plan in seconds: that of its longest chain of dependent steps. */
export function forecastSeconds(
  document: PlanDocument,
  desired: readonly DesiredResource[] = [],
): number {
  const steps = document.steps.map(
    (step): TimedStep => ({ ...step, state: "waiting", ...effortOf(step, document, desired) }),
  );
  return secondsLeft(new Map(steps.map((step) => [step.key, step])), 0);
}

/** "about 9 minutes". A forecast to the second would be false precision. */
export function aboutWords(seconds: number): string {
  if (seconds < 45) return "less than a minute";
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return "about a minute";
  if (minutes < 90) return `about ${minutes} minutes`;
  const hours = Math.round(seconds / 1800) / 2;
  return `about ${hours} hours`;
}

/** A sentence with the estimated duration of a plan. */
export function forecastWords(
  seconds: number,
  sandbox: { readonly speed: number } | undefined,
): string {
  if (sandbox === undefined) return `Estimated time: ${aboutWords(seconds)}.`;
  const here = Math.max(1, Math.round(seconds / sandbox.speed));
  const real = here < 90 ? `about ${here} s` : aboutWords(here);
  return `Estimated time: ${aboutWords(seconds)} on the sandbox's clock, ${real} on yours.`;
}

type Effort = Pick<TimedStep, "effort" | "usual">;

/**
 * The slow part of an update of a group, from the fields that differ, and its duration if the stack
 * file defines it.
 */
export function effortOf(
  { verb, address }: Pick<TimedStep, "verb" | "address">,
  document: PlanDocument | undefined,
  desired: readonly DesiredResource[] = [],
): Effort {
  if (verb !== "update" || !address.startsWith("auto-scaling-group/")) return {};
  const change = document?.changes.find(
    (one) => one.address === address && one.action === "update",
  );
  const differ = new Set(change?.fields.map(({ path }) => path.split(".")[0] ?? path));
  if (ROLLED_OUT.some((field) => differ.has(field))) {
    const group = desired.find((resource) => resource.address === address);
    const usual = group === undefined ? undefined : rolloutSeconds(group.fields);
    return { effort: "rollout", ...(usual !== undefined && { usual }) };
  }
  return isGrowing(change) ? { effort: "capacity" } : {};
}

const ROLLED_OUT = ["launchTemplate", "mixedInstancesPolicy", "launchConfiguration"] as const;

function isGrowing(change: Change | undefined): boolean {
  return change?.fields.some(({ path }) => path === "min" || path === "desired") ?? false;
}

/**
 * A new instance boots and passes its checks before it warms up. An old one drains and shuts down
 * at the same time.
 */
const BOOT_SECONDS = 150;

/** Instances are replaced in batches of the size that the rollout's limits allow, and at least one. */
function rolloutSeconds(fields: object): number | undefined {
  const { desired, min, rollout } = { desired: null, min: 0, rollout: null, ...fields };
  const instances = typeof desired === "number" ? desired : min;
  const limits: Readonly<Record<string, unknown>> = { ...(rollout ?? {}) };
  const { minHealthy, maxHealthy, warmup } = limits;
  if (typeof minHealthy !== "number" || typeof maxHealthy !== "number") return undefined;
  const share = Math.max(100 - minHealthy, maxHealthy - 100);
  const batch = Math.max(1, Math.floor((instances * share) / 100));
  const warm = typeof warmup === "number" ? warmup : 0;
  return Math.ceil(instances / batch) * (BOOT_SECONDS + warm);
}
