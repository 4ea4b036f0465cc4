import type { InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../../engine/errors.ts";
import type { ResourceContext } from "../shared/context.ts";
import { failedLaunchRemedy } from "./launches.ts";
import { type HeldMember, heldMembers, heldRemedy, hooksRemedy } from "./lifecycle-hooks.ts";
import { lookAtGroup } from "./look-ups.ts";
import { activityLines, type ScalingActivity, scalingActivities } from "./scaling-activities.ts";

/**
 * A member that a hook holds, with the times of the first and last poll that saw it, in
 * milliseconds.
 */
export interface HookHold {
  readonly member: HeldMember;
  readonly since: number;
  readonly until: number;
}

/**
 * AWS gives up after an hour without progress. A hook that held a server for ten minutes of it is
 * the likely cause.
 */
const longHold = 10 * 60_000;

/** The hold after this poll: continued, new, or undefined if none. */
export function holdOf(
  member: HeldMember | undefined,
  before: HookHold | undefined,
  now: number,
): HookHold | undefined {
  if (member === undefined) return undefined;
  const since = before?.member.id === member.id ? before.since : now;
  return { member, since, until: now };
}

const endWords: Readonly<Record<string, string>> = {
  Failed: "the rollout failed",
  Cancelled: "somebody cancelled the rollout",
  RollbackSuccessful: "the rollout failed, and AWS rolled all instances back",
  RollbackFailed: "the rollout failed, and so did the rollback",
};

/** The error for a failed instance refresh: AWS's reason, and what to do about it. */
export async function rolloutFailure(
  context: ResourceContext,
  groupName: string,
  refresh: InstanceRefresh,
  hold: HookHold | undefined,
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
        : (alarmRemedy(reasons.join()) ??
          (await holdRemedy(context, groupName, hold)) ??
          (await launchRemedy(context, groupName, ofRollout)) ??
          sickRemedy),
  });
}

const cancelledRemedy =
  "Another apply of this stack, or a person, cancelled it. Decide which stack file is right, then apply that one.";

/** AWS names the alarm in its reason. */
function alarmRemedy(reasons: string): string | undefined {
  return /\balarm\b/i.test(reasons)
    ? "An alarm of the stack entered the state ALARM during the rollout. Find out what the new version does otherwise, correct that, then apply again. To roll it out in spite of the alarm, write rollout: { alarms: false } under scaling for this apply."
    : undefined;
}

const sickRemedy =
  "Find out why the new instances are not healthy (image, application or rules). Correct that, then apply again.";

/**
 * The remedy if new servers could not be launched, so that nothing is wrong with the servers
 * themselves.
 */
async function launchRemedy(
  context: ResourceContext,
  group: string,
  activities: readonly ScalingActivity[],
): Promise<string | undefined> {
  const failed = await failedLaunchRemedy(context, group, activities);
  return failed?.isForRoom
    ? `${failed.remedy} Or let the rollout run without extra servers: set scaling.rollout.maxHealthy to 100 and minHealthy below 100. Then apply again.`
    : failed?.remedy;
}

/** The remedy for a hook that held a server until the rollout failed. */
async function holdRemedy(
  context: ResourceContext,
  groupName: string,
  hold: HookHold | undefined,
): Promise<string | undefined> {
  if (hold === undefined || hold.until - hold.since < longHold) return undefined;
  const place = { group: groupName, region: await context.clients.region() };
  const group = await lookAtGroup(context, groupName);
  const now = group === undefined ? [] : await heldMembers(context, group);
  const still = now.find(({ id }) => id === hold.member.id);
  return still === undefined ? hooksRemedy(hold.member.hooks, place) : heldRemedy(still, place);
}
