import {
  DeletePolicy$,
  type DeletePolicyType,
  DescribePolicies$,
  type DescribePoliciesType,
  ExecutePolicy$,
  type ExecutePolicyType,
  PutScalingPolicy$,
  type PutScalingPolicyType,
} from "@aws-sdk/client-auto-scaling";
import { removeAlarms } from "../cloud-watch/alarms.ts";
import { metricsChanged } from "../cloud-watch/signals.ts";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { uuid } from "./activities.ts";
import { adjusted, stepFor } from "./adjustments.ts";
import { type Group, requireGroup, requireLivingGroup, validationError } from "./group.ts";
import { pageInPlace } from "./listing.ts";
import { allPolicies, requirePolicy } from "./policies.ts";
import { describePolicy } from "./policy-answer.ts";
import { readScaling, type ScalingInput } from "./policy-input.ts";
import { adjustedCapacity, scaleTo, simpleAdjustment } from "./scaling.ts";
import { cooldownEnd } from "./scaling-pauses.ts";
import { isTracking, type ScalingPolicy, type TrackingAlarms } from "./scaling-policy.ts";
import { alarmNames, describeAlarms, forgetAlarms, putTrackingAlarms } from "./tracking-alarms.ts";

/** "Scaling policies per Auto Scaling group: 50". */
const MAX_POLICIES = 50;

/** DescribePolicies: "The default value is 50 and the maximum value is 100." */
const USUAL_PAGE = 50;

export const putScalingPolicy = operation<PutScalingPolicyType>(
  PutScalingPolicy$,
  [
    "AutoScalingGroupName",
    "PolicyName",
    "PolicyType",
    "AdjustmentType",
    "MinAdjustmentMagnitude",
    "ScalingAdjustment",
    "Cooldown",
    "MetricAggregationType",
    "StepAdjustments",
    "EstimatedInstanceWarmup",
    "TargetTrackingConfiguration.PredefinedMetricSpecification",
    "TargetTrackingConfiguration.TargetValue",
    "TargetTrackingConfiguration.DisableScaleIn",
    "Enabled",
  ],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const name = readName(input.PolicyName ?? "");
    const before = group.policies?.find((policy) => policy.name === name);
    const others = (group.policies ?? []).filter((policy) => policy !== before);
    if (others.length >= MAX_POLICIES) {
      throw new AwsError(
        "LimitExceeded",
        `You have already reached your limit of ${MAX_POLICIES} scaling policies for this Auto Scaling group.`,
      );
    }
    const scaling = readScaling(group, input);
    checkMetric(scaling, others);
    const policy: ScalingPolicy = {
      name,
      arn: before?.arn ?? policyArn(region, group, name),
      enabled: input.Enabled ?? true,
      ...(input.EstimatedInstanceWarmup === undefined
        ? {}
        : { warmupSeconds: input.EstimatedInstanceWarmup }),
      scaling: withAlarms(region, group, scaling, before),
    };
    if (before !== undefined) forgetFormerAlarms(region, before, policy);
    group.policies =
      before === undefined
        ? [...others, policy]
        : (group.policies ?? []).map((one) => (one === before ? policy : one));
    if (isTracking(policy)) putTrackingAlarms(region, group, policy);
    region.signal(metricsChanged, undefined);
    return { PolicyARN: policy.arn, Alarms: describeAlarms(region, policy) };
  },
);

function readName(name: string): string {
  if (name.length >= 1 && name.length <= 255) return name;
  throw validationError("PolicyName must have 1 to 255 characters");
}

function policyArn(region: Region, group: Group, name: string): string {
  return `arn:${region.partition}:autoscaling:${region.name}:${region.account}:scalingPolicy:${uuid(region)}:autoScalingGroupName/${group.name}:policyName/${name}`;
}

function checkMetric(scaling: ScalingInput, others: readonly ScalingPolicy[]): void {
  if (scaling.type !== "TargetTrackingScaling") return;
  const isTaken = others
    .filter(isTracking)
    .some((one) => one.scaling.metric === scaling.metric && one.scaling.label === scaling.label);
  if (!isTaken) return;
  throw validationError(
    "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
  );
}

function withAlarms(
  region: Region,
  group: Group,
  scaling: ScalingInput,
  before: ScalingPolicy | undefined,
): ScalingPolicy["scaling"] {
  if (scaling.type !== "TargetTrackingScaling") return scaling;
  const former = before !== undefined && isTracking(before) ? before.scaling.alarms : undefined;
  return { ...scaling, alarms: alarmNames(region, group, scaling.scaleIn, former) };
}

