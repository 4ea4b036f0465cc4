import { isIP } from "node:net";
import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { isAwsError } from "../aws/errors.ts";
import type { Problem } from "../engine/plan-format.ts";
import { describeGroups, sweepGroups } from "../resources/auto-scaling-group-live.ts";
import type { ResourceContext } from "../resources/context.ts";
import {
  describeHealth,
  instanceHealth,
  type Registrations,
  registrations,
  type ScalingActivity,
  scalingActivities,
} from "../resources/instance-health.ts";
import { describeInstances, sweepInstances } from "../resources/instances.ts";
import { machineFaults, withFaults } from "../resources/machine-health.ts";
import { hasEnded, latestRefresh } from "../resources/rollout.ts";
import type { Addresses, Rollout, StatusActivity, StatusInstance } from "../ui/view.ts";

/** An Auto Scaling group as `status` sees it. */
export interface ServerGroup {
  readonly name: string;
  /** The desired capacity. */
  readonly desired: number;
  /** Whether AWS is deleting it. */
  readonly isDeleting: boolean;
  /** Those that the group registers its servers with. */
  readonly loadBalancers: readonly BalancerHealth[];
  readonly instances: readonly StatusInstance[];
  /** The newest instance refresh, if it is under way or failed. */
  readonly rollouts: readonly Rollout[];
  /** What the group did last; looked up where it is short of servers. */
  readonly activities: readonly StatusActivity[];
  /** What could not be looked up. */
  readonly problems: readonly Problem[];
}

export interface BalancerHealth {
  readonly name: string;
  /** How many instances it sends requests to. */
  readonly inService: number;
}

/** How many of its instances pass the load balancer's checks. */
export async function lookUpBalancer(
  context: ResourceContext,
  name: string,
): Promise<BalancerHealth> {
  return balancerHealth(await describeHealth(context, name));
}

function balancerHealth({ name, states }: Registrations): BalancerHealth {
  return { name, inService: states.filter(({ State }) => State === "InService").length };
}

/**
 * The stack's groups and their instances, as the group, EC2 and the load balancer see them. Asks the same
 * questions as the sweeps of the resource types: run at the same time, they share the answers.
 */
export async function lookUpServers(context: ResourceContext): Promise<readonly ServerGroup[]> {
  const [groups, machines] = await Promise.all([sweepGroups(context), sweepInstances(context)]);
  return Promise.all(groups.map((group) => lookUpGroup(context, group, machines)));
}

async function lookUpGroup(
  context: ResourceContext,
  group: AutoScalingGroup,
  machines: readonly Instance[],
): Promise<ServerGroup> {
  const name = group.AutoScalingGroupName ?? "";
  const [instances, balancers, refresh] = await Promise.all([
    lookUpInstances(context, group, machines),
    registrations(context, group),
    latestRefresh(context, name),
  ]);
  const desired = group.DesiredCapacity ?? 0;
  const isShort = instances.filter(isInService).length < desired;
  return {
    name,
    desired,
    isDeleting: group.Status !== undefined,
    loadBalancers: balancers.map(balancerHealth),
    instances,
    rollouts: refresh === undefined || refresh.Status === "Successful" ? [] : [rolloutOf(refresh)],
    ...(isShort ? await lookUpActivities(context, name) : { activities: [], problems: [] }),
  };
}

/** Without permission for it, an outage is told all the same: the activities only explain it. */
async function lookUpActivities(
  context: ResourceContext,
  group: string,
): Promise<Pick<ServerGroup, "activities" | "problems">> {
  try {
    const activities = await scalingActivities(context, group);
    return { activities: activities.map(activityOf), problems: [] };
  } catch (error) {
    if (!isAwsError(error, "denied")) throw error;
    const summary = `The scaling activities of ${group} cannot be read: ${error.message}`;
    return {
      activities: [],
      problems: [{ severity: "warning", summary, remedy: error.remedy ?? "" }],
    };
  }
}

/** Whether it counts as one of the servers that serve. */
export function isInService({ reason }: StatusInstance): boolean {
  return reason === undefined;
}

async function lookUpInstances(
  context: ResourceContext,
  group: AutoScalingGroup,
  swept: readonly Instance[],
): Promise<readonly StatusInstance[]> {
  const ids = (group.Instances ?? []).map(({ InstanceId: id = "" }) => id);
  if (ids.length === 0) return [];
  const known = new Set(swept.map(({ InstanceId: id }) => id));
  const [others, balancers, faults] = await Promise.all([
    // Somebody attached them, and they carry no tag of the stack.
    describeInstances(
      context,
      ids.filter((id) => !known.has(id)),
    ),
    registrations(context, group),
    machineFaults(context, group, swept),
  ]);
  const members = withFaults(instanceHealth(group, balancers), faults);
  const machines = new Map([...swept, ...others].map((machine) => [machine.InstanceId, machine]));
  const isBalanced = balancers.length > 0;
  return members
    .map(({ id, zone, lifecycle, healthy, reason, isProtected }): StatusInstance => {
      const machine = machines.get(id);
      return {
        id,
        zone,
        image: machine?.ImageId ?? "",
        lifecycle,
        health: WORDS[isBalanced ? "balanced" : "alone"][healthy ? 0 : 1],
        ...(healthy ? {} : { reason }),
        addresses: addressesOf(machine),
        protected: isProtected,
        session: null,
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

/** AWS tells an empty name where there is none. */
function addressesOf(machine: Instance | undefined): Addresses {
  return {
    publicIpv4: machine?.PublicIpAddress || null,
    privateIpv4: machine?.PrivateIpAddress || null,
    ipv6: machine?.Ipv6Address || null,
    publicDnsName: machine?.PublicDnsName || null,
    privateDnsName: machine?.PrivateDnsName || null,
  };
}

/**
 * The address to log in at: of a server in service, else of any; a public one, else a private one. It goes
 * into a line for a shell, so that anything else than an address is none.
 */
export function loginAddress(instances: readonly StatusInstance[]): string | undefined {
  const [first] = [
    ...instances.filter(isInService),
    ...instances.filter((each) => !isInService(each)),
  ]
    .map(({ addresses: { publicIpv4, ipv6, privateIpv4 } }) => publicIpv4 ?? ipv6 ?? privateIpv4)
    .filter((address) => address !== null && isIP(address) !== 0);
  return first ?? undefined;
}

/** One address to log in at; undefined where no server has one. */
export async function lookUpLoginAddress(
  context: ResourceContext,
  groups: readonly string[],
): Promise<string | undefined> {
  const found = groups.length === 0 ? [] : await describeGroups(context, { names: groups });
  const instances = await Promise.all(found.map((group) => lookUpInstances(context, group, [])));
  return loginAddress(instances.flat());
}

function rolloutOf(refresh: InstanceRefresh): Rollout {
  const { RollbackDetails: rollback, StatusReason: reason, StartTime: start } = refresh;
  const end = refresh.EndTime ?? start ?? new Date(0);
  const reasons = [rollback?.RollbackReason, reason].filter(Boolean).join("; ");
  return {
    group: refresh.AutoScalingGroupName ?? "",
    status: refresh.Status ?? "",
    percent: refresh.PercentageComplete ?? 0,
    ...(reasons === "" ? {} : { reason: reasons }),
    ...(hasEnded(refresh) ? { endedAt: end.toISOString() } : {}),
  };
}

function activityOf({ status, words, cause, startedAt }: ScalingActivity): StatusActivity {
  return {
    at: new Date(startedAt).toISOString(),
    status,
    description: words,
    ...(cause !== undefined && { cause }),
  };
}
