import type { PutScalingPolicyType, StepAdjustment } from "@aws-sdk/client-auto-scaling";
import { notModelled } from "../error.ts";
import { type Group, validationError } from "./group.ts";
import type {
  AdjustmentType,
  SimpleScaling,
  Step,
  StepScaling,
  TargetTracking,
  TrackedMetricType,
} from "./scaling-policy.ts";
import { attachedArn } from "./tracked-metric.ts";

/** What a policy does, before its alarms have names. */
export type ScalingInput = Omit<TargetTracking, "alarms"> | StepScaling | SimpleScaling;

/** The parameters that belong to some types only ("Valid only if the policy type is …", API reference). */
const ownParameters = {
  TargetTrackingScaling: ["TargetTrackingConfiguration", "EstimatedInstanceWarmup"],
  StepScaling: [
    "AdjustmentType",
    "MinAdjustmentMagnitude",
    "MetricAggregationType",
    "StepAdjustments",
    "EstimatedInstanceWarmup",
  ],
  SimpleScaling: ["AdjustmentType", "MinAdjustmentMagnitude", "ScalingAdjustment", "Cooldown"],
} as const satisfies Record<string, readonly (keyof PutScalingPolicyType)[]>;

/** Reads a request. @throws AwsError ValidationError. */
export function readScaling(group: Group, input: PutScalingPolicyType): ScalingInput {
  // "SimpleScaling (default)"
  const type = input.PolicyType ?? "SimpleScaling";
  if (type === "PredictiveScaling") throw notModelled("The policy type PredictiveScaling");
  if (!isKnown(type)) throw notInSet("policyType", type, Object.keys(ownParameters));
  const foreign = Object.values(ownParameters)
    .flat()
    .find(
      (name) =>
        input[name] !== undefined && !ownParameters[type].some((allowed) => allowed === name),
    );
  if (foreign !== undefined) {
    throw validationError(`${foreign} is not supported for policy type ${type}`);
  }
  seconds("EstimatedInstanceWarmup", input.EstimatedInstanceWarmup);
  switch (type) {
    case "TargetTrackingScaling":
      return readTracking(group, input);
    case "StepScaling":
      return readStepScaling(input);
    case "SimpleScaling":
      return readSimpleScaling(input);
  }
}

function isKnown(type: string): type is keyof typeof ownParameters {
  return Object.hasOwn(ownParameters, type);
}

function readTracking(group: Group, input: PutScalingPolicyType): Omit<TargetTracking, "alarms"> {
  const configuration = input.TargetTrackingConfiguration;
  const specification = configuration?.PredefinedMetricSpecification;
  if (configuration === undefined || specification === undefined) {
    throw validationError(
      "TargetTrackingScaling policies must have a TargetTrackingConfiguration with a PredefinedMetricSpecification or a CustomizedMetricSpecification",
    );
  }
  const target = configuration.TargetValue ?? 0;
  if (!(target > 0)) throw validationError(`TargetValue must be greater than 0, got ${target}`);
  const metric = readMetric(specification.PredefinedMetricType ?? "");
  const label = readLabel(group, metric, specification.ResourceLabel);
  return {
    type: "TargetTrackingScaling",
    metric,
    ...(label === undefined ? {} : { label }),
    target,
    scaleIn: configuration.DisableScaleIn !== true,
  };
}

function readMetric(name: string): TrackedMetricType {
  switch (name) {
    case "ASGAverageCPUUtilization":
    case "ALBRequestCountPerTarget":
      return name;
    case "ASGAverageCPUUtilizationHighResolution":
    case "ASGAverageNetworkIn":
    case "ASGAverageNetworkOut":
      // Servers of this sandbox do not publish what these follow.
      throw notModelled(`The predefined metric ${name}`);
    default:
      throw notInSet("predefinedMetricType", name, [
        "ASGAverageCPUUtilization",
        "ASGAverageCPUUtilizationHighResolution",
        "ASGAverageNetworkIn",
        "ASGAverageNetworkOut",
        "ALBRequestCountPerTarget",
      ]);
  }
}

function readLabel(
  group: Group,
  metric: TrackedMetricType,
  label: string | undefined,
): string | undefined {
  if (metric !== "ALBRequestCountPerTarget") {
    if (label === undefined) return undefined;
    throw validationError(
      `Resource label should not be specified for predefined metric type ${metric}`,
    );
  }
  if (label === undefined) {
    throw validationError(
      `Resource label should be specified for predefined metric type ${metric}`,
    );
  }
  // The sentence of the API reference (PredefinedMetricSpecification). AWS does not document its message.
  if (attachedArn(group, label) === undefined) {
    throw validationError(
      `You can't specify a resource label unless the target group is attached to the Auto Scaling group. The resource label ${label} does not name a target group of ${group.name}.`,
    );
  }
  return label;
}

