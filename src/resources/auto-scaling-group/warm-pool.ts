import {
  type AutoScalingGroup,
  DeleteWarmPoolCommand,
  PutWarmPoolCommand,
  type WarmPoolState,
} from "@aws-sdk/client-auto-scaling";
import { isAwsError } from "../../aws/errors.ts";
import { retry } from "../../aws/retry.ts";
import type { Note } from "../../engine/resource.ts";
import { untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { GroupUpdate, LiveGroup, WarmPool } from "./fields.ts";
import { lookAtGroup } from "./look-ups.ts";
import { forgetPart, recordedParts, recordPart } from "./recorded-parts.ts";

/** The stack's own warm pool. One that somebody else gave to the group stays. */
export function warmPoolOf(group: AutoScalingGroup): WarmPool | null {
  const { WarmPoolConfiguration: pool } = group;
  if (pool === undefined || pool.Status === "PendingDelete") return null;
  if (!recordedParts(group).includes("warm-pool")) return null;
  const { MinSize: min = 0, PoolState: state = "Stopped" } = pool;
  const { MaxGroupPreparedCapacity: most = -1, InstanceReusePolicy: reuse } = pool;
  const others = [
    ...(most === -1 ? [] : [`at most ${most} prepared`]),
    ...(reuse?.ReuseOnScaleIn === true ? ["servers return to it"] : []),
  ];
  return { min, state, ...(others.length > 0 && { other: others.join(", ") }) };
}

/** A pool that somebody else gave to the group. A group has one, so a stack file's pool takes its place. */
export function foreignPoolNotes(group: AutoScalingGroup): readonly Note[] {
  const { WarmPoolConfiguration: pool } = group;
  if (pool === undefined || pool.Status === "PendingDelete" || warmPoolOf(group) !== null)
    return [];
  return [
    {
      summary: `somebody gave the group a warm pool (at least ${pool.MinSize ?? 0}, ${pool.PoolState ?? "Stopped"}): the stack file's takes its place, and goes with the stack file`,
      remedy: "To leave it unchanged, remove warmPool from the stack file.",
      concerns: { fields: ["warmPool"] },
    },
  ];
}

/** Sets the warm pool, or deletes it with its servers. */
export async function setWarmPool({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  await putWarmPool(context, live.physicalName, fields.warmPool);
  return live;
}

/** @param group The name of a group that may already have the pool. */
export async function putWarmPool(
  context: ResourceContext,
  group: string,
  wanted: WarmPool | null,
): Promise<void> {
  const found = await lookAtGroup(context, group);
  if (found === undefined) return;
  if (wanted === null) {
    await deletePool(context, group);
    await forgetPart(context, found, "warm-pool");
    return;
  }
  await recordPart(context, found, "warm-pool");
  const command = new PutWarmPoolCommand({
    AutoScalingGroupName: group,
    MinSize: wanted.min,
    PoolState: wanted.state as WarmPoolState,
    // "To reset to the default, specify -1".
    MaxGroupPreparedCapacity: -1,
    InstanceReusePolicy: { ReuseOnScaleIn: false },
  });
  await patiently(context, () => context.clients.autoScaling.send(command));
  await untilSeen(
    context,
    `the warm pool of ${group}`,
    () => lookAtGroup(context, group),
    ({ WarmPoolConfiguration: pool }) =>
      pool?.MinSize === wanted.min && pool.PoolState === wanted.state
        ? undefined
        : "AWS does not show it yet",
  );
}

async function deletePool(context: ResourceContext, group: string): Promise<void> {
  const command = new DeleteWarmPoolCommand({ AutoScalingGroupName: group, ForceDelete: true });
  try {
    await patiently(context, () => context.clients.autoScaling.send(command));
  } catch (error) {
    // Somebody has deleted it. AWS has no error code for that.
    if (!isAwsError(error) || !/no warm pool found/i.test(error.message)) throw error;
  }
  await untilGone(
    context,
    `the warm pool of ${group}`,
    async () => {
      const { WarmPoolConfiguration: pool } = (await lookAtGroup(context, group)) ?? {};
      return pool === undefined ? undefined : "its servers are shutting down";
    },
    { deadline: poolDeadline, pace: 5_000 },
  );
}

/** "This operation can't be called during an instance refresh" ("PutWarmPool"). */
async function patiently(context: ResourceContext, call: () => Promise<unknown>): Promise<void> {
  await retry(call, {
    while: ["in-progress", "in-use"],
    reason: "a rollout or a scaling activity of the group is in progress",
    deadline: poolDeadline,
    context,
  });
}

/** A rollout of some servers ends within it, and so does the end of the pool's servers. */
const poolDeadline = 30 * 60_000;

/** The pool in words, for a plan. */
export function poolWords({ min, state, other }: WarmPool): string {
  return `at least ${min} ${state.toLowerCase()}${other === undefined ? "" : `, ${other}`}`;
}
