import type { AlarmAction } from "../cloud-watch/signals.ts";
import type { Region } from "../region.ts";
import { causeTime } from "./activities.ts";
import { type Adjustment, adjusted, stepFor } from "./adjustments.ts";
import { wake } from "./evaluation.ts";
import type { Group } from "./group.ts";
import { findPolicy } from "./policies.ts";
import { cooldownEnd, scaleInFrom, warmMembers } from "./scaling-pauses.ts";
import {
  isTracking,
  type ScalingPolicy,
  type SimpleScaling,
  type StepScaling,
  type TrackingPolicy,
} from "./scaling-policy.ts";
import { scaledIn, scaledOut } from "./target-tracking.ts";

/** Why a policy acts: its part of the cause of an activity, in AWS's words. */
export interface Trigger {
  readonly cause: string;
  readonly value?: number | undefined;
  readonly threshold?: number | undefined;
}

/** An alarm acts, and one of the group's policies is its action. */
export function followAlarm(region: Region, alarm: AlarmAction): void {
  const found = findPolicy(region, alarm.action);
  if (found === undefined) return;
  const { group, policy } = found;
  if (group.deleting || !policy.enabled) return;
  if (group.suspended["AlarmNotification"] !== undefined) return;
  const trigger = {
    cause: `a monitor alarm ${alarm.alarm} in state ${alarm.state} triggered policy ${policy.name}`,
    value: alarm.value,
    threshold: alarm.threshold,
  };
  const desired = isTracking(policy)
    ? trackedCapacity(region, group, policy, alarm)
    : adjustedCapacity(region, group, policy, trigger);
  if (desired !== undefined) scaleTo(region, group, desired, trigger.cause);
}

/** Only the policy's own alarms have a meaning for target tracking. */
function trackedCapacity(
  region: Region,
  group: Group,
  policy: TrackingPolicy,
  { alarm, state, value }: AlarmAction,
): number | undefined {
  const { high, low } = policy.scaling.alarms;
  if (state !== "ALARM") return undefined;
  if (alarm === high) return scaledOut(region, group, policy, value);
  return alarm === low ? scaledIn(region, group, policy, value) : undefined;
}

/** The capacity that a step or simple scaling policy wants. Undefined: it must wait, or has no step. */
export function adjustedCapacity(
  region: Region,
  group: Group,
  policy: ScalingPolicy,
  { value, threshold }: Pick<Trigger, "value" | "threshold">,
): number | undefined {
  const { scaling } = policy;
  switch (scaling.type) {
    case "SimpleScaling":
      return region.now < cooldownEnd(group, scaling.cooldownSeconds ?? group.cooldownSeconds)
        ? undefined
        : adjusted(group.desired, simpleAdjustment(scaling));
    case "StepScaling":
      return value === undefined || threshold === undefined
        ? undefined
        : steppedCapacity(region, group, { policy, scaling }, value, threshold);
    case "TargetTrackingScaling":
      return undefined;
  }
}

/** What a simple scaling policy does, without regard to its cooldown. */
export function simpleAdjustment(scaling: SimpleScaling): Adjustment {
  const { adjustmentType: type, adjustment: amount, leastMagnitude } = scaling;
  return { type, amount, leastMagnitude };
}

/**
 * "If the group scales out again, the instances that are still warming up are counted as part of the desired
 * capacity for the next scale-out activity. Therefore, multiple alarm breaches that fall in the range of the
 * same step adjustment result in a single scaling activity." (User Guide, step scaling)
 */
function steppedCapacity(
  region: Region,
  group: Group,
  { policy, scaling }: { readonly policy: ScalingPolicy; readonly scaling: StepScaling },
  value: number,
  threshold: number,
): number | undefined {
  const step = stepFor(scaling, value, threshold);
  if (step === undefined) return undefined;
  const { adjustmentType: type, leastMagnitude } = scaling;
  const adjustment = { type, amount: step.adjustment, leastMagnitude };
  const outward = adjusted(warmMembers(region, group, policy).length, adjustment);
  const isOut = type === "ExactCapacity" ? outward > group.desired : step.adjustment > 0;
  if (isOut) return Math.max(group.desired, outward);
  return region.now < scaleInFrom(group, policy) ? undefined : adjusted(group.desired, adjustment);
}

/**
 * Changes the desired capacity within the bounds of the group. With Launch suspended, the group "can't
 * initiate scale-out activities for alarms that are in breach", and with Terminate suspended no scale-in
 * activities (User Guide, "Suspend and resume processes").
 */
export function scaleTo(region: Region, group: Group, wanted: number, cause: string): void {
  const desired = Math.min(group.maxSize, Math.max(group.minSize, wanted));
  if (desired === group.desired) return;
  const process = desired > group.desired ? "Launch" : "Terminate";
  if (group.suspended[process] !== undefined) return;
  group.reasons.push(
    `At ${causeTime(region.now)} ${cause} changing the desired capacity from ${group.desired} to ${desired}.`,
  );
  group.desired = desired;
  group.scaledAt = region.now;
  wake(region, group, "reaction");
}
