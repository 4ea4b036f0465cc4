import {
  type AutoScalingGroup,
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  type InstanceRefresh,
  StartInstanceRefreshCommand,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { Rollout } from "./fields.ts";
import { heldWords, watchHooks } from "./lifecycle-hooks.ts";
import { lookAtGroup } from "./look-ups.ts";
import {
  type LaunchSource,
  launchesFrom,
  launchParameters,
  leavesSpot,
} from "./mixed-instances.ts";
import { registerMissing } from "./registering.ts";
import { watchable } from "./rollout-alarms.ts";
import { type HookHold, holdOf, rolloutFailure } from "./rollout-failure.ts";
import { sameTemplate, templateOf, templatesRunning } from "./running-templates.ts";
import { blockedError, blocking } from "./scaling-processes.ts";

/**
 * AWS itself gives up on an instance refresh after an hour without progress ("Instance refresh",
 * User Guide).
 */
const rolloutDeadline = 3 * 60 * 60_000;

/**
 * Replaces every instance that does not run the template's version, or is of no wanted type, with an instance refresh, and
 * waits for it to finish. The group's own template changes only when the refresh succeeds. Changing
 * it first would make AWS roll back to the failing version.
 *
 * Protected servers and servers on standby are skipped: the former may do work that must not be
 * interrupted, the latter may be under examination. The plan names them.
 *
 * @throws OutsideError when the refresh fails, after the rollback, with AWS's reason; at once if it
 *   needs a suspended process.
 */
export async function rollOut(
  context: ResourceContext,
  groupName: string,
  target: LaunchSource,
  rollout: Rollout,
): Promise<void> {
  await lookUnblocked(context, groupName);
  const underWay = await refreshUnderWay(context, groupName);
  if (underWay !== undefined && aimsAt(underWay, target)) {
    // It would wait an hour for a server that was launched while the registration was suspended.
    await registerMissing(context, groupName);
    return follow(context, groupName, underWay.InstanceRefreshId ?? "", rollout);
  }
  if (underWay !== undefined) await makeWay(context, groupName, underWay);
  const group = await lookAtGroup(context, groupName);
  // Instances of a refresh in progress may not be visible yet, so this is enough only without one.
  if (
    underWay === undefined &&
    group !== undefined &&
    launchesFrom(group, target) &&
    templatesRunning(group).every((one) => sameTemplate(one, target.template))
  )
    return;
  const goesBack = rollout.rollback && group !== undefined && canGoBack(group, target);
  const alarms = await watchable(context, rollout.alarms ?? []);
  const watching = { ...rollout, rollback: goesBack, alarms };
  const id = await start(context, groupName, target, watching, group);
  return follow(context, groupName, id, rollout);
}

/**
 * Replaces every instance, whatever it was launched from, with an instance refresh, and waits
 * until it ends. A refresh in progress serves as well.
 */
export async function replaceAll(
  context: ResourceContext,
  groupName: string,
  rollout: Rollout,
): Promise<void> {
  await lookUnblocked(context, groupName);
  const underWay = await refreshUnderWay(context, groupName);
  // The same servers in other places: no new version has to prove itself.
  const { alarms: _, bake: __, ...moving } = rollout;
  const id = underWay?.InstanceRefreshId ?? (await start(context, groupName, undefined, moving));
  return follow(context, groupName, id, moving);
}

/** @throws OutsideError if a process that a rollout needs is suspended. */
async function lookUnblocked(
  context: ResourceContext,
  groupName: string,
): Promise<AutoScalingGroup | undefined> {
  const group = await lookAtGroup(context, groupName);
  const blocked = group === undefined ? [] : blocking(group, "roll-out");
  if (blocked.length === 0) return group;
  const place = { group: groupName, region: await context.clients.region() };
  throw blockedError(`the rollout of ${groupName} has to replace instances`, blocked, place);
}

async function start(
  context: ResourceContext,
  groupName: string,
  target: LaunchSource | undefined,
  rollout: Rollout,
  before?: AutoScalingGroup,
): Promise<string> {
  const { alarms = [], bake = 0 } = rollout;
  const command = new StartInstanceRefreshCommand({
    AutoScalingGroupName: groupName,
    Strategy: "Rolling",
    ...(target && { DesiredConfiguration: launchParameters(target, before) }),
    Preferences: {
      MinHealthyPercentage: rollout.minHealthy,
      MaxHealthyPercentage: rollout.maxHealthy,
      InstanceWarmup: rollout.warmup,
      // After an interrupted rollout, some instances match already. To AWS, a Spot Instance matches if its type and
      // version do.
      SkipMatching: target !== undefined && !leavesSpot(before, target),
      // Without these settings, AWS waits an hour for somebody to act, and then the whole rollout
      // fails.
      ScaleInProtectedInstances: "Ignore",
      StandbyInstances: "Ignore",
      // Without a desired configuration, there is nothing to roll back to.
      AutoRollback: target !== undefined && rollout.rollback,
      ...(alarms.length > 0 && { AlarmSpecification: { Alarms: [...alarms] } }),
      ...(bake > 0 && { BakeTime: bake }),
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
    // Another apply was faster, or the response to our own call was lost.
    const underWay = await refreshUnderWay(context, groupName);
    if (underWay === undefined || (target && !aimsAt(underWay, target))) throw error;
    return underWay.InstanceRefreshId ?? "";
  }
}

/**
 * Whether AWS can roll back: only to a numbered version (not `$Latest`) that differs from the
 * target.
 */
function canGoBack(group: AutoScalingGroup, target: LaunchSource): boolean {
  const current = templateOf(group);
  const differs = !launchesFrom(group, target);
  return /^\d+$/.test(current.version) && differs;
}

function follow(
  context: ResourceContext,
  groupName: string,
  id: string,
  { bake = 0 }: Rollout,
): Promise<void> {
  let status = "";
  let hold: HookHold | undefined;
  const hooks = watchHooks(context, groupName);
  return waitFor({
    what: `the rollout ${id}`,
    deadline: rolloutDeadline + bake * 1000,
    pace: 10_000,
    context,
    remedy: "The rollout continues in AWS. Run the same command again to follow it.",
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
      // A hold during the rollback did not cause the failure.
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
  Pending: "the rollout is pending",
  InProgress: "rolling out",
  Baking: "rolled out; AWS is monitoring the new instances",
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

/** Cancels a refresh with another target, or waits for its rollback. */
async function makeWay(
  context: ResourceContext,
  groupName: string,
  refresh: InstanceRefresh,
): Promise<void> {
  const id = refresh.InstanceRefreshId ?? "";
  if (["Pending", "InProgress", "Baking"].includes(refresh.Status ?? "")) {
    context.report.progress(`cancelling the rollout ${id}, which has another target`);
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

/** The refresh in progress. AWS lists the newest first, and allows one at a time. */
async function refreshUnderWay(
  context: ResourceContext,
  groupName: string,
): Promise<InstanceRefresh | undefined> {
  const refresh = await latestRefresh(context, groupName);
  return refresh === undefined || hasEnded(refresh) ? undefined : refresh;
}

/** The group's newest instance refresh, in progress or ended. AWS forgets refreshes after six weeks. */
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

function aimsAt(refresh: InstanceRefresh, target: LaunchSource): boolean {
  const leaving = refresh.Status === "Cancelling" || refresh.Status?.startsWith("Rollback");
  return !leaving && launchesFrom(refresh.DesiredConfiguration ?? {}, target);
}
