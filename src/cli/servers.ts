import {
  type AutoScalingGroup,
  DescribeInstanceRefreshesCommand,
  type InstanceRefreshStatus,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import { type Instance, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { DescribeInstanceHealthCommand } from "@aws-sdk/client-elastic-load-balancing";
import type { Clients } from "../aws/clients.ts";
import { everyPage } from "../aws/paging.ts";
import type { Rollout, StatusInstance } from "../ui/view.ts";

export interface Servers {
  readonly instances: readonly StatusInstance[];
  readonly rollouts: readonly Rollout[];
}

/** The groups' instances, as the group, EC2 and the load balancer see them, and rollouts under way. */
export async function lookUpServers(
  clients: Clients,
  groupNames: readonly string[],
): Promise<Servers> {
  if (groupNames.length === 0) return { instances: [], rollouts: [] };
  const [groups, rollouts] = await Promise.all([
    lookUpGroups(clients, groupNames),
    Promise.all(groupNames.map((name) => lookUpRollouts(clients, name))),
  ]);
  const instances = await Promise.all(groups.map((group) => lookUpInstances(clients, group)));
  return { instances: instances.flat(), rollouts: rollouts.flat() };
}

function lookUpGroups(clients: Clients, names: readonly string[]): Promise<AutoScalingGroup[]> {
  return everyPage(
    paginateDescribeAutoScalingGroups(
      { client: clients.autoScaling },
      { AutoScalingGroupNames: [...names] },
    ),
    (page) => page.AutoScalingGroups,
  );
}

async function lookUpInstances(
  clients: Clients,
  group: AutoScalingGroup,
): Promise<readonly StatusInstance[]> {
  const members = group.Instances ?? [];
  if (members.length === 0) return [];
  const [machines, health] = await Promise.all([
    lookUpMachines(
      clients,
      members.map(({ InstanceId: id = "" }) => id),
    ),
    lookUpHealth(clients, group.LoadBalancerNames ?? []),
  ]);
  return members
    .map((member): StatusInstance => {
      const id = member.InstanceId ?? "";
      const machine = machines.get(id);
      return {
        id,
        zone: member.AvailabilityZone ?? "",
        image: machine?.ImageId ?? "",
        lifecycle: member.LifecycleState ?? "",
        ...judge(member.HealthStatus ?? "", health.get(id)),
        ...(machine?.LaunchTime === undefined
          ? {}
          : { launchedAt: machine.LaunchTime.toISOString() }),
      };
    })
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

interface Health {
  readonly health: string;
  readonly reason?: string;
}

/** The load balancer's word counts where there is one; but what the group gives up is on its way out. */
function judge(group: string, balancer: Health | undefined): Health {
  if (balancer === undefined) return { health: group };
  if (group !== "Healthy" && balancer.health === "InService") return { health: group };
  return balancer;
}

/** By a filter, because naming an instance that is gone by now would be an error. */
async function lookUpMachines(
  clients: Clients,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Instance>> {
  const reservations = await everyPage(
    paginateDescribeInstances(
      { client: clients.ec2 },
      { Filters: [{ Name: "instance-id", Values: [...ids] }] },
    ),
    (page) => page.Reservations,
  );
  const machines = reservations.flatMap(({ Instances = [] }) => Instances);
  return new Map(machines.map((machine) => [machine.InstanceId ?? "", machine]));
}

/** Out of service behind one load balancer is out of service. */
async function lookUpHealth(
  clients: Clients,
  balancers: readonly string[],
): Promise<ReadonlyMap<string, Health>> {
  const answers = await Promise.all(
    balancers.map((LoadBalancerName) =>
      clients.loadBalancing.send(new DescribeInstanceHealthCommand({ LoadBalancerName })),
    ),
  );
  const health = new Map<string, Health>();
  for (const state of answers.flatMap(({ InstanceStates = [] }) => InstanceStates)) {
    const id = state.InstanceId ?? "";
    if (health.has(id) && state.State === "InService") continue;
    const reason = state.State === "InService" ? undefined : state.Description;
    health.set(id, {
      health: state.State ?? "Unknown",
      // AWS writes N/A where it has nothing to say.
      ...(reason === undefined || reason === "N/A" ? {} : { reason }),
    });
  }
  return health;
}

/** States that a rollout leaves again ("InstanceRefresh", Amazon EC2 Auto Scaling API Reference). */
const UNDER_WAY: ReadonlySet<InstanceRefreshStatus | undefined> = new Set([
  "Pending",
  "InProgress",
  "Baking",
  "Cancelling",
  "RollbackInProgress",
]);

async function lookUpRollouts(clients: Clients, group: string): Promise<readonly Rollout[]> {
  // The newest come first, and there is never more than one under way.
  const { InstanceRefreshes = [] } = await clients.autoScaling.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: group, MaxRecords: 5 }),
  );
  return InstanceRefreshes.filter(({ Status }) => UNDER_WAY.has(Status)).map((refresh) => ({
    group,
    status: refresh.Status ?? "",
    percent: refresh.PercentageComplete ?? 0,
    ...(refresh.StatusReason === undefined ? {} : { reason: refresh.StatusReason }),
  }));
}
