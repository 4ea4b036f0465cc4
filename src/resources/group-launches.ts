import {
  blockedRemedy,
  capacityRemedy,
  groupKeyRemedy,
  keyProblem,
  pendingVerificationRemedy,
  processorQuotaRemedy,
} from "../aws/remedies.ts";
import { OutsideError } from "../engine/errors.ts";
import type { ResourceContext } from "./context.ts";
import { activityLines, type ScalingActivity, scalingActivities } from "./instance-health.ts";
import { launchHooksRemedy } from "./lifecycle-hooks.ts";

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

/** A lifecycle hook ended the launch: "Instance failed to complete user's Lifecycle Action". */
const abandoned = /Lifecycle Action/i;

function isFailedLaunch({ isLaunch, status, words }: ScalingActivity): boolean {
  return isLaunch && (status === "Failed" || (status === "Cancelled" && abandoned.test(words)));
}

/** Of all the other statuses an activity goes on ("Activity", API reference). */
function hasEnded({ status }: ScalingActivity): boolean {
  return ["Successful", "Failed", "Cancelled"].includes(status);
}

/** What to do about launches that fail. */
export interface LaunchRemedy {
  readonly remedy: string;
  /** Whether there is no room for more servers. */
  readonly isForRoom: boolean;
  /** Whether a lifecycle hook ends the launches. */
  readonly isForHook: boolean;
}

/** For the last launch that failed; undefined without one, or where its words have no form. */
export async function failedLaunchRemedy(
  context: ResourceContext,
  group: string,
  activities: readonly ScalingActivity[],
): Promise<LaunchRemedy | undefined> {
  const failed = activities.find(isFailedLaunch);
  return failed === undefined ? undefined : knownRemedy(context, group, failed.words);
}

async function knownRemedy(
  context: ResourceContext,
  group: string,
  words: string,
): Promise<LaunchRemedy | undefined> {
  if (abandoned.test(words)) {
    return {
      remedy: await launchHooksRemedy(context, group),
      isForRoom: false,
      isForHook: true,
    };
  }
  const remedy = remedies.find(([pattern]) => pattern.test(words))?.[1];
  const roomRemedy = roomRemedies.find(([pattern]) => pattern.test(words))?.[1];
  const found = remedy ?? roomRemedy;
  return found === undefined
    ? undefined
    : { remedy: found, isForRoom: remedy === undefined, isForHook: false };
}

/** For the last launch that failed while the group is waited for, whatever its words; undefined without one. */
export async function waitingLaunchRemedy(
  context: ResourceContext,
  group: string,
  activities: readonly ScalingActivity[],
): Promise<LaunchRemedy | undefined> {
  const failed = activities.find(isFailedLaunch);
  return failed === undefined ? undefined : anyRemedy(context, group, failed.words);
}

async function anyRemedy(
  context: ResourceContext,
  group: string,
  words: string,
): Promise<LaunchRemedy> {
  const known = (await knownRemedy(context, group, words)) ?? {
    remedy: "Do what AWS's words ask for, and apply again.",
    isForRoom: false,
    isForHook: false,
  };
  // The command for a hook stays the last, to be copied.
  return known.isForHook
    ? known
    : { ...known, remedy: `${known.remedy} The group goes on trying meanwhile.` };
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    roleNotKnownYet,
    "Apply again in some minutes. If it stays so, see in the IAM console whether the role that the words name is there: aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com makes it.",
  ],
  // "Troubleshoot instance launch failures", Auto Scaling User Guide, for an encrypted disk.
  [keyProblem, groupKeyRemedy],
  [/currently being verified|PendingVerification/i, pendingVerificationRemedy],
  [/\bcurrently blocked\b/i, blockedRemedy],
];

/** Of launches that the region, the zone or the account has no room for. */
const roomRemedies: readonly (readonly [RegExp, string])[] = [
  [/\bvCPU limit\b/i, processorQuotaRemedy],
  [
    /\blimit\b|quota/i,
    'Ask for a higher quota ("Service Quotas" in the AWS console), or choose another instance type or fewer instances.',
  ],
  [
    /sufficient (?:(?!sufficient ).)*capacity|not supported in your requested Availability Zone/i,
    capacityRemedy,
  ],
];

/**
 * Tells when the group's launches fail again and again. Failures of before the first look do not
 * count: their reason may have gone, and the group is only backing off.
 */
export function watchLaunches(context: ResourceContext, name: string): () => Promise<void> {
  let earlier: ReadonlySet<string> | undefined;
  return async () => {
    const activities = await scalingActivities(context, name);
    earlier ??= new Set(activities.filter(hasEnded).map(({ id }) => id));
    const recent = activities.filter(({ id }) => !earlier?.has(id));
    const last = attemptsOf(recent).slice(-failuresInARow);
    if (last.length < failuresInARow || !last.flat().every(isFailedLaunch)) return;
    const words = last.at(-1)?.at(-1)?.words ?? "";
    const { remedy } = await anyRemedy(context, name, words);
    throw new OutsideError(
      `the group ${name} cannot launch instances: ${words}${activityLines(recent)}`,
      {
        code: "ScalingActivityFailed",
        operation: "autoscaling:DescribeScalingActivities",
        remedy,
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
  // One that is all under way, held by a hook perhaps, has told nothing yet.
  return attempts.filter((attempt) => attempt.some(hasEnded));
}
