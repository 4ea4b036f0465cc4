import {
  type AutoScalingGroup,
  DescribeLifecycleHooksCommand,
  type LifecycleHook,
} from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../engine/errors.ts";
import type { Note } from "../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import type { ResourceContext } from "./context.ts";

/** A member that lifecycle hooks hold until somebody, or their timeout, lets it go on. */
export interface HeldMember {
  readonly id: string;
  /** `Pending:Wait` or `Terminating:Wait`. */
  readonly lifecycle: string;
  /** The hooks of that transition; AWS does not tell which of several it is. */
  readonly hooks: readonly LifecycleHook[];
}

/** The group's members that hooks hold: without any of them, no call is made. */
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
 * Milliseconds. What completes a hook has so long: most take minutes, and a hook that is never completed
 * holds a server for an hour, its default, or for what its people have set. AWS gives up a rollout
 * after an hour without progress, so half of it leaves a person the time to let the server go on.
 */
const longestHold = 30 * 60_000;

/** What a wait has to do with hooks, from one look at its group to the next. */
export interface HookWatch {
  /** The hooks are asked for once for each set of members that they hold. */
  held(group: AutoScalingGroup): Promise<readonly HeldMember[]>;
  /**
   * Ends the wait for a member that nobody has let go on for too long.
   *
   * @throws OutsideError with the hook, the member, and how to let it go on.
   */
  stopIfStuck(members: readonly HeldMember[], what: string): Promise<void>;
  /** For `waitFor`: as long as hooks held members, the group could not get on. */
  allowance(): number;
}

/** Watches the hooks of the group of this name. */
export function watchHooks(context: ResourceContext, group: string): HookWatch {
  let known: { readonly ids: string; readonly held: readonly HeldMember[] } = { ids: "", held: [] };
  let since = new Map<string, number>();
  let last = context.clock.now();
  let total = 0;
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
      const stuck = members.find((each) => now - (since.get(keyOf(each)) ?? now) >= longestHold);
      if (stuck !== undefined) {
        throw stuckError(stuck, what, { group, region: await context.clients.region() });
      }
    },
    allowance: () => Math.min(total, longestHold),
  };
}

function stuckError(member: HeldMember, what: string, place: Place): OutsideError {
  const minutes = longestHold / 60_000;
  return new OutsideError(
    `${what} has waited ${minutes} minutes for a lifecycle hook to be completed: ${member.id} ${heldWords(member)}`,
    {
      code: "LifecycleHookNotCompleted",
      operation: "autoscaling:DescribeAutoScalingGroups",
      remedy: `If what completes the hook only takes its time, run the same command again: it goes on waiting. ${heldRemedy(member, place)}`,
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

/** What a plan and a status tell of it. */
export function heldNote(held: HeldMember, place: Place): Note {
  return { summary: `${held.id} ${heldWords(held)}`, remedy: heldRemedy(held, place) };
}

/** What holds it and until when, as the end of a sentence about it. */
export function heldWords({ lifecycle, hooks }: HeldMember): string {
  if (hooks.length === 0) return `is ${lifecycle}: a lifecycle hook held it that is gone`;
  const names = hooks.map(({ LifecycleHookName }) => LifecycleHookName).join(" or ");
  const [first] = hooks;
  const timeout =
    hooks.length === 1
      ? `, for at most ${first?.HeartbeatTimeout} s after each heartbeat, and then: ${first?.DefaultResult}`
      : "";
  return `is ${lifecycle}: the lifecycle hook ${names} holds it${timeout}`;
}

/** How to let it go on: of several hooks, each holds it until its own action is completed. */
export function heldRemedy({ id, hooks }: HeldMember, { group, region }: Place): string {
  const commands = hooks.map(({ LifecycleHookName: hook = "" }) =>
    awsCommand(region, "autoscaling complete-lifecycle-action", {
      "auto-scaling-group-name": group,
      "lifecycle-hook-name": hook,
      "instance-id": id,
      "lifecycle-action-result": "CONTINUE",
    }),
  );
  if (commands.length === 0) return "Look again in a minute.";
  return `If what the hook waits for will not report, let the server go on: ${commands.join(" and then: ")}`;
}

/** What to do where a hook keeps the group from what it is about, for as long as it is there. */
export function hooksRemedy(hooks: readonly LifecycleHook[], { group, region }: Place): string {
  if (hooks.length === 0) return "The lifecycle hook is gone: apply again.";
  const names = hooks.map(({ LifecycleHookName: name = "" }) => name);
  const commands = names.map((name) =>
    awsCommand(region, "autoscaling delete-lifecycle-hook", {
      "auto-scaling-group-name": group,
      "lifecycle-hook-name": name,
    }),
  );
  const which = names.length === 1 ? "the lifecycle hook" : "each of the lifecycle hooks";
  return `See what ${which} ${names.join(" and ")} waits for and why that does not let servers go on in time, correct that, and apply again. A hook that is not wanted any more can be deleted before: ${commands.join(" or: ")}`;
}

/** The same for launches that a hook has abandoned; AWS does not tell which one. */
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
