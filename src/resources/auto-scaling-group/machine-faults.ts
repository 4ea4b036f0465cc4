import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import {
  type Filter,
  type Instance,
  type InstanceStatusSummary,
  paginateDescribeInstanceStatus,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import type { ResourceContext } from "../shared/context.ts";
import { describeInstances } from "../shared/instances.ts";
import type { InstanceHealth } from "./instance-health.ts";
import { countsAsCapacity } from "./members.ts";
import { suspensionsOf } from "./scaling-processes.ts";

/** Faults that EC2 reports, by instance id. Members that run and pass their checks have none. */
export type MachineFaults = ReadonlyMap<string, string>;

/**
 * Finds faults that the group itself notices only at its next health check, or never while its
 * health checks are suspended. Asks EC2 only about instances that are not in `seen`. Ignores
 * terminating members.
 *
 * @param seen Instances that are known already, such as all that carry the stack's tags.
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

/** Whether the member is in service, pending, or on standby. */
function staysIn(lifecycle: string): boolean {
  return countsAsCapacity(lifecycle) || lifecycle === "Standby";
}

function checksAreSuspended(group: AutoScalingGroup): boolean {
  return suspensionsOf(group).some(({ process }) => process === "HealthCheck");
}

/** `pending` is not a fault: EC2 may still show it for an instance that is already in service. */
function faultOf(machine: Instance | undefined, failsChecks: boolean): string | undefined {
  const state = machine?.State?.Name;
  if (state === undefined) return "no longer exists in EC2";
  if (state !== "running" && state !== "pending") return `is ${state} in EC2`;
  return failsChecks ? "fails its EC2 status checks" : undefined;
}

/** Filters by the checks' results, in the whole region, because a call by ids fails if one is gone. */
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

/** Checks the status again, in case the filter was not applied. */
function isImpaired(summary: InstanceStatusSummary | undefined): boolean {
  return summary?.Status === "impaired";
}

/** Adds EC2's faults. An instance with a fault is not healthy, whatever else is reported. */
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
