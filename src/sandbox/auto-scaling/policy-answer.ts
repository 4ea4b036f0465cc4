import type { ScalingPolicy as PolicyAnswer } from "@aws-sdk/client-auto-scaling";
import type { Region } from "../region.ts";
import type { GroupPolicy } from "./policies.ts";
import type { ScalingPolicy } from "./scaling-policy.ts";
import { describeAlarms } from "./tracking-alarms.ts";

/** As DescribePolicies answers it. */
export function describePolicy(region: Region, { group, policy }: GroupPolicy): PolicyAnswer {
  return {
    AutoScalingGroupName: group.name,
    PolicyName: policy.name,
    PolicyARN: policy.arn,
    PolicyType: policy.scaling.type,
    ...(policy.warmupSeconds === undefined
      ? {}
      : { EstimatedInstanceWarmup: policy.warmupSeconds }),
    ...describeScaling(policy.scaling),
    Alarms: describeAlarms(region, policy),
    Enabled: policy.enabled,
  };
}

function describeScaling(scaling: ScalingPolicy["scaling"]): Partial<PolicyAnswer> {
  switch (scaling.type) {
    case "TargetTrackingScaling":
      return {
        StepAdjustments: [],
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: {
            PredefinedMetricType: scaling.metric,
            ResourceLabel: scaling.label,
          },
          TargetValue: scaling.target,
          DisableScaleIn: !scaling.scaleIn,
        },
      };
    case "StepScaling":
      return {
        AdjustmentType: scaling.adjustmentType,
        MinAdjustmentMagnitude: scaling.leastMagnitude,
        MetricAggregationType: scaling.aggregation,
        StepAdjustments: scaling.steps.map(({ lower, upper, adjustment }) => ({
          MetricIntervalLowerBound: lower,
          MetricIntervalUpperBound: upper,
          ScalingAdjustment: adjustment,
        })),
      };
    case "SimpleScaling":
      return {
        AdjustmentType: scaling.adjustmentType,
        MinAdjustmentMagnitude: scaling.leastMagnitude,
        ScalingAdjustment: scaling.adjustment,
        Cooldown: scaling.cooldownSeconds,
        StepAdjustments: [],
      };
  }
}
