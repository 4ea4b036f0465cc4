import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { type Instance, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import type { Clients } from "../aws/clients.ts";
import { everyPage, inChunks, mostFilterValues } from "../aws/paging.ts";
import { describeGroups } from "../resources/auto-scaling-group-live.ts";
import type { ResourceContext } from "../resources/context.ts";
import { instanceHealth, registrations } from "../resources/instance-health.ts";
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
  const [machines, balancers] = await Promise.all([
    lookUpMachines(context.clients, ids),
    registrations(context, group),
  ]);
  const members = instanceHealth(group, balancers);
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

/** By a filter, because naming an instance that is gone by now would be an error. */
async function lookUpMachines(
  clients: Clients,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Instance>> {
  const reservations = await Promise.all(
    inChunks(ids, mostFilterValues).map((some) =>
      everyPage(
        paginateDescribeInstances(
          { client: clients.ec2 },
          { Filters: [{ Name: "instance-id", Values: some }] },
        ),
        (page) => page.Reservations,
      ),
    ),
  );
  const machines = reservations.flat().flatMap(({ Instances = [] }) => Instances);
  return new Map(machines.map((machine) => [machine.InstanceId ?? "", machine]));
}

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
