import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../../engine/errors.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "../shared/context.ts";
import { type InstanceHealth, instanceHealth, registrations } from "./instance-health.ts";
import { type LaunchRemedy, waitingLaunchRemedy, watchLaunches } from "./launches.ts";
import { type HeldMember, heldRemedy, heldWords, watchHooks } from "./lifecycle-hooks.ts";
import { machineFaults, withFaults } from "./machine-faults.ts";
import { countsAsCapacity, isLeaving } from "./members.ts";
import { activityLines, scalingActivities } from "./scaling-activities.ts";
import { blockedError, blocking, suspensionsOf, type Undertaking } from "./scaling-processes.ts";

/**
 * An instance takes two or three minutes from launch to in service. A quarter of an hour beyond the
 * grace period leaves time to replace some instances.
 */
const healthyDeadline = 15 * 60_000;

/**
 * Waits until the group has its desired number of healthy instances and no surplus. Ignores instances
 * that do not count towards the capacity, such as those on standby.
 *
 * @throws OutsideError at once if the group needs a suspended process.
 */
export async function waitUntilHealthy(
  context: ResourceContext,
  name: string,
  graceSeconds: number,
  lookAtGroup: () => Promise<AutoScalingGroup | undefined>,
): Promise<AutoScalingGroup> {
  const stopIfHopeless = watchLaunches(context, name);
  const hooks = watchHooks(context, name);
  let seen: Seen | undefined;
  let held: readonly HeldMember[] = [];
  try {
    return await waitFor({
      what: `every instance of ${name} to be in service`,
      deadline: healthyDeadline + graceSeconds * 1000,
      allowance: hooks.allowance,
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<AutoScalingGroup>> => {
        const group = await lookAtGroup();
        if (group === undefined) return { pending: "the group is not visible yet" };
        seen = await look(context, group);
        const { counted, leaving, total, done } = seen;
        await stopIfBlocked(context, seen, graceSeconds);
        if (isAsWanted(seen) && leaving.length === 0) return { done: group };
        held = await hooks.held(group);
        // Terminating instances are not waited for.
        const launching = held.filter(({ lifecycle }) => countsAsCapacity(lifecycle));
        await hooks.stopIfStuck(launching, name);
        if (counted.length < total || held.length > 0) await stopIfHopeless();
        return { pending: waitingWords(seen, held), progress: { done, total } };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    // Only terminating instances are still draining, which an apply does not have to wait for.
    if (seen !== undefined && isAsWanted(seen)) return seen.group;
    const instances = seen === undefined ? [] : [...seen.counted, ...seen.leaving];
    const states = instances.map((each) => `\n  ${each.id}: ${each.reason || "in service"}`);
    const activities = await scalingActivities(context, name);
    const [first] = held;
    const remedy =
      first === undefined
        ? remedyFor(seen, await waitingLaunchRemedy(context, name, activities))
        : heldRemedy(first, { group: name, region: await context.clients.region() });
    throw new OutsideError(`${error.message}${states.join("")}${activityLines(activities)}`, {
      remedy,
      cause: error,
    });
  }
}

/** The result of one poll of a group. */
interface Seen {
  readonly group: AutoScalingGroup;
  /** Instances that count towards the capacity. */
  readonly counted: readonly InstanceHealth[];
  readonly leaving: readonly InstanceHealth[];
  /** The desired capacity, and how many counted instances are healthy. */
  readonly total: number;
  readonly done: number;
}

/**
 * Asks EC2 only if its answer can matter: when everything else is healthy, or when suspended processes
 * keep the group from noticing or replacing a faulty instance.
 */
async function look(context: ResourceContext, group: AutoScalingGroup): Promise<Seen> {
  const instances = instanceHealth(group, await registrations(context, group));
  const seen = see(group, instances);
  if (!isAsWanted(seen) && blocking(group, "heal").length === 0) return seen;
  return see(group, withFaults(instances, await machineFaults(context, group, [])));
}

function see(group: AutoScalingGroup, instances: readonly InstanceHealth[]): Seen {
  const counted = instances.filter(({ lifecycle }) => countsAsCapacity(lifecycle));
  return {
    group,
    counted,
    leaving: instances.filter(({ lifecycle }) => isLeaving(lifecycle)),
    total: group.DesiredCapacity ?? 0,
    done: counted.filter(({ healthy }) => healthy).length,
  };
}

function isAsWanted(seen: Seen): boolean {
  const { counted, total, done } = seen;
  return done >= total && done === counted.length && !isTooLarge(seen);
}

/** Whether the group has to terminate surplus instances. It cannot if all of them are protected. */
function isTooLarge({ counted, total }: Seen): boolean {
  return counted.length > total && counted.some(({ isProtected }) => !isProtected);
}

async function stopIfBlocked(
  context: ResourceContext,
  seen: Seen,
  graceSeconds: number,
): Promise<void> {
  const { group } = seen;
  if (suspensionsOf(group).length === 0) return;
  const name = group.AutoScalingGroupName ?? "";
  for (const { undertaking, what } of await needsOf(context, seen, graceSeconds)) {
    const blocked = blocking(group, undertaking);
    if (blocked.length === 0) continue;
    throw blockedError(what, blocked, { group: name, region: await context.clients.region() });
  }
}

interface Need {
  readonly undertaking: Undertaking;
  /** A clause that says what has to happen: "i-1 is unhealthy and has to be replaced". */
  readonly what: string;
}

/** What the group visibly still has to do. */
async function needsOf(
  context: ResourceContext,
  seen: Seen,
  graceSeconds: number,
): Promise<readonly Need[]> {
  const { group, counted, total } = seen;
  const name = group.AutoScalingGroupName ?? "";
  const needs: Need[] = [];
  const need = (undertaking: Undertaking, what: string) => needs.push({ undertaking, what });
  if (counted.length < total) {
    const missing = total - counted.length;
    need(
      "launch",
      `${name} has ${counted.length} of ${total} instances and has to launch ${missing} more`,
    );
  }
  if (isTooLarge(seen)) {
    need(
      "terminate",
      `${name} has ${counted.length} instances for a capacity of ${total} and has to terminate the surplus`,
    );
  }
  for (const { id, lifecycle, isCondemned, isUnregistered, fault } of counted) {
    if (lifecycle !== "InService") continue;
    if (isCondemned) need("replace", `${id} is unhealthy and has to be replaced`);
    else if (fault !== undefined) need("heal", `${id} ${fault} and has to be replaced`);
    // An instance that is gone cannot be registered.
    if (isUnregistered && fault === undefined) {
      need("register", `${id} has to be registered with the load balancer`);
    }
  }
  if (group.HealthCheckType === "ELB" && blocking(group, "heal").length > 0) {
    const failing = counted.filter(
      ({ lifecycle, isFailing, fault }) =>
        lifecycle === "InService" && isFailing && fault === undefined,
    );
    const overdue = await overdueOf(context, name, failing, graceSeconds);
    for (const { id } of overdue)
      need("heal", `${id} fails its health checks and has to be replaced`);
  }
  return needs;
}

/** The instances whose grace period is over. */
async function overdueOf(
  context: ResourceContext,
  name: string,
  instances: readonly InstanceHealth[],
  graceSeconds: number,
): Promise<readonly InstanceHealth[]> {
  if (instances.length === 0) return [];
  const activities = await scalingActivities(context, name);
  const now = context.clock.now();
  return instances.filter(({ id }) => {
    const launch = activities.find(({ isLaunch, words }) => isLaunch && words.includes(id));
    // AWS no longer lists the launch, so it was long ago.
    return launch?.endedAt === undefined || launch.endedAt + graceSeconds * 1000 <= now;
  });
}

const waitAgain = "Run the same command again to keep waiting.";

function remedyFor(seen: Seen | undefined, launches: LaunchRemedy | undefined): string {
  // All desired instances serve; further ones are still launching or terminating.
  if (seen === undefined || seen.done >= seen.total) return waitAgain;
  if (launches?.isForHook) return launches.remedy;
  if (seen.counted.length >= seen.total) {
    return "Check the application's log on an instance (journalctl -u application), which also names a secret that could not be read, or the instance's console output. Correct the image, the rules or the secret, then apply again.";
  }
  return launches?.remedy ?? waitAgain;
}

function waitingWords(seen: Seen, held: readonly HeldMember[]): string {
  const { counted, leaving, total } = seen;
  const first = counted.find(({ healthy }) => !healthy);
  const hold = held.find(({ id }) => id === first?.id);
  if (hold !== undefined) return `${hold.id} ${heldWords(hold)}`;
  if (first !== undefined) return `${first.id} ${first.reason}`;
  if (isTooLarge(seen))
    return `the group has to terminate ${counted.length - total} of ${counted.length} instances`;
  const [going] = leaving;
  if (counted.length >= total && going !== undefined) return `${going.id} ${going.reason}`;
  return `${counted.length} of ${total} instances launched`;
}
