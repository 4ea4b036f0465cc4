import {
  type AutoScalingGroup,
  DescribeLifecycleHooksCommand,
  type LifecycleHook,
} from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../../engine/errors.ts";
import type { Note } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { isOwnHook } from "./group-hooks.ts";

/** A member that lifecycle hooks hold until they are completed or time out. */
export interface HeldMember {
  readonly id: string;
  /** `Pending:Wait` or `Terminating:Wait`. */
  readonly lifecycle: string;
  /** The hooks of that transition. AWS does not say which of several holds the instance. */
  readonly hooks: readonly LifecycleHook[];
}

/** The members that hooks hold. Makes no call if there are none. */
export async function heldMembers(
  context: ResourceContext,
  group: AutoScalingGroup,
): Promise<readonly HeldMember[]> {
  const waiting = (group.Instances ?? []).filter(({ LifecycleState = "" }) =>
    isHeld(LifecycleState),
  );
  if (waiting.length === 0) return [];
  const hooks = await describeHooks(context, group.AutoScalingGroupName ?? "");
  return waiting.map(({ InstanceId: id = "", LifecycleState: lifecycle = "" }) => {
    const transition = `autoscaling:EC2_INSTANCE_${lifecycle.startsWith("Pending") ? "LAUNCHING" : "TERMINATING"}`;
    return {
      id,
      lifecycle,
      hooks: hooks.filter(({ LifecycleTransition }) => LifecycleTransition === transition),
    };
  });
}

/**
 * Milliseconds that a hook may hold a server. Most hooks complete within minutes. One that never
 * completes holds the server for an hour by default. AWS gives up a rollout after an hour without
 * progress, so half of it leaves a person time to complete the hook.
 */
const longestHold = 30 * 60_000;

/**
 * A hook of the stack file may take as long as the file says. AWS ends it then, and shows it some seconds later. Of
 * several hooks, one of somebody else may be the one that holds the server.
 */
function longestHoldOf({ hooks }: HeldMember): number {
  const isOwn =
    hooks.length > 0 && hooks.every(({ LifecycleHookName }) => isOwnHook(LifecycleHookName));
  const timeouts = isOwn ? hooks.map(({ HeartbeatTimeout = 0 }) => HeartbeatTimeout) : [];
  return Math.max(longestHold, ...timeouts.map((seconds) => (seconds + 60) * 1000));
}

/** Tracks lifecycle hooks during a wait, from one poll to the next. */
export interface HookWatch {
  /** Looks up the hooks once for each set of held members. */
  held(group: AutoScalingGroup): Promise<readonly HeldMember[]>;
  /**
   * Ends the wait if a hook holds a member for too long.
   *
   * @throws OutsideError with the hook, the member, and how to complete the hook.
   */
  stopIfStuck(members: readonly HeldMember[], what: string): Promise<void>;
  /** For `waitFor`: the time that hooks held members, during which the group made no progress. */
  allowance(): number;
}

/** Watches the hooks of the group of this name. */
export function watchHooks(context: ResourceContext, group: string): HookWatch {
  let known: { readonly ids: string; readonly held: readonly HeldMember[] } = { ids: "", held: [] };
  let since = new Map<string, number>();
  let last = context.clock.now();
  let total = 0;
  let longest = longestHold;
  return {
    async held(found) {
      const ids = (found.Instances ?? [])
        .filter(({ LifecycleState = "" }) => isHeld(LifecycleState))
        .map(({ InstanceId, LifecycleState }) => `${InstanceId} ${LifecycleState}`)
        .join();
      if (ids !== known.ids) known = { ids, held: await heldMembers(context, found) };
      return known.held;
    },
    async stopIfStuck(members, what) {
      const now = context.clock.now();
      if (since.size > 0) total += now - last;
      last = now;
      const keyOf = ({ id, lifecycle }: HeldMember) => `${id} ${lifecycle}`;
      since = new Map(members.map((each) => [keyOf(each), since.get(keyOf(each)) ?? now]));
      longest = Math.max(longest, ...members.map(longestHoldOf));
      const stuck = members.find(
        (each) => now - (since.get(keyOf(each)) ?? now) >= longestHoldOf(each),
      );
      if (stuck !== undefined) {
        throw stuckError(stuck, what, { group, region: await context.clients.region() });
      }
    },
    allowance: () => Math.min(total, longest),
  };
}

