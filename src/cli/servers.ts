import { isIP } from "node:net";
import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import { isAwsError } from "../aws/errors.ts";
import type { Problem } from "../engine/plan-format.ts";
import {
  describeHealth,
  instanceHealth,
  type Registrations,
  registrations,
  type ScalingActivity,
  scalingActivities,
} from "../resources/auto-scaling-group/instance-health.ts";
import {
  describeAutoScalingGroups,
  sweepAutoScalingGroups,
} from "../resources/auto-scaling-group/live.ts";
import { machineFaults, withFaults } from "../resources/auto-scaling-group/machine-faults.ts";
import { hasEnded, latestRefresh } from "../resources/auto-scaling-group/rollout.ts";
import type { ResourceContext } from "../resources/shared/context.ts";
import { describeInstances, sweepInstances } from "../resources/shared/instances.ts";
import type { Addresses, RolloutStatus, StatusActivity, StatusInstance } from "../ui/view.ts";

/** An Auto Scaling group for `status`. */
export interface ServerGroup {
  readonly name: string;
  /** The desired capacity. */
  readonly desired: number;
  /** Whether AWS is deleting it. */
  readonly isDeleting: boolean;
  /** The load balancers that the group registers its servers with. */
  readonly loadBalancers: readonly BalancerHealth[];
  readonly instances: readonly StatusInstance[];
  /** The newest instance refresh, if it is under way or failed. */
  readonly rollouts: readonly RolloutStatus[];
  /** The latest scaling activities. Read only if the group has too few servers. */
  readonly activities: readonly StatusActivity[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

export interface BalancerHealth {
  readonly name: string;
  /** Number of instances that receive requests. */
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
 * The stack's groups and their instances, as the group, EC2 and the load balancer report them. Makes the same
 * calls as the sweeps of the resource types, and shares their answers if both run at the same time.
 */
export async function lookUpServers(context: ResourceContext): Promise<readonly ServerGroup[]> {
  const [groups, machines] = await Promise.all([
    sweepAutoScalingGroups(context),
    sweepInstances(context),
  ]);
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

/** Without permission to read them, an outage is shown all the same: the activities only explain it. */
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

/** Whether the instance counts as in service. */
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
    // Somebody attached these instances; they do not carry the tags of the stack.
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

/** AWS's words: the load balancer's if there is one, otherwise the group's. */
const WORDS = {
  balanced: ["InService", "OutOfService"],
  alone: ["Healthy", "Unhealthy"],
} as const;

/** AWS returns an empty string for an instance without a name. */
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
 * The address to log in at, preferably of a server in service, and preferably public. A server that AWS is
 * terminating has none. The address becomes part of a shell command, so everything that is not a plain
 * address is refused.
 */
export function loginAddress(instances: readonly StatusInstance[]): string | undefined {
  const staying = instances.filter(({ lifecycle }) => !lifecycle.startsWith("Terminat"));
  const [first] = [...staying.filter(isInService), ...staying.filter((each) => !isInService(each))]
    .map(({ addresses: { publicIpv4, ipv6, privateIpv4 } }) => publicIpv4 ?? ipv6 ?? privateIpv4)
    .filter((address) => address !== null && isIP(address) !== 0);
  return first ?? undefined;
}

/** One address to log in at; undefined if no server has an address. */
export async function lookUpLoginAddress(
  context: ResourceContext,
  groups: readonly string[],
): Promise<string | undefined> {
  const found =
    groups.length === 0 ? [] : await describeAutoScalingGroups(context, { names: groups });
  const instances = await Promise.all(found.map((group) => lookUpInstances(context, group, [])));
  return loginAddress(instances.flat());
}

function rolloutOf(refresh: InstanceRefresh): RolloutStatus {
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
