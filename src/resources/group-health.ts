import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../engine/errors.ts";
import { type Probe, waitFor } from "../engine/wait.ts";
import type { ResourceContext } from "./context.ts";
import { type LaunchRemedy, waitingLaunchRemedy, watchLaunches } from "./group-launches.ts";
import { countsAsCapacity, isLeaving } from "./group-members.ts";
import {
  activityLines,
  type InstanceHealth,
  instanceHealth,
  registrations,
  scalingActivities,
} from "./instance-health.ts";
import { type HeldMember, heldRemedy, heldWords, watchHooks } from "./lifecycle-hooks.ts";
import { machineFaults, withFaults } from "./machine-health.ts";
import { blockedError, blocking, suspensionsOf, type Undertaking } from "./scaling-processes.ts";

/**
 * From launch to in service takes two or three minutes; a quarter of an hour beyond the grace
 * period leaves room for instances that are replaced on the way.
 */
const healthyDeadline = 15 * 60_000;

/**
 * Waits until the group has as many healthy instances as it wants, and none that it is to remove. Those
 * that count neither for nor against its capacity are left out.
 *
 * @throws OutsideError at once where it needs a process that is suspended.
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
        // Those on their way out are not waited for.
        const launching = held.filter(({ lifecycle }) => countsAsCapacity(lifecycle));
        await hooks.stopIfStuck(launching, name);
        if (counted.length < total || held.length > 0) await stopIfHopeless();
        return { pending: waitingWords(seen, held), progress: { done, total } };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    // Only the connections of those that leave are still open: nothing of that is an apply's business.
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

/** One look at a group. */
interface Seen {
  readonly group: AutoScalingGroup;
  /** Those that count towards its capacity. */
  readonly counted: readonly InstanceHealth[];
  readonly leaving: readonly InstanceHealth[];
  /** How many there are to be, and how many of them are healthy. */
  readonly total: number;
  readonly done: number;
}

/**
 * What EC2 says is asked where it can change something: while all else is as wanted, and where the
 * group does not find out, or does nothing about it.
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

/** The group terminates what is too much, unless all that it could choose from is protected. */
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
  /** Whose process is suspended, as the subject of a sentence. */
  readonly what: string;
}

/** What the group still has to do, as far as it can be seen. */
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
      `${name} has ${counted.length} of ${total} instances: to launch ${missing} more`,
    );
  }
  if (isTooLarge(seen)) {
    need("terminate", `${name} has ${counted.length} instances for ${total}: to remove the others`);
  }
  for (const { id, lifecycle, isCondemned, isUnregistered, fault } of counted) {
    if (lifecycle !== "InService") continue;
    if (isCondemned) need("replace", `${id} is unhealthy: to replace it`);
    else if (fault !== undefined) need("heal", `${id} ${fault}: to replace it`);
    // What is gone cannot be registered.
    if (isUnregistered && fault === undefined) {
      need("register", `${id} is not registered in the load balancer: that`);
    }
  }
  if (group.HealthCheckType === "ELB" && blocking(group, "heal").length > 0) {
    const failing = counted.filter(
      ({ lifecycle, isFailing, fault }) =>
        lifecycle === "InService" && isFailing && fault === undefined,
    );
    const overdue = await overdueOf(context, name, failing, graceSeconds);
    for (const { id } of overdue) need("heal", `${id} fails its health checks: to replace it`);
  }
  return needs;
}

/** Those whose grace period is over: they had their time to get healthy. */
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
    // Not told of any more: it was launched long ago.
    return launch?.endedAt === undefined || launch.endedAt + graceSeconds * 1000 <= now;
  });
}

const waitAgain = "Run the same command again: it goes on waiting.";

function remedyFor(seen: Seen | undefined, launches: LaunchRemedy | undefined): string {
  // Nothing is wrong with those that serve: others are still on their way.
  if (seen === undefined || seen.done >= seen.total) return waitAgain;
  if (launches?.isForHook) return launches.remedy;
  if (seen.counted.length >= seen.total) {
    return "Look at the application's log on an instance (or its console output), correct the image or the rules, and apply again.";
  }
  return launches?.remedy ?? waitAgain;
}

function waitingWords(seen: Seen, held: readonly HeldMember[]): string {
  const { counted, leaving, total } = seen;
  const first = counted.find(({ healthy }) => !healthy);
  const hold = held.find(({ id }) => id === first?.id);
  if (hold !== undefined) return `${hold.id} ${heldWords(hold)}`;
  if (first !== undefined) return `${first.id} ${first.reason}`;
  if (isTooLarge(seen)) return `${counted.length - total} of ${counted.length} instances are to go`;
  const [going] = leaving;
  if (counted.length >= total && going !== undefined) return `${going.id} ${going.reason}`;
  return `${counted.length} of ${total} instances launched`;
}
