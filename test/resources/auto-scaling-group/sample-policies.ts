import type { ScalingPolicy } from "@aws-sdk/client-auto-scaling";

/** What a policy of requests is counted at, in the form of its resource label. */
export const label = "app/web/0123456789abcdef/targetgroup/web/fedcba9876543210";
export const source = {
  loadBalancer: "app/web/0123456789abcdef",
  targetGroup: "targetgroup/web/fedcba9876543210",
};

/** The policies of two targets, as AWS tells them. */
export const cpu: Partial<ScalingPolicy> = {
  PolicyName: "reconcile-cpu",
  PolicyType: "TargetTrackingScaling",
  TargetTrackingConfiguration: {
    PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
    TargetValue: 50,
    DisableScaleIn: false,
  },
  Enabled: true,
};

export const requests: Partial<ScalingPolicy> = {
  PolicyName: "reconcile-requests",
  PolicyType: "TargetTrackingScaling",
  TargetTrackingConfiguration: {
    PredefinedMetricSpecification: {
      PredefinedMetricType: "ALBRequestCountPerTarget",
      ResourceLabel: label,
    },
    TargetValue: 1000,
    DisableScaleIn: false,
  },
  Enabled: true,
};

/** A policy of another type, without its name. */
export const steps: Partial<ScalingPolicy> = {
  PolicyType: "StepScaling",
  AdjustmentType: "ChangeInCapacity",
  StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
  Enabled: true,
};
