import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describeGroups } from "../resources/auto-scaling-group-live.ts";
import type { ResourceContext } from "../resources/context.ts";
import { instanceHealth, registrations } from "../resources/instance-health.ts";
import { describeInstances } from "../resources/instances.ts";
import { machineFaults, withFaults } from "../resources/machine-health.ts";
import { refreshUnderWay } from "../resources/rollout.ts";
import type { Rollout, StatusInstance } from "../ui/view.ts";

export interface Servers {
  readonly instances: readonly StatusInstance[];
  readonly rollouts: readonly Rollout[];
}

/** The groups' instances, as the group, EC2 and the load balancer see them, and rollouts under way. */
export async function lookUpServers(
  context: ResourceContext,
  groupNames: readonly string[],
): Promise<Servers> {
  if (groupNames.length === 0) return { instances: [], rollouts: [] };
  const [groups, rollouts] = await Promise.all([
    describeGroups(context, { names: groupNames }),
    Promise.all(groupNames.map((name) => lookUpRollouts(context, name))),
  ]);
  const instances = await Promise.all(groups.map((group) => lookUpInstances(context, group)));
  return { instances: instances.flat(), rollouts: rollouts.flat() };
}

async function lookUpInstances(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<readonly StatusInstance[]> {
  const ids = (group.Instances ?? []).map(({ InstanceId: id = "" }) => id);
  if (ids.length === 0) return [];
  const [found, balancers] = await Promise.all([
    describeInstances(context, ids),
    registrations(context, group),
  ]);
  const faults = await machineFaults(context, group, found);
  const members = withFaults(instanceHealth(group, balancers), faults);
  const machines = new Map(found.map((machine) => [machine.InstanceId ?? "", machine]));
  const balanced = (group.LoadBalancerNames ?? []).length > 0;
  return members
    .map(({ id, zone, lifecycle, healthy, reason, isProtected }): StatusInstance => {
      const machine = machines.get(id);
      return {
        id,
        zone,
        image: machine?.ImageId ?? "",
        lifecycle,
        health: WORDS[balanced ? "balanced" : "alone"][healthy ? 0 : 1],
        ...(healthy ? {} : { reason }),
        protected: isProtected,
        ...(machine?.LaunchTime === undefined
          ? {}
          : { launchedAt: machine.LaunchTime.toISOString() }),
      };
    })
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** AWS's words: the load balancer's behind one, else the group's. */
const WORDS = {
  balanced: ["InService", "OutOfService"],
  alone: ["Healthy", "Unhealthy"],
} as const;

async function lookUpRollouts(
  context: ResourceContext,
  group: string,
): Promise<readonly Rollout[]> {
  const refresh = await refreshUnderWay(context, group);
  if (refresh === undefined) return [];
  return [
    {
      group,
      status: refresh.Status ?? "",
      percent: refresh.PercentageComplete ?? 0,
      ...(refresh.StatusReason === undefined ? {} : { reason: refresh.StatusReason }),
    },
  ];
}
