import type { AdjustmentType, Step, StepScaling } from "./scaling-policy.ts";

/** How a step or a simple scaling policy changes the capacity. */
export interface Adjustment {
  readonly type: AdjustmentType;
  readonly amount: number;
  readonly leastMagnitude: number | undefined;
}

/** The capacity after an adjustment ("Scaling adjustment types", User Guide, with its rounding). */
export function adjusted(capacity: number, { type, amount, leastMagnitude }: Adjustment): number {
  switch (type) {
    case "ExactCapacity":
      return amount;
    case "ChangeInCapacity":
      return capacity + amount;
    case "PercentChangeInCapacity": {
      const exact = (capacity * amount) / 100;
      // "Values between 0 and 1 are rounded to 1", larger ones down; and the same below 0.
      const size = Math.abs(exact) < 1 ? Math.ceil(Math.abs(exact)) : Math.floor(Math.abs(exact));
      const least = amount === 0 ? 0 : (leastMagnitude ?? 0);
      return capacity + Math.sign(amount) * Math.max(size, least);
    }
  }
}

/**
 * The step for a value of the metric. "If the metric value is above the breach threshold, the lower bound is
 * inclusive and the upper bound is exclusive. If the metric value is below the breach threshold, the lower
 * bound is exclusive and the upper bound is inclusive."
 */
export function stepFor(
  { steps }: StepScaling,
  value: number,
  threshold: number,
): Step | undefined {
  const breach = value - threshold;
  return steps.find(({ lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }) =>
    breach >= 0 ? lower <= breach && breach < upper : lower < breach && breach <= upper,
  );
}
