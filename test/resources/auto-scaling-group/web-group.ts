import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/index.ts";
import { ours } from "../answers.ts";
import { withoutDemand } from "./without-demand.ts";

/** A group of two behind a classic load balancer, as a stack file defines it. */
export const fields: AutoScalingGroupFields = {
  min: 2,
  max: 4,
  desired: 2,
  ...withoutDemand,
  cooldown: 30,
  healthCheckType: "ELB",
  healthCheckGrace: 120,
  subnets: ["subnet-a", "subnet-b"],
  loadBalancers: ["front"],
  targetGroups: null,
  targetPort: null,
  applicationLoadBalancer: null,
  launchTemplate: { id: "lt-1", version: "2" },
  mixedInstancesPolicy: null,
  launchConfiguration: null,
  rollout: { minHealthy: 90, maxHealthy: 110, warmup: 60, rollback: true },
  tags: { team: "payments" },
  unpropagatedTags: null,
};

export const target = {
  address: "auto-scaling-group/web",
  physicalName: "afterpay-web",
  generation: "00000000",
} as const;

/** The same group in AWS. */
export const group: AutoScalingGroup = {
  AutoScalingGroupName: "afterpay-web",
  MinSize: 2,
  MaxSize: 4,
  DesiredCapacity: 2,
  DefaultCooldown: 30,
  AvailabilityZones: ["eu-west-1a"],
  HealthCheckType: "ELB",
  HealthCheckGracePeriod: 120,
  VPCZoneIdentifier: "subnet-a,subnet-b",
  LoadBalancerNames: ["front"],
  LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
  CreatedTime: new Date(0),
  Tags: ours("auto-scaling-group/web", { team: "payments" }),
  Instances: ["i-1", "i-2"].map((InstanceId) => ({
    InstanceId,
    AvailabilityZone: "eu-west-1a",
    LifecycleState: "InService" as const,
    HealthStatus: "Healthy",
    ProtectedFromScaleIn: false,
    LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
  })),
};
