import { decodeCommand } from "../../aws/denial.ts";
import {
  blockedRemedy,
  capacityRemedy,
  groupKeyRemedy,
  keyProblem,
  pendingVerificationRemedy,
  processorQuotaRemedy,
} from "../../aws/remedies.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { ResourceContext } from "../shared/context.ts";
import { launchHooksRemedy } from "./lifecycle-hooks.ts";
import { activityLines, type ScalingActivity, scalingActivities } from "./scaling-activities.ts";

/**
 * After three failed launches in a row, the next one will fail, too. The group itself never gives
 * up.
 */
const failuresInARow = 3;

/**
 * Milliseconds. A group launches in all its zones within a second, and a failed attempt fails once per
 * zone. The group retries after 15 seconds at the earliest, and with growing pauses.
 */
const oneAttempt = 10_000;

/**
 * The first group of an account creates the service-linked role. Launches fail until all of AWS knows
 * the role. Auto Scaling retries a minute later, and succeeds.
 */
const roleNotKnownYet = /attempting to assume role/i;

/** A lifecycle hook ended the launch: "Instance failed to complete user's Lifecycle Action". */
const abandoned = /Lifecycle Action/i;

function isFailedLaunch({ isLaunch, status, words }: ScalingActivity): boolean {
  return isLaunch && (status === "Failed" || (status === "Cancelled" && abandoned.test(words)));
}

/** With any other status, an activity is in progress ("Activity", API reference). */
function hasEnded({ status }: ScalingActivity): boolean {
  return ["Successful", "Failed", "Cancelled"].includes(status);
}

/** What to do about failed launches. */
export interface LaunchRemedy {
  readonly remedy: string;
  /** Whether AWS has no room for more servers: a quota or a lack of capacity. */
  readonly isForRoom: boolean;
  /** Whether a lifecycle hook abandoned the launches. */
  readonly isForHook: boolean;
}

/** The remedy for the last failed launch. Undefined if none failed, or its message is unknown. */
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

/**
 * The remedy for the last failed launch during a wait, whatever its message. Undefined if none
 * failed.
 */
export async function waitingLaunchRemedy(
  context: ResourceContext,
  group: string,
  activities: readonly ScalingActivity[],
): Promise<LaunchRemedy | undefined> {
  const failed = activities.find(isFailedLaunch);
  return failed === undefined ? undefined : anyRemedy(context, group, failed);
}

async function anyRemedy(
  context: ResourceContext,
  group: string,
  { words, encoded }: Pick<ScalingActivity, "words" | "encoded">,
): Promise<LaunchRemedy> {
  const known = (await knownRemedy(context, group, words)) ?? {
    remedy: "Correct what AWS's message names, then apply again.",
    isForRoom: false,
    isForHook: false,
  };
  // A hook's command stays at the end, ready to copy.
  if (known.isForHook) return known;
  const decode = encoded === undefined ? "" : `\n${decodeCommand(encoded)}`;
  return { ...known, remedy: `${known.remedy} The group keeps retrying until then.${decode}` };
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [
    roleNotKnownYet,
    "Apply again in a few minutes. If the error persists, check in the IAM console whether the role in AWS's message exists; aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com creates it.",
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
    'Request a higher quota ("Service Quotas" in the AWS console), or choose another instance type or fewer instances.',
  ],
  [
    /sufficient (?:(?!sufficient ).)*capacity|unable to fulfill capacity|not supported in your requested Availability Zone/i,
    capacityRemedy,
  ],
];

/**
 * Throws when the group's launches fail repeatedly. Failures before the first poll do not count: their
 * cause may be gone, with the group only backing off.
 */
export function watchLaunches(context: ResourceContext, name: string): () => Promise<void> {
  let earlier: ReadonlySet<string> | undefined;
  return async () => {
    const activities = await scalingActivities(context, name);
    earlier ??= new Set(activities.filter(hasEnded).map(({ id }) => id));
    const recent = activities.filter(({ id }) => !earlier?.has(id));
    const last = attemptsOf(recent).slice(-failuresInARow);
    if (last.length < failuresInARow || !last.flat().every(isFailedLaunch)) return;
    const failed = last.at(-1)?.at(-1) ?? { words: "" };
    const { remedy } = await anyRemedy(context, name, failed);
    throw new OutsideError(
      `the group ${name} cannot launch instances: ${failed.words}${activityLines(recent)}`,
      {
        code: "ScalingActivityFailed",
        operation: "autoscaling:DescribeScalingActivities",
        remedy,
      },
    );
  };
}

/**
 * Groups the launches by attempt, oldest first. An attempt that works in one zone and fails in another
 * has not failed.
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
  // An attempt still in progress, perhaps held by a hook, has no result yet.
  return attempts.filter((attempt) => attempt.some(hasEnded));
}
