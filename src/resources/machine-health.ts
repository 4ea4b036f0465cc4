import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import {
  type Filter,
  type Instance,
  type InstanceStatusSummary,
  paginateDescribeInstanceStatus,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../aws/paging.ts";
import type { ResourceContext } from "./context.ts";
import { countsAsCapacity } from "./group-members.ts";
import type { InstanceHealth } from "./instance-health.ts";
import { describeInstances } from "./instances.ts";
import { suspensionsOf } from "./scaling-processes.ts";

/** What EC2 says against a group's members, by id: nothing of those that run and pass their checks. */
export type MachineFaults = ReadonlyMap<string, string>;

/**
 * The group itself finds out only at its next health check, and never while its health checks are
 * suspended. Asked of EC2 is only what `seen` does not tell; members on their way out are left out.
 *
 * @param seen What is known of instances already, such as all that carry the stack's tags.
 */
export async function machineFaults(
  context: ResourceContext,
  group: AutoScalingGroup,
  seen: readonly Instance[],
): Promise<MachineFaults> {
  const ids = (group.Instances ?? [])
    .filter(({ LifecycleState = "" }) => staysIn(LifecycleState))
    .flatMap(({ InstanceId }) => InstanceId ?? []);
  if (ids.length === 0) return new Map();
  const known = new Set(seen.map(({ InstanceId }) => InstanceId));
  const [others, failing] = await Promise.all([
    describeInstances(
      context,
      ids.filter((id) => !known.has(id)),
    ),
    checksAreSuspended(group) ? failingStatusChecks(context) : new Set<string>(),
  ]);
  const machines = new Map([...seen, ...others].map((one) => [one.InstanceId, one]));
  const faults = ids.map((id) => [id, faultOf(machines.get(id), failing.has(id))] as const);
  return new Map(faults.flatMap(([id, fault]) => (fault === undefined ? [] : [[id, fault]])));
}

/** In service, on its way there, or on standby. */
function staysIn(lifecycle: string): boolean {
  return countsAsCapacity(lifecycle) || lifecycle === "Standby";
}

function checksAreSuspended(group: AutoScalingGroup): boolean {
  return suspensionsOf(group).some(({ process }) => process === "HealthCheck");
}

/** EC2 may still show as pending what the group has just put into service. */
function faultOf(machine: Instance | undefined, failsChecks: boolean): string | undefined {
  const state = machine?.State?.Name;
  if (state === undefined) return "is not in EC2 any more";
  if (state !== "running" && state !== "pending") return `is ${state} in EC2`;
  return failsChecks ? "fails its EC2 status checks" : undefined;
}

/** Of all instances of the region: by the checks' results, as a call by ids fails for one that is gone. */
async function failingStatusChecks({ clients }: ResourceContext): Promise<ReadonlySet<string>> {
  const ask = (check: string) => {
    const Filters: Filter[] = [{ Name: check, Values: ["impaired"] }];
    const pages = paginateDescribeInstanceStatus(
      { client: clients.ec2 },
      { Filters, MaxResults: 1000 },
    );
    return everyPage(pages, (page) => page.InstanceStatuses);
  };
  const found = await Promise.all(["instance-status.status", "system-status.status"].map(ask));
  const failing = found
    .flat()
    .filter((one) => [one.InstanceStatus, one.SystemStatus].some(isImpaired));
  return new Set(failing.flatMap(({ InstanceId }) => InstanceId ?? []));
}

/** The filter is AWS's to apply; what is said of an instance is looked at all the same. */
function isImpaired(summary: InstanceStatusSummary | undefined): boolean {
  return summary?.Status === "impaired";
}

/** The health of instances with what EC2 says: whatever else is said, what does not run is not healthy. */
export function withFaults(
  instances: readonly InstanceHealth[],
  faults: MachineFaults,
): readonly InstanceHealth[] {
  return instances.map((instance) => {
    const fault = faults.get(instance.id);
    if (fault === undefined) return instance;
    const reason = [fault, instance.reason].filter((words) => words !== "").join(", ");
    return { ...instance, healthy: false, fault, reason };
  });
}
