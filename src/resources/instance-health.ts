import {
  type AutoScalingGroup,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeInstanceHealthCommand,
  type InstanceState,
} from "@aws-sdk/client-elastic-load-balancing";
import { isAwsError } from "../aws/errors.ts";
import type { ResourceContext } from "./context.ts";

/** One instance of a group, as the group and its load balancers see it. */
export interface InstanceHealth {
  readonly id: string;
  readonly zone: string;
  /** `InService`, `Pending`, `Terminating`… ("Amazon EC2 Auto Scaling instance lifecycle"). */
  readonly lifecycle: string;
  /** In service everywhere. */
  readonly healthy: boolean;
  /** Of the launch template. */
  readonly templateVersion: string;
  /** Why it is not healthy, in AWS's words. */
  readonly reason: string;
}

/** The health of a group's instances: one call for each of its load balancers. */
export async function instanceHealth(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<InstanceHealth[]> {
  const names = group.LoadBalancerNames ?? [];
  const balancers = await Promise.all(names.map((name) => describeHealth(context, name)));
  return (group.Instances ?? []).map((instance) => {
    const id = instance.InstanceId ?? "";
    const lifecycle = instance.LifecycleState ?? "";
    const reasons = [
      ...(lifecycle === "InService" ? [] : [`is ${lifecycle}`]),
      ...(instance.HealthStatus === "Healthy" ? [] : [`is ${instance.HealthStatus}`]),
      ...balancers.flatMap(({ name, states }) => {
        const state = states.find((each) => each.InstanceId === id);
        if (state?.State === "InService") return [];
        const why =
          state?.Description && state.Description !== "N/A" ? `: ${state.Description}` : "";
        return [`is ${state?.State ?? "not registered"} in the load balancer ${name}${why}`];
      }),
    ];
    return {
      id,
      zone: instance.AvailabilityZone ?? "",
      lifecycle,
      healthy: reasons.length === 0,
      templateVersion: instance.LaunchTemplate?.Version ?? "",
      reason: reasons.join(", "),
    };
  });
}

async function describeHealth(
  context: ResourceContext,
  name: string,
): Promise<{ name: string; states: readonly InstanceState[] }> {
  try {
    const { InstanceStates } = await context.clients.loadBalancing.send(
      new DescribeInstanceHealthCommand({ LoadBalancerName: name }),
    );
    return { name, states: InstanceStates ?? [] };
  } catch (error) {
    // Deleted by hand: the plan shows that; here its instances are simply not in service.
    if (isAwsError(error, "not-found")) return { name, states: [] };
    throw error;
  }
}

export interface ScalingActivity {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly status: string;
  /** What it did, and AWS's words on why it failed. */
  readonly words: string;
}

/** The group's last scaling activities, newest first. */
export async function scalingActivities(
  context: ResourceContext,
  groupName: string,
): Promise<ScalingActivity[]> {
  const { Activities } = await context.clients.autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: groupName, MaxRecords: 5 }),
  );
  return (Activities ?? []).map((activity) => ({
    startedAt: activity.StartTime?.getTime() ?? 0,
    status: activity.StatusCode ?? "",
    words: [activity.Description, activity.StatusMessage].filter(Boolean).join(": "),
  }));
}

/** For an error's end: what the group tried last. */
export function activityLines(activities: readonly ScalingActivity[]): string {
  if (activities.length === 0) return "";
  const lines = activities.map(({ status, words }) => `  ${status}: ${words}`);
  return `\nlast scaling activities:\n${lines.join("\n")}`;
}
