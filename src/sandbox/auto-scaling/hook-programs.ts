import { isOnline } from "../ec2/instances/life.ts";
import { type InstanceRecord, instances } from "../ec2/instances/tables.ts";
import { reachesEndpoints } from "../ec2/network/usable-endpoints.ts";
import { AwsError } from "../error.ts";
import { guestDurations } from "../guest/durations.ts";
import { serverMay } from "../iam/permissions.ts";
import { defineEvent, type Region } from "../region.ts";
import { findMember, type Group, type LifecycleAction } from "./group.ts";
import { completeLifecycleAction } from "./lifecycle-hook-operations.ts";

/** One run of a hook's program on one instance. */
interface Run {
  readonly instance: string;
  readonly boot: number;
  /** Of the lifecycle action. */
  readonly token: string;
}

/** The hook that the image's service completes has the service's name for it behind this. */
const prefix = "reconcile-";

/** How often the image's service tries again what AWS refuses, in seconds. */
const pause = 15;

/**
 * A server that was built with hooks looks every few seconds for the state that its group wants it to reach, and then
 * runs the program of the hook that holds it. Called whenever a hook may hold a server, or a server has started.
 */
export function attendHooks(region: Region, id: string): void {
  const instance = region.table(instances).latest(id);
  const { hooks } = instance?.guest ?? {};
  if (instance === undefined || hooks === undefined) return;
  for (const action of findMember(region, id)?.member.actions ?? []) {
    const program = hooks.programs[action.hook.slice(prefix.length)];
    const isOurs = action.hook.startsWith(prefix) && program !== undefined;
    if (!isOurs || hooks.attended.includes(action.token)) continue;
    hooks.attended.push(action.token);
    if (program.seconds === undefined) continue;
    const begins = Math.max(region.now + guestDurations.hookNoticed * 1000, hooks.from);
    region.schedule(programEnded, begins + program.seconds * 1000 - region.now, {
      instance: id,
      boot: instance.boot,
      token: action.token,
    });
  }
}

export const programEnded = defineEvent<Run>("auto-scaling.hook-program-ended", (region, run) => {
  const instance = region.table(instances).latest(run.instance);
  const { group, member } = findMember(region, run.instance) ?? {};
  const action = member?.actions?.find(({ token }) => token === run.token);
  if (instance?.state !== "running" || instance.boot !== run.boot) return;
  if (group === undefined || action === undefined || instance.guest.impaired) return;
  if (!complete(region, instance, group, action)) {
    region.schedule(programEnded, pause * 1000, run);
  }
});

/** @returns whether the server could complete the hook. */
function complete(
  region: Region,
  instance: InstanceRecord,
  group: Group,
  { hook }: LifecycleAction,
): boolean {
  const { id, profile, guest } = instance;
  if (!isOnline(region, instance) && !reachesEndpoints(region, instance, ["autoscaling"])) {
    return false;
  }
  const may = (action: string, resource: string) =>
    profile !== undefined && serverMay(region, profile.arn, action, resource) === "allowed";
  // It does not know the name of its group.
  if (!may("autoscaling:DescribeAutoScalingInstances", "*")) return false;
  if (!may("autoscaling:CompleteLifecycleAction", group.arn)) return false;
  try {
    completeLifecycleAction.run(region, {
      AutoScalingGroupName: group.name,
      LifecycleHookName: hook,
      LifecycleActionResult: guest.hooks?.programs[hook.slice(prefix.length)]?.result,
      InstanceId: id,
    });
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
