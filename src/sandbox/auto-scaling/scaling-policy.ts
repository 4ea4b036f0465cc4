/** A scaling policy of a group, as the sandbox stores it. */
export interface ScalingPolicy {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  /** EstimatedInstanceWarmup, of target tracking and step scaling. */
  readonly warmupSeconds?: number | undefined;
  readonly scaling: TargetTracking | StepScaling | SimpleScaling;
}

export interface TargetTracking {
  readonly type: "TargetTrackingScaling";
  readonly metric: TrackedMetricType;
  /** Of ALBRequestCountPerTarget: `app/<name>/<id>/targetgroup/<name>/<id>`. */
  readonly label?: string | undefined;
  readonly target: number;
  readonly scaleIn: boolean;
  /** The names of the policy's own alarms, whether they still exist or not. */
  readonly alarms: TrackingAlarms;
}

export type TrackedMetricType = "ASGAverageCPUUtilization" | "ALBRequestCountPerTarget";

export interface TrackingAlarms {
  readonly high: string;
  /** Absent if the policy does not scale in. */
  readonly low?: string;
}

export type AdjustmentType = "ChangeInCapacity" | "ExactCapacity" | "PercentChangeInCapacity";

export interface StepScaling {
  readonly type: "StepScaling";
  readonly adjustmentType: AdjustmentType;
  /** Of PercentChangeInCapacity. */
  readonly leastMagnitude?: number | undefined;
  readonly aggregation: string;
  readonly steps: readonly Step[];
}

/** The bounds are relative to the threshold of the alarm. Undefined: without a bound. */
export interface Step {
  readonly lower?: number | undefined;
  readonly upper?: number | undefined;
  readonly adjustment: number;
}

export interface SimpleScaling {
  readonly type: "SimpleScaling";
  readonly adjustmentType: AdjustmentType;
  readonly leastMagnitude?: number | undefined;
  readonly adjustment: number;
  readonly cooldownSeconds?: number | undefined;
}

/** A policy that follows a metric. */
export type TrackingPolicy = ScalingPolicy & { readonly scaling: TargetTracking };

export function isTracking(policy: ScalingPolicy): policy is TrackingPolicy {
  return policy.scaling.type === "TargetTrackingScaling";
}