/** A policy that no longer scales in has no low alarm, and one of another type has none of its own. */
function forgetFormerAlarms(region: Region, before: ScalingPolicy, policy: ScalingPolicy): void {
  if (!isTracking(before)) return;
  const kept = isTracking(policy) ? namesOf(policy.scaling.alarms) : [];
  removeAlarms(
    region,
    namesOf(before.scaling.alarms).filter((name) => !kept.includes(name)),
  );
}

function namesOf({ high, low }: TrackingAlarms): readonly string[] {
  return low === undefined ? [high] : [high, low];
}

export const describePolicies = operation<DescribePoliciesType>(
  DescribePolicies$,
  ["AutoScalingGroupName", "PolicyNames", "PolicyTypes", "MaxRecords", "NextToken"],
  (region, input) => {
    const { AutoScalingGroupName: of, PolicyNames: names = [], PolicyTypes: types = [] } = input;
    if (names.length > USUAL_PAGE) {
      throw validationError(
        `The number of policy names that may be passed in is limited to ${USUAL_PAGE}`,
      );
    }
    const group = of === undefined ? undefined : requireGroup(region, of);
    const rows = allPolicies(region).filter(
      (one) =>
        (group === undefined || one.group === group) &&
        (names.length === 0 || names.includes(one.policy.name) || names.includes(one.policy.arn)) &&
        (types.length === 0 || types.includes(one.policy.scaling.type)),
    );
    const page = pageInPlace(region, rows, {
      ...input,
      MaxRecords: input.MaxRecords ?? USUAL_PAGE,
    });
    return {
      ScalingPolicies: page.items.map((one) => describePolicy(region, one)),
      NextToken: page.nextToken,
    };
  },
);

export const deletePolicy = operation<DeletePolicyType>(
  DeletePolicy$,
  ["AutoScalingGroupName", "PolicyName"],
  (region, input) => {
    const of = input.AutoScalingGroupName;
    const named = of === undefined ? undefined : requireLivingGroup(region, of);
    const { group, policy } = requirePolicy(region, input.PolicyName ?? "", named);
    group.policies = (group.policies ?? []).filter((one) => one !== policy);
    forgetAlarms(region, policy, "keep");
    region.signal(metricsChanged, undefined);
    return {};
  },
);

/** Deletes what a deleted group leaves: its policies with their alarms. */
export function deletePolicies(region: Region, group: Group): void {
  for (const policy of group.policies ?? []) forgetAlarms(region, policy, "delete");
  group.policies = [];
}

export const executePolicy = operation<ExecutePolicyType>(
  ExecutePolicy$,
  ["AutoScalingGroupName", "PolicyName", "HonorCooldown", "MetricValue", "BreachThreshold"],
  (region, input) => {
    const of = input.AutoScalingGroupName;
    const named = of === undefined ? undefined : requireLivingGroup(region, of);
    const { group, policy } = requirePolicy(region, input.PolicyName ?? "", named);
    if (!policy.enabled) throw validationError(`Policy ${policy.name} is disabled`);
    const desired = executed(region, group, policy, input);
    if (desired !== undefined) {
      scaleTo(region, group, desired, `a user request executed policy ${policy.name}`);
    }
    return {};
  },
);

function executed(
  region: Region,
  group: Group,
  policy: ScalingPolicy,
  input: ExecutePolicyType,
): number | undefined {
  const { HonorCooldown: honor, MetricValue: value, BreachThreshold: threshold } = input;
  const { scaling } = policy;
  if (scaling.type === "TargetTrackingScaling") {
    throw validationError("TargetTrackingScaling policies cannot be executed");
  }
  if (scaling.type === "SimpleScaling") {
    if (value !== undefined || threshold !== undefined) {
      throw validationError(
        "MetricValue and BreachThreshold are not supported for policy type SimpleScaling",
      );
    }
    const seconds = scaling.cooldownSeconds ?? group.cooldownSeconds;
    if (honor === true && region.now < cooldownEnd(group, seconds)) {
      throw new AwsError(
        "ScalingActivityInProgress",
        `A scaling activity is in progress or the cooldown of ${seconds} seconds has not passed yet.`,
      );
    }
    return adjusted(group.desired, simpleAdjustment(scaling));
  }
  if (honor !== undefined) {
    throw validationError("HonorCooldown is not supported for policy type StepScaling");
  }
  if (value === undefined || threshold === undefined) {
    throw validationError(
      "MetricValue and BreachThreshold are required for policy type StepScaling",
    );
  }
  // "If you specify a metric value that doesn't correspond to a step adjustment for the policy, the call
  // returns an error."
  if (stepFor(scaling, value, threshold) === undefined) {
    throw validationError(
      `The metric value ${value} does not correspond to a step adjustment of policy ${policy.name}`,
    );
  }
  return adjustedCapacity(region, group, policy, { value, threshold });
}
