import {
  type AutoScalingGroup,
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  type InstanceRefresh,
  StartInstanceRefreshCommand,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../aws/errors.ts";
import { consistencyDeadline, retry } from "../aws/retry.ts";
import { type Probe, waitFor } from "../engine/wait.ts";
import {
  lookAtGroup,
  type Rollout,
  sameTemplate,
  type TemplateVersion,
  templateOf,
  templatesRunning,
} from "./auto-scaling-group-live.ts";
import type { ResourceContext } from "./context.ts";
import { heldWords, watchHooks } from "./lifecycle-hooks.ts";
import { type Hold, holdOf, rolloutFailure } from "./rollout-failure.ts";
import { blockedError, blocking } from "./scaling-processes.ts";

/** AWS itself gives up on an instance refresh after an hour without progress ("Instance refresh", User Guide). */
const rolloutDeadline = 3 * 60 * 60_000;

/**
 * Brings every instance to the template's version, by an instance refresh that is followed to its
 * end. The group's own template changes only when it succeeds: editing it first would make AWS
 * roll back to the version that fails.
 *
 * Servers that somebody has set apart stay as they are: what is protected from scale-in may do work
 * that must not be cut off, and what is on standby is somebody's to look at. The plan names them.
 *
 * @throws OutsideError when it fails, in AWS's words, once it has rolled back; at once where it needs a
 * process that is suspended.
 */
export async function rollOut(
  context: ResourceContext,
  groupName: string,
  target: TemplateVersion,
  rollout: Rollout,
): Promise<void> {
  await lookUnblocked(context, groupName);
  const underWay = await refreshUnderWay(context, groupName);
  if (underWay !== undefined && aimsAt(underWay, target)) {
    return follow(context, groupName, underWay.InstanceRefreshId ?? "");
  }
  if (underWay !== undefined) await makeWay(context, groupName, underWay);
  const group = await lookAtGroup(context, groupName);
  // What another refresh has launched may not be in sight yet: only without one is this enough.
  if (
    underWay === undefined &&
    group?.LaunchTemplate !== undefined &&
    templatesRunning(group).every((one) => sameTemplate(one, target))
  )
    return;
  const goesBack = rollout.rollback && group !== undefined && canGoBack(group, target);
  const id = await start(context, groupName, target, { ...rollout, rollback: goesBack });
  return follow(context, groupName, id);
}

/**
 * Replaces every instance, whatever it was launched from, by an instance refresh that is followed to its
 * end. One that is under way replaces them as well.
 */
export async function replaceAll(
  context: ResourceContext,
  groupName: string,
  rollout: Rollout,
): Promise<void> {
  await lookUnblocked(context, groupName);
  const underWay = await refreshUnderWay(context, groupName);
  const id = underWay?.InstanceRefreshId ?? (await start(context, groupName, undefined, rollout));
  return follow(context, groupName, id);
}

/** @throws OutsideError when a process that a rollout needs is suspended. */
async function lookUnblocked(
  context: ResourceContext,
  groupName: string,
): Promise<AutoScalingGroup | undefined> {
  const group = await lookAtGroup(context, groupName);
  const blocked = group === undefined ? [] : blocking(group, "roll-out");
  if (blocked.length === 0) return group;
  const place = { group: groupName, region: await context.clients.region() };
  throw blockedError(`the rollout of ${groupName}`, blocked, place);
}

async function start(
  context: ResourceContext,
  groupName: string,
  target: TemplateVersion | undefined,
  rollout: Rollout,
): Promise<string> {
  const command = new StartInstanceRefreshCommand({
    AutoScalingGroupName: groupName,
    Strategy: "Rolling",
    ...(target && {
      DesiredConfiguration: {
        LaunchTemplate: { LaunchTemplateId: target.id, Version: target.version },
      },
    }),
    Preferences: {
      MinHealthyPercentage: rollout.minHealthy,
      MaxHealthyPercentage: rollout.maxHealthy,
      InstanceWarmup: rollout.warmup,
      // An interrupted rollout leaves instances that are as wanted already.
      SkipMatching: target !== undefined,
      // Without these, AWS waits an hour for a person, and then the rollout fails as a whole.
      ScaleInProtectedInstances: "Ignore",
      StandbyInstances: "Ignore",
      // Without a configuration of its own there is nothing to go back to.
      AutoRollback: target !== undefined && rollout.rollback,
    },
  });
  try {
    const { InstanceRefreshId } = await retry(() => context.clients.autoScaling.send(command), {
      while: ["not-found"],
      reason: "Auto Scaling does not know the new template version yet",
      deadline: consistencyDeadline,
      context,
    });
    return InstanceRefreshId ?? "";
  } catch (error) {
    if (!isAwsError(error) || !error.code.startsWith("InstanceRefreshInProgress")) throw error;
    // Another apply was faster, or the answer to our own call was lost.
    const underWay = await refreshUnderWay(context, groupName);
    if (underWay === undefined || (target && !aimsAt(underWay, target))) throw error;
    return underWay.InstanceRefreshId ?? "";
  }
}

/** To an explicit version only (a person may have set `$Latest`), and to something else than what is wanted. */
function canGoBack(group: AutoScalingGroup, target: TemplateVersion): boolean {
  const current = templateOf(group);
  const differs = group.LaunchTemplate === undefined || !sameTemplate(current, target);
  return /^\d+$/.test(current.version) && differs;
}

function follow(context: ResourceContext, groupName: string, id: string): Promise<void> {
  let status = "";
  let hold: Hold | undefined;
  const hooks = watchHooks(context, groupName);
  return waitFor({
    what: `the rollout ${id}`,
    deadline: rolloutDeadline,
    pace: 10_000,
    context,
    remedy: "Run the same command again: it goes on following the rollout.",
    probe: async (): Promise<Probe<void>> => {
      const refresh = await describeRefresh(context, groupName, id);
      if (refresh === undefined) return { pending: "the rollout is not visible yet" };
      status = refresh.Status ?? "";
      if (status === "Successful") return { done: undefined };
      if (hasEnded(refresh)) throw await rolloutFailure(context, groupName, refresh, hold);
      const group = await lookUnblocked(context, groupName);
      const members = group === undefined ? [] : await hooks.held(group);
      const [held] = members;
      await hooks.stopIfStuck(members, `the rollout ${id}`);
      // What is held while AWS goes back is not why it does.
      if (!status.startsWith("Rollback")) hold = holdOf(held, hold, context.clock.now());
      const why = held === undefined ? refresh.StatusReason : `${held.id} ${heldWords(held)}`;
      const pending = [statusWords[status] ?? status, why].filter(Boolean);
      return {
        pending: pending.join(": "),
        progress: { done: refresh.PercentageComplete ?? 0, total: 100 },
      };
    },
  });
}

const statusWords: Readonly<Record<string, string>> = {
  Pending: "the rollout is about to start",
  InProgress: "rolling out",
  Baking: "rolled out, watching",
  Cancelling: "the rollout is being cancelled",
  RollbackInProgress: "rolling back",
};

const ended = new Set([
  "Successful",
  "Failed",
  "Cancelled",
  "RollbackFailed",
  "RollbackSuccessful",
]);

/** Whether AWS has nothing left to do for it. */
export function hasEnded(refresh: InstanceRefresh): boolean {
  return ended.has(refresh.Status ?? "");
}

/** Another target's refresh is cancelled: its outcome is no longer wanted. One that rolls back is waited for. */
async function makeWay(
  context: ResourceContext,
  groupName: string,
  refresh: InstanceRefresh,
): Promise<void> {
  const id = refresh.InstanceRefreshId ?? "";
  if (["Pending", "InProgress", "Baking"].includes(refresh.Status ?? "")) {
    context.report.progress(`cancelling the rollout ${id}, which aims at something else`);
    try {
      await context.clients.autoScaling.send(
        new CancelInstanceRefreshCommand({ AutoScalingGroupName: groupName }),
      );
    } catch (error) {
      if (!isAwsError(error, "not-found")) throw error; // it has just ended
    }
  }
  const hooks = watchHooks(context, groupName);
  await waitFor({
    what: `the earlier rollout ${id} to end`,
    deadline: rolloutDeadline,
    pace: 10_000,
    context,
    remedy: "Run the same command again.",
    probe: async (): Promise<Probe<void>> => {
      const now = await describeRefresh(context, groupName, id);
      if (now === undefined || hasEnded(now)) return { done: undefined };
      const group = await lookAtGroup(context, groupName);
      const members = group === undefined ? [] : await hooks.held(group);
      await hooks.stopIfStuck(members, `the end of the earlier rollout ${id}`);
      const [held] = members;
      const why = held === undefined ? "" : `: ${held.id} ${heldWords(held)}`;
      return { pending: `an earlier rollout is ${now.Status}${why}` };
    },
  });
}

/** The newest is told first, and no other can start while it is under way. */
async function refreshUnderWay(
  context: ResourceContext,
  groupName: string,
): Promise<InstanceRefresh | undefined> {
  const refresh = await latestRefresh(context, groupName);
  return refresh === undefined || hasEnded(refresh) ? undefined : refresh;
}

/** The group's newest instance refresh, under way or ended. AWS forgets refreshes after six weeks. */
export async function latestRefresh(
  context: ResourceContext,
  groupName: string,
): Promise<InstanceRefresh | undefined> {
  const { InstanceRefreshes } = await context.clients.autoScaling.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: groupName, MaxRecords: 1 }),
  );
  return InstanceRefreshes?.[0];
}

async function describeRefresh(
  context: ResourceContext,
  groupName: string,
  id: string,
): Promise<InstanceRefresh | undefined> {
  const { InstanceRefreshes } = await context.clients.autoScaling.send(
    new DescribeInstanceRefreshesCommand({
      AutoScalingGroupName: groupName,
      InstanceRefreshIds: [id],
    }),
  );
  return InstanceRefreshes?.[0];
}

function aimsAt(refresh: InstanceRefresh, target: TemplateVersion): boolean {
  const { LaunchTemplateId: id = "", Version: version = "" } =
    refresh.DesiredConfiguration?.LaunchTemplate ?? {};
  const leaving = refresh.Status === "Cancelling" || refresh.Status?.startsWith("Rollback");
  return !leaving && sameTemplate({ id, version }, target);
}
