import type { InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../engine/errors.ts";
import { lookAtGroup } from "./auto-scaling-group-live.ts";
import type { ResourceContext } from "./context.ts";
import { failedLaunchRemedy } from "./group-launches.ts";
import { activityLines, type ScalingActivity, scalingActivities } from "./instance-health.ts";
import { type HeldMember, heldMembers, heldRemedy, hooksRemedy } from "./lifecycle-hooks.ts";

/** A member that a hook holds, and from when to when that was seen, in milliseconds. */
export interface Hold {
  readonly member: HeldMember;
  readonly since: number;
  readonly until: number;
}

/** AWS gives up after an hour without progress: what has held a server for some minutes of it is the reason. */
const longHold = 10 * 60_000;

/** The hold that goes on, or begins, or is over. */
export function holdOf(
  member: HeldMember | undefined,
  before: Hold | undefined,
  now: number,
): Hold | undefined {
  if (member === undefined) return undefined;
  const since = before?.member.id === member.id ? before.since : now;
  return { member, since, until: now };
}

const endWords: Readonly<Record<string, string>> = {
  Failed: "the rollout failed",
  Cancelled: "the rollout was cancelled by somebody",
  RollbackSuccessful: "the rollout failed, and every instance is back to what it was before",
  RollbackFailed: "the rollout failed, and so did going back",
};

/** The error that tells why a refresh ended, in AWS's words, and what to do about it. */
export async function rolloutFailure(
  context: ResourceContext,
  groupName: string,
  refresh: InstanceRefresh,
  hold: Hold | undefined,
): Promise<OutsideError> {
  const status = refresh.Status ?? "";
  const reasons = [refresh.RollbackDetails?.RollbackReason, refresh.StatusReason].filter(Boolean);
  const activities = await scalingActivities(context, groupName);
  const from = refresh.StartTime?.getTime() ?? 0;
  const ofRollout = activities.filter(({ startedAt }) => startedAt >= from);
  const said = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
  return new OutsideError(`${endWords[status] ?? status}${said}${activityLines(activities)}`, {
    code: `InstanceRefresh${status}`,
    operation: "autoscaling:StartInstanceRefresh",
    remedy:
      status === "Cancelled"
        ? cancelledRemedy
        : ((await holdRemedy(context, groupName, hold)) ??
          (await launchRemedy(context, groupName, ofRollout)) ??
          sickRemedy),
  });
}

const cancelledRemedy =
  "Another apply of this stack, or a person, stopped it. Decide which stack file is to hold, then apply that one.";

const sickRemedy =
  "Correct what keeps the new instances from being healthy (the image, the application, the rules), and apply again.";

/** The new servers could not be launched: not what they are is wrong. */
async function launchRemedy(
  context: ResourceContext,
  group: string,
  activities: readonly ScalingActivity[],
): Promise<string | undefined> {
  const failed = await failedLaunchRemedy(context, group, activities);
  return failed?.isForRoom
    ? `${failed.remedy} Or let the rollout do without more servers than there are: scaling.rollout with maxHealthy: 100 and minHealthy below it. Then apply again.`
    : failed?.remedy;
}

/** Of the hook that held a server until the rollout failed, for too long to be by the way. */
async function holdRemedy(
  context: ResourceContext,
  groupName: string,
  hold: Hold | undefined,
): Promise<string | undefined> {
  if (hold === undefined || hold.until - hold.since < longHold) return undefined;
  const place = { group: groupName, region: await context.clients.region() };
  const group = await lookAtGroup(context, groupName);
  const now = group === undefined ? [] : await heldMembers(context, group);
  const still = now.find(({ id }) => id === hold.member.id);
  return still === undefined ? hooksRemedy(hold.member.hooks, place) : heldRemedy(still, place);
}
