import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import type { Instance } from "@aws-sdk/client-ec2";
import type { Live } from "../../engine/live.ts";
import type { Addresses, StatusInstance } from "../../engine/status-format.ts";
import { healthInStatus } from "../load-balancer/status.ts";
import type { ResourceContext } from "../shared/context.ts";
import { describeInstances } from "../shared/instances.ts";
import type { Registrations } from "../shared/registrations.ts";
import { instanceHealth } from "./instance-health.ts";
import { describeAutoScalingGroups } from "./look-ups.ts";
import { machineFaults, withFaults } from "./machine-faults.ts";
import { sourcesOf } from "./sources.ts";

/** The members of these groups. */
export async function servers(
  context: ResourceContext,
  live: readonly Live[],
): Promise<readonly StatusInstance[]> {
  const names = live.map(({ physicalName }) => physicalName);
  const found = names.length === 0 ? [] : await describeAutoScalingGroups(context, { names });
  const members = await Promise.all(found.map((group) => lookUpMembers(context, group, [])));
  return members.flat();
}

/** The members of a group, as the group, EC2 and the load balancers report them. */
export async function lookUpMembers(
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
    registeredWith(context, group),
    machineFaults(context, group, swept),
  ]);
  const members = withFaults(instanceHealth(group, balancers), faults);
  const machines = new Map([...swept, ...others].map((machine) => [machine.InstanceId, machine]));
  const sessions = await sessionsOfMembers(
    context,
    ids.flatMap((id) => machines.get(id) ?? []),
  );
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
        session: sessions?.get(id) ?? null,
        ...(machine?.LaunchTime === undefined
          ? {}
          : { launchedAt: machine.LaunchTime.toISOString() }),
      };
    })
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** Few stacks have sessions, so the code for Systems Manager is loaded for them alone. */
async function sessionsOfMembers(context: ResourceContext, machines: readonly Instance[]) {
  if (context.sessions !== true) return undefined;
  const { sessionsOf } = await import("../shared/sessions.ts");
  return sessionsOf(context, machines);
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

/** The registrations in each of the group's load balancers and target groups. One call for each in a status. */
export async function registeredWith(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<readonly Registrations[]> {
  const { loadBalancers, targetGroups } = sourcesOf(group);
  const balancers = loadBalancers.map((name) => healthInStatus(context, name));
  const targets = targetGroups.map(async (arn) => {
    const { targetsInStatus } = await import("../target-group/registrations.ts");
    return targetsInStatus(context, arn);
  });
  return Promise.all([...balancers, ...targets]);
}
