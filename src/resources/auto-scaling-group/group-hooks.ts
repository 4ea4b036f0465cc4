import {
  DeleteLifecycleHookCommand,
  DescribeLifecycleHooksCommand,
  type LifecycleHook,
  type LifecycleHookSpecification,
  PutLifecycleHookCommand,
} from "@aws-sdk/client-auto-scaling";
import { type AwsError, isAwsError } from "../../aws/errors.ts";
import { sameValue } from "../../engine/values.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { GroupHook, GroupUpdate, LiveGroup } from "./fields.ts";
import { lookAtGroup } from "./look-ups.ts";
import { forgetPart, recordPart } from "./recorded-parts.ts";

/** In AWS. Hooks of other names belong to somebody else. */
const prefix = "reconcile-";

/** The name in AWS of the hook at this transition. The program in the image knows it, too (`image/runtime`). */
function nameOf({ at }: Pick<GroupHook, "at">): string {
  return `${prefix}${at}`;
}

/** Whether a hook of this name is the stack file's. */
export function isOwnHook(name = ""): boolean {
  return name === nameOf({ at: "launch" }) || name === nameOf({ at: "terminate" });
}

const transitions = {
  launch: "autoscaling:EC2_INSTANCE_LAUNCHING",
  terminate: "autoscaling:EC2_INSTANCE_TERMINATING",
} as const;

/** The hooks of a group that is about to be created: only those of the create call hold its first servers. */
export function hookSpecifications(hooks: readonly GroupHook[]): LifecycleHookSpecification[] {
  return hooks.map((hook) => ({ LifecycleHookName: nameOf(hook), ...parametersOf(hook) }));
}

function parametersOf({ at, timeout, failed }: GroupHook) {
  return {
    LifecycleTransition: transitions[at],
    HeartbeatTimeout: timeout,
    DefaultResult: failed.toUpperCase(),
  };
}

/** The stack's own hooks of the group, by their transition. */
export async function lookUpHooks(
  context: ResourceContext,
  group: string,
): Promise<readonly GroupHook[]> {
  const { LifecycleHooks = [] } = await context.clients.autoScaling.send(
    new DescribeLifecycleHooksCommand({ AutoScalingGroupName: group }),
  );
  return LifecycleHooks.flatMap(toHook).sort((one, other) => (one.at < other.at ? -1 : 1));
}

function toHook(found: LifecycleHook): readonly GroupHook[] {
  const at = (["launch", "terminate"] as const).find(
    (each) => nameOf({ at: each }) === found.LifecycleHookName,
  );
  if (at === undefined) return [];
  const isFitting = found.LifecycleTransition === transitions[at];
  const { NotificationTargetARN: target } = found;
  return [
    {
      at,
      timeout: found.HeartbeatTimeout ?? 0,
      failed: found.DefaultResult === "CONTINUE" ? "continue" : "abandon",
      ...(isFitting ? {} : { other: `at ${found.LifecycleTransition}` }),
      ...(target && { other: `tells ${target}` }),
    },
  ];
}

/** Deletes the hooks that the stack file no longer has. */
export async function dropHooks({ context, live, fields }: GroupUpdate): Promise<void> {
  const name = live.physicalName;
  const dropped = (await lookUpHooks(context, name)).filter(({ at }) =>
    fields.hooks.every((hook) => hook.at !== at),
  );
  for (const hook of dropped) await deleteHook(context, name, hook);
}

/** Sets the hooks that differ. Those that the stack file no longer has are deleted before (`dropHooks`). */
export async function setHooks({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  const name = live.physicalName;
  const { hooks } = fields;
  const group = await lookAtGroup(context, name);
  if (group === undefined) return live;
  if (hooks.length > 0) await recordPart(context, group, "hooks");
  const present = await lookUpHooks(context, name);
  for (const hook of hooks) {
    if (present.some((other) => sameValue(hook, other))) continue;
    const old = present.find(({ at }) => at === hook.at);
    // An update keeps a target of notifications that somebody set.
    if (old?.other !== undefined) await deleteHook(context, name, old);
    await context.clients.autoScaling.send(
      new PutLifecycleHookCommand({
        AutoScalingGroupName: name,
        LifecycleHookName: nameOf(hook),
        ...parametersOf(hook),
      }),
    );
  }
  if (hooks.length === 0) await forgetPart(context, group, "hooks");
  return live;
}

async function deleteHook({ clients }: ResourceContext, group: string, hook: GroupHook) {
  try {
    await clients.autoScaling.send(
      new DeleteLifecycleHookCommand({
        AutoScalingGroupName: group,
        LifecycleHookName: nameOf(hook),
      }),
    );
  } catch (error) {
    if (!isAwsError(error) || !isGone(error)) throw error;
  }
}

/** AWS has no error code for a hook that somebody has deleted. */
function isGone({ kind, message }: AwsError): boolean {
  return kind === "not-found" || /no lifecycle hook found/i.test(message);
}

/** The hook in words, for a plan. */
export function hookWords({ at, timeout, failed, other }: GroupHook): string {
  return `${at}: for at most ${timeout} s, then ${failed}${other === undefined ? "" : `; ${other}`}`;
}
