import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { InstanceHealth } from "../../../src/resources/auto-scaling-group/instance-health.ts";

export type Member = NonNullable<AutoScalingGroup["Instances"]>[number];

/** A member of a group that serves, as AWS describes it, and what is said of it besides or instead. */
export function member(InstanceId: string, more: Partial<Member> = {}): Member {
  return {
    InstanceId,
    AvailabilityZone: "eu-west-1a",
    LifecycleState: "InService",
    HealthStatus: "Healthy",
    ProtectedFromScaleIn: false,
    ...more,
  };
}

/** Of a group's description: that a user has suspended these processes. */
export function suspended(...names: string[]): Pick<AutoScalingGroup, "SuspendedProcesses"> {
  return {
    SuspendedProcesses: names.map((ProcessName) => ({
      ProcessName,
      SuspensionReason: "User suspended",
    })),
  };
}

/** What is told of the health of such a member, `i-1`. */
export const healthy: InstanceHealth = {
  id: "i-1",
  zone: "eu-west-1a",
  lifecycle: "InService",
  healthy: true,
  reason: "",
  isProtected: false,
  isCondemned: false,
  isUnregistered: false,
  isFailing: false,
};
