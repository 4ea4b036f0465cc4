import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describeHealth, type Registrations } from "../load-balancer/registrations.ts";
import type { ResourceContext } from "../shared/context.ts";

/** One instance of a group, according to the group and its load balancers. */
export interface InstanceHealth {
  readonly id: string;
  readonly zone: string;
  /** `InService`, `Pending`, `Terminating`… ("Amazon EC2 Auto Scaling instance lifecycle"). */
  readonly lifecycle: string;
  /** Whether it is in service in the group and in all load balancers. */
  readonly healthy: boolean;
  /** Why it is not healthy, in AWS's words. */
  readonly reason: string;
  /** Whether it is protected from scale-in. */
  readonly isProtected: boolean;
  /** Whether the group marked it unhealthy and will replace it. */
  readonly isCondemned: boolean;
  /** Whether it is missing in a load balancer. */
  readonly isUnregistered: boolean;
  /** Whether it fails a load balancer's checks, as opposed to not having passed them yet. */
  readonly isFailing: boolean;
  /** A fault that EC2 reports, if EC2 was asked. See `withFaults`. */
  readonly fault?: string;
}

/** The registrations in each of the group's load balancers. One call for each. */
export function registrations(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<Registrations[]> {
  const names = group.LoadBalancerNames ?? [];
  return Promise.all(names.map((name) => describeHealth(context, name)));
}

/** The health of a group's instances, according to the group and its load balancers. */
export function instanceHealth(
  group: AutoScalingGroup,
  balancers: readonly Registrations[],
): InstanceHealth[] {
  return (group.Instances ?? []).map((instance) => {
    const id = instance.InstanceId ?? "";
    const lifecycle = instance.LifecycleState ?? "";
    const condemned = instance.HealthStatus !== "Healthy";
    const seen = balancers.map(({ states }) => states.find((each) => each.InstanceId === id));
    const reasons = [
      ...(lifecycle === "InService" ? [] : [`is ${lifecycle}`]),
      ...(condemned ? [`is ${instance.HealthStatus}`] : []),
      ...balancers.flatMap(({ name }, index) => {
        const state = seen[index];
        if (state?.State === "InService") return [];
        const why =
          state?.Description && state.Description !== "N/A" ? `: ${state.Description}` : "";
        return state === undefined
          ? [`is not registered with the load balancer ${name}`]
          : [`is ${state.State} in the load balancer ${name}${why}`];
      }),
    ];
    return {
      id,
      zone: instance.AvailabilityZone ?? "",
      lifecycle,
      healthy: reasons.length === 0,
      reason: reasons.join(", "),
      isProtected: instance.ProtectedFromScaleIn === true,
      isCondemned: condemned,
      isUnregistered: seen.some((state) => state === undefined),
      // "ELB": its registration is still in progress ("InstanceState", API reference 2012-06-01).
      isFailing: seen.some(
        (state) => state?.State === "OutOfService" && state.ReasonCode !== "ELB",
      ),
    };
  });
}