function stuckError(member: HeldMember, what: string, place: Place): OutsideError {
  const minutes = Math.round(longestHoldOf(member) / 60_000);
  return new OutsideError(
    `${what} has waited ${minutes} minutes for a lifecycle hook to be completed: ${member.id} ${heldWords(member)}`,
    {
      code: "LifecycleHookNotCompleted",
      operation: "autoscaling:DescribeAutoScalingGroups",
      remedy: `If the hook only needs more time, run the same command again to keep waiting. ${heldRemedy(member, place)}`,
    },
  );
}

/** Whether it is in a wait state of a hook. */
function isHeld(lifecycle: string): boolean {
  return lifecycle === "Pending:Wait" || lifecycle === "Terminating:Wait";
}

interface Place {
  readonly group: string;
  readonly region: string;
}

/** The note on a held member for plan and status. */
export function heldNote(held: HeldMember, place: Place): Note {
  return { summary: `${held.id} ${heldWords(held)}`, remedy: heldRemedy(held, place) };
}

/** Says what holds the member, and until when, as the end of a sentence. */
export function heldWords({ lifecycle, hooks }: HeldMember): string {
  if (hooks.length === 0)
    return `is ${lifecycle}: the lifecycle hook that held it no longer exists`;
  const names = hooks.map(({ LifecycleHookName }) => LifecycleHookName).join(" or ");
  const [first] = hooks;
  const timeout =
    hooks.length === 1
      ? `, for at most ${first?.HeartbeatTimeout} s after each heartbeat (then ${first?.DefaultResult})`
      : "";
  return `is ${lifecycle}: the lifecycle hook ${names} holds it${timeout}`;
}

/**
 * How to complete the hooks. Each of several hooks holds the instance until its own action is
 * completed.
 */
export function heldRemedy({ id, hooks }: HeldMember, { group, region }: Place): string {
  const commands = hooks.map(({ LifecycleHookName: hook = "" }) =>
    awsCommand(region, "autoscaling complete-lifecycle-action", {
      "auto-scaling-group-name": group,
      "lifecycle-hook-name": hook,
      "instance-id": id,
      "lifecycle-action-result": "CONTINUE",
    }),
  );
  if (commands.length === 0) return "Check again in a minute.";
  return `If nothing else will complete the hook, complete it yourself so that the server continues: ${commands.join(" and then: ")}`;
}

/** What to do about a hook that blocks the group as long as it exists. */
export function hooksRemedy(hooks: readonly LifecycleHook[], { group, region }: Place): string {
  if (hooks.length === 0) return "The lifecycle hook no longer exists. Apply again.";
  const names = hooks.map(({ LifecycleHookName: name = "" }) => name);
  const commands = names.map((name) =>
    awsCommand(region, "autoscaling delete-lifecycle-hook", {
      "auto-scaling-group-name": group,
      "lifecycle-hook-name": name,
    }),
  );
  const which = names.length === 1 ? "the lifecycle hook" : "each of the lifecycle hooks";
  return `Find out what ${which} ${names.join(" and ")} waits for, and why it is not completed in time. Correct that, then apply again. To delete a hook that nobody needs: ${commands.join(" or: ")}`;
}

/** The same for launches that a hook abandoned. AWS does not say which hook. */
export async function launchHooksRemedy(context: ResourceContext, group: string): Promise<string> {
  const [hooks, region] = await Promise.all([
    describeHooks(context, group),
    context.clients.region(),
  ]);
  return hooksRemedy(
    hooks.filter(({ LifecycleTransition }) => LifecycleTransition?.endsWith("_LAUNCHING")),
    { group, region },
  );
}

async function describeHooks(context: ResourceContext, group: string): Promise<LifecycleHook[]> {
  const { LifecycleHooks = [] } = await context.clients.autoScaling.send(
    new DescribeLifecycleHooksCommand({ AutoScalingGroupName: group }),
  );
  return LifecycleHooks;
}
