import { instanceState } from "../ec2/instances/tables.ts";
import { instanceChanged } from "../ec2/signals.ts";
import { defineEvent, type Region } from "../region.ts";
import { examine, isUsed } from "./health.ts";
import { type Target, type TargetGroup, targetGroups } from "./tables.ts";
import { deregistrationDelay } from "./target-group-attributes.ts";

/** What distinguishes a target among those of its group. */
export type TargetKey = Pick<Target, "instanceId" | "port">;

/** A target group, whatever requests see. Undefined when it does not exist. */
export function findTargetGroup(region: Region, arn: string): TargetGroup | undefined {
  return region.table(targetGroups).latest(arn);
}

/** The target with the default port, or another one of the instance. */
export function targetOf(group: TargetGroup, instanceId: string): Target | undefined {
  const own = group.targets.filter((target) => target.instanceId === instanceId);
  return own.find(({ port }) => port === group.port) ?? own[0];
}

/** Registers an instance. A registered target stays unchanged. One that is draining is new. */
export function registerTarget(region: Region, arn: string, { instanceId, port }: TargetKey): void {
  const group = findTargetGroup(region, arn);
  if (group === undefined) return;
  const known = group.targets.find(
    (target) => target.instanceId === instanceId && target.port === port,
  );
  if (known !== undefined && known.drainedAt === undefined) return;
  group.targets = [
    ...group.targets.filter((target) => target !== known),
    {
      instanceId,
      port,
      registeredAt: region.now,
      checksFrom: undefined,
      passes: undefined,
      since: region.now,
      health: "initial",
      failure: undefined,
    },
  ];
  examine(region, arn);
}

/**
 * Deregisters an instance.
 *
 * @returns the milliseconds until it is drained.
 */
export function deregisterTarget(
  region: Region,
  arn: string,
  { instanceId, port }: TargetKey,
): number {
  const group = findTargetGroup(region, arn);
  const target = group?.targets.find(
    (candidate) => candidate.instanceId === instanceId && candidate.port === port,
  );
  if (group === undefined || target === undefined) return 0;
  if (target.drainedAt !== undefined) return target.drainedAt - region.now;
  const delay = isUsed(region, group, target) ? deregistrationDelay(group) : 0;
  if (delay === 0) {
    group.targets = group.targets.filter((other) => other !== target);
  } else {
    target.drainedAt = region.now + delay;
    region.schedule(targetDrained, delay, { group: arn });
  }
  region.signal(instanceChanged, instanceId);
  return delay;
}

/**
 * "even though target deregistration is complete, the status of the target is displayed as draining until
 * the deregistration delay timeout expires" (User Guide, "Edit target group attributes")
 */
export const targetDrained = defineEvent<{ group: string }>(
  "elastic-load-balancing-v2.target-drained",
  (region, data) => {
    const group = findTargetGroup(region, data.group);
    if (group === undefined) return;
    group.targets = group.targets.filter(({ drainedAt = Infinity }) => drainedAt > region.now);
  },
);

/** A terminated instance is deregistered automatically. */
export function forgetTerminated(region: Region, group: TargetGroup): void {
  group.targets = group.targets.filter(
    ({ instanceId }) => instanceState(region, instanceId) !== "terminated",
  );
}
