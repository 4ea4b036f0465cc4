import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../engine/errors.ts";
import { type Probe, waitFor } from "../engine/wait.ts";
import type { ResourceContext } from "./context.ts";
import {
  activityLines,
  type InstanceHealth,
  instanceHealth,
  registrations,
  type ScalingActivity,
  scalingActivities,
} from "./instance-health.ts";

/**
 * From launch to in service takes two or three minutes; a quarter of an hour beyond the grace
 * period leaves room for instances that are replaced on the way.
 */
const healthyDeadline = 15 * 60_000;

/** A launch that fails thrice in a row will fail again: the group itself never gives up. */
const failuresInARow = 3;

/**
 * Milliseconds. A group launches in all its zones within a second, and one failure is that of each
 * zone; it tries again no sooner than a quarter of a minute later, and ever more seldom.
 */
const oneAttempt = 10_000;

/**
 * The first group of an account comes with the role that launches for it, and launches are refused
 * until all of AWS knows the role: Auto Scaling itself tries again a minute later, with success.
 */
const roleNotKnownYet = /attempting to assume role/i;

/** Waits until the group has as many healthy instances as it wants, and none it does not want. */
export async function waitUntilHealthy(
  context: ResourceContext,
  name: string,
  graceSeconds: number,
  look: () => Promise<AutoScalingGroup | undefined>,
): Promise<AutoScalingGroup> {
  const stopIfHopeless = watchLaunches(context, name);
  let instances: readonly InstanceHealth[] = [];
  let total = 0;
  try {
    return await waitFor({
      what: `every instance of ${name} to be in service`,
      deadline: healthyDeadline + graceSeconds * 1000,
      pace: 5_000,
      context,
      probe: async (): Promise<Probe<AutoScalingGroup>> => {
        const group = await look();
        if (group === undefined) return { pending: "the group is not visible yet" };
        instances = instanceHealth(group, await registrations(context, group));
        total = group.DesiredCapacity ?? 0;
        const done = instances.filter(({ healthy }) => healthy).length;
        if (done >= total && instances.length === done) return { done: group };
        if (instances.length < total) await stopIfHopeless();
        return { pending: waitingWords(instances, total), progress: { done, total } };
      },
    });
  } catch (error) {
    if (!(error instanceof OutsideError) || error.code !== undefined) throw error;
    const states = instances.map((each) => `\n  ${each.id}: ${each.reason || "in service"}`);
    const activities = await scalingActivities(context, name);
    throw new OutsideError(`${error.message}${states.join("")}${activityLines(activities)}`, {
      remedy: remedyFor(instances, total, activities),
      cause: error,
    });
  }
}

const waitAgain = "Run the same command again: it goes on waiting.";

function remedyFor(
  instances: readonly InstanceHealth[],
  total: number,
  activities: readonly ScalingActivity[],
): string {
  // Nothing is wrong with those that serve: others are still on their way out.
  if (instances.filter(({ healthy }) => healthy).length >= total) return waitAgain;
  if (instances.length >= total) {
    return "Look at the application's log on an instance (or its console output), correct the image or the rules, and apply again.";
  }
  const failed = activities.find(isFailedLaunch);
  return failed === undefined ? waitAgain : launchRemedy(failed.words);
}

function isFailedLaunch({ isLaunch, status }: ScalingActivity): boolean {
  return isLaunch && status === "Failed";
}

/** What to do about a launch that failed, as far as AWS's words have a form. */
function launchRemedy(words: string): string {
  const [, remedy] = remedies.find(([pattern]) => pattern.test(words)) ?? [];
  return `${remedy ?? "Do what AWS's words ask for, and apply again."} The group goes on trying meanwhile.`;
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    roleNotKnownYet,
    "Apply again in some minutes. If it stays so, see in the IAM console whether the role that the words name is there: aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com makes it.",
  ],
  [
    /\blimit\b|quota/i,
    'Ask for a higher quota ("Service Quotas" in the AWS console), or choose another instance type or fewer instances.',
  ],
  [
    /sufficient .*capacity|not supported in your requested Availability Zone/i,
    "Choose another instance type, or other availability zones (network.zones), or try again later.",
  ],
];

function waitingWords(instances: readonly InstanceHealth[], total: number): string {
  const [first] = instances.filter(({ healthy }) => !healthy);
  if (first !== undefined) return `${first.id} ${first.reason}`;
  return `${instances.length} of ${total} instances launched`;
}

/**
 * Tells when the group's launches fail again and again. Failures of before the first look do not
 * count: their reason may have gone, and the group is only backing off.
 */
function watchLaunches(context: ResourceContext, name: string): () => Promise<void> {
  let earlier: ReadonlySet<string> | undefined;
  return async () => {
    const activities = await scalingActivities(context, name);
    earlier ??= new Set(activities.map(({ id }) => id));
    const recent = activities.filter(({ id }) => !earlier?.has(id));
    const last = attemptsOf(recent).slice(-failuresInARow);
    if (last.length < failuresInARow || !last.flat().every(isFailedLaunch)) return;
    const words = last.at(-1)?.at(-1)?.words ?? "";
    throw new OutsideError(
      `the group ${name} cannot launch instances: ${words}${activityLines(recent)}`,
      {
        code: "ScalingActivityFailed",
        operation: "autoscaling:DescribeScalingActivities",
        remedy: launchRemedy(words),
      },
    );
  };
}

/**
 * The launches that tell something, the oldest first, by what began together: where one zone works
 * and another does not, the attempt has not failed.
 */
function attemptsOf(activities: readonly ScalingActivity[]): ScalingActivity[][] {
  const attempts: ScalingActivity[][] = [];
  const telling = activities
    .filter(({ isLaunch, words }) => isLaunch && !roleNotKnownYet.test(words))
    .sort((one, other) => one.startedAt - other.startedAt);
  for (const each of telling) {
    const last = attempts.at(-1);
    const began = last?.[0]?.startedAt ?? Number.NEGATIVE_INFINITY;
    if (last !== undefined && each.startedAt - began < oneAttempt) last.push(each);
    else attempts.push([each]);
  }
  return attempts;
}