/** "Step adjustments per step scaling policy: 20". */
const MAX_STEPS = 20;

function readStepScaling(input: PutScalingPolicyType): StepScaling {
  const adjustmentType = readAdjustmentType(input.AdjustmentType);
  const given = input.StepAdjustments ?? [];
  if (given.length === 0) {
    throw validationError("StepAdjustments are required for policy type StepScaling");
  }
  if (given.length > MAX_STEPS) {
    throw validationError(`A StepScaling policy can have at most ${MAX_STEPS} step adjustments`);
  }
  const steps = given.map((step) => readStep(step, adjustmentType));
  checkSteps(steps);
  const aggregation = input.MetricAggregationType ?? "Average";
  const aggregations = ["Minimum", "Maximum", "Average"];
  if (!aggregations.includes(aggregation)) {
    throw notInSet("metricAggregationType", aggregation, aggregations);
  }
  return {
    type: "StepScaling",
    adjustmentType,
    leastMagnitude: readMagnitude(input, adjustmentType),
    aggregation,
    steps,
  };
}

function readStep(step: StepAdjustment, type: AdjustmentType): Step {
  const { MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper } = step;
  const adjustment = readAdjustment(step.ScalingAdjustment, type);
  if (lower === undefined && upper === undefined) {
    throw validationError("The upper and lower bound can't be null in the same step adjustment");
  }
  if (lower !== undefined && upper !== undefined && upper <= lower) {
    throw validationError("The upper bound must be greater than the lower bound");
  }
  return { lower, upper, adjustment };
}

/** The rules of "Step adjustments for step scaling", User Guide, in its words. */
function checkSteps(steps: readonly Step[]): void {
  const sorted = steps.toSorted(
    (one, other) =>
      (one.lower ?? Number.NEGATIVE_INFINITY) - (other.lower ?? Number.NEGATIVE_INFINITY),
  );
  const isGapless = sorted.every((step, index) => {
    const next = sorted[index + 1];
    return next === undefined || (step.upper !== undefined && step.upper === next.lower);
  });
  if (!isGapless) {
    throw validationError("The ranges of your step adjustments can't overlap or have a gap");
  }
  const [first] = sorted;
  if (first?.lower !== undefined && first.lower < 0) {
    throw validationError(
      "If one step adjustment has a negative lower bound, then there must be a step adjustment with a null lower bound",
    );
  }
  const last = sorted.at(-1);
  if (last?.upper !== undefined && last.upper > 0) {
    throw validationError(
      "If one step adjustment has a positive upper bound, then there must be a step adjustment with a null upper bound",
    );
  }
}

function readSimpleScaling(input: PutScalingPolicyType): SimpleScaling {
  const adjustmentType = readAdjustmentType(input.AdjustmentType);
  seconds("Cooldown", input.Cooldown);
  return {
    type: "SimpleScaling",
    adjustmentType,
    leastMagnitude: readMagnitude(input, adjustmentType),
    adjustment: readAdjustment(input.ScalingAdjustment, adjustmentType),
    cooldownSeconds: input.Cooldown,
  };
}

function readAdjustmentType(type: string | undefined): AdjustmentType {
  switch (type) {
    case "ChangeInCapacity":
    case "ExactCapacity":
    case "PercentChangeInCapacity":
      return type;
    default:
      throw notInSet("adjustmentType", type ?? "", [
        "ChangeInCapacity",
        "ExactCapacity",
        "PercentChangeInCapacity",
      ]);
  }
}

function readAdjustment(amount: number | undefined, type: AdjustmentType): number {
  if (amount === undefined) throw validationError("ScalingAdjustment is required");
  // "For exact capacity, you must specify a non-negative value."
  if (type === "ExactCapacity" && amount < 0) {
    throw validationError(
      `ScalingAdjustment must not be negative for ExactCapacity, got ${amount}`,
    );
  }
  return amount;
}

function readMagnitude(
  { MinAdjustmentMagnitude: magnitude }: PutScalingPolicyType,
  type: AdjustmentType,
): number | undefined {
  if (magnitude !== undefined && type !== "PercentChangeInCapacity") {
    throw validationError(`MinAdjustmentMagnitude is not supported for adjustment type ${type}`);
  }
  return magnitude;
}

function seconds(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return;
  throw validationError(`${name} must be 0 or more seconds, got ${value}`);
}

function notInSet(field: string, value: string, allowed: readonly string[]) {
  return validationError(
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`,
  );
}
