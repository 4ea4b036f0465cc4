import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describeHealth } from "../load-balancer/registrations.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { Registrations } from "../shared/registrations.ts";
import { isTargetGroup, sourcesOf } from "./sources.ts";

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

/** The registrations in each of the group's load balancers and target groups. One call for each. */
export function registrations(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<Registrations[]> {
  const { loadBalancers, targetGroups } = sourcesOf(group);
  return Promise.all([...loadBalancers, ...targetGroups].map((id) => registrationsAt(context, id)));
}

/** Few stacks have target groups, so the code for them is loaded for them alone. */
export async function registrationsAt(
  context: ResourceContext,
  id: string,
): Promise<Registrations> {
  if (!isTargetGroup(id)) return describeHealth(context, id);
  const { describeHealth: describeTargets } = await import("../target-group/registrations.ts");
  return describeTargets(context, id);
}

/** The health of a group's instances, according to the group and what forwards requests to it. */
export function instanceHealth(
  group: AutoScalingGroup,
  sources: readonly Registrations[],
): InstanceHealth[] {
  return (group.Instances ?? []).map((instance) => {
    const id = instance.InstanceId ?? "";
    const lifecycle = instance.LifecycleState ?? "";
    const condemned = instance.HealthStatus !== "Healthy";
    const seen = sources.map(({ instances }) =>
      instances.find(({ instanceId }) => instanceId === id),
    );
    const reasons = [
      ...(lifecycle === "InService" ? [] : [`is ${lifecycle}`]),
      ...(condemned ? [`is ${instance.HealthStatus}`] : []),
      ...sources.flatMap(({ what }, index) => {
        const found = seen[index];
        if (found === undefined) return [`is not registered with the ${what}`];
        if (found.serves) return [];
        const why = found.reason === undefined ? "" : `: ${found.reason}`;
        return [`is ${found.state} in the ${what}${why}`];
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
      isUnregistered: seen.some((found) => found === undefined),
      isFailing: seen.some((found) => found?.isFailing),
    };
  });
}
