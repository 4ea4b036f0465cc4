import {
  CompleteLifecycleAction$,
  type CompleteLifecycleActionType,
  DeleteLifecycleHook$,
  type DeleteLifecycleHookType,
  DescribeLifecycleHooks$,
  type DescribeLifecycleHooksType,
  type LifecycleHookSpecification,
  PutLifecycleHook$,
  type PutLifecycleHookType,
  RecordLifecycleActionHeartbeat$,
  type RecordLifecycleActionHeartbeatType,
} from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { wake } from "./evaluation.ts";
import {
  type Group,
  type LifecycleAction,
  type LifecycleHook,
  type LifecycleResult,
  type Member,
  requireGroup,
  requireLivingGroup,
  type Transition,
  validationError,
} from "./group.ts";
import { completeAction } from "./lifecycle-actions.ts";

/** Quota "Lifecycle hooks per Auto Scaling group". */
const MAX_HOOKS = 50;

export const putLifecycleHook = operation<PutLifecycleHookType>(
  PutLifecycleHook$,
  [
    "AutoScalingGroupName",
    "LifecycleHookName",
    "LifecycleTransition",
    "NotificationMetadata",
    "HeartbeatTimeout",
    "DefaultResult",
  ],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    group.hooks = withHook(group.hooks ?? [], input);
    return {};
  },
);

/** The hooks of a new group. @throws AwsError ValidationError, LimitExceeded */
export function readHooks(list: readonly LifecycleHookSpecification[]): LifecycleHook[] {
  return list.reduce<LifecycleHook[]>(withHook, []);
}

/** Returns the hooks with this one added, or replaced if the name exists. */
function withHook(
  hooks: readonly LifecycleHook[],
  input: Omit<PutLifecycleHookType, "AutoScalingGroupName">,
): LifecycleHook[] {
  const name = input.LifecycleHookName ?? "";
  if (!/^[A-Za-z0-9\-_/]{1,255}$/.test(name)) {
    throw validationError(
      `1 validation error detected: Value '${name}' at 'lifecycleHookName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9\\-_\\/]+`,
    );
  }
  const before = hooks.find((hook) => hook.name === name);
  const others = hooks.filter((hook) => hook !== before);
  if (others.length >= MAX_HOOKS) {
    throw new AwsError(
      "LimitExceeded",
      `You have already reached your limit of ${MAX_HOOKS} lifecycle hooks for this Auto Scaling group.`,
    );
  }
  const hook: LifecycleHook = {
    name,
    transition: readTransition(input.LifecycleTransition ?? before?.transition),
    heartbeatSeconds: readHeartbeat(input.HeartbeatTimeout ?? before?.heartbeatSeconds ?? 3600),
    defaultResult: readResult(
      "defaultResult",
      input.DefaultResult ?? before?.defaultResult ?? "ABANDON",
    ),
    metadata: input.NotificationMetadata ?? before?.metadata,
  };
  return [...others, hook];
}

function readTransition(transition: string | undefined): Transition {
  switch (transition) {
    case "autoscaling:EC2_INSTANCE_LAUNCHING":
    case "autoscaling:EC2_INSTANCE_TERMINATING":
      return transition;
    default:
      throw validationError(
        "Valid requests must contain a LifecycleTransition of autoscaling:EC2_INSTANCE_LAUNCHING or autoscaling:EC2_INSTANCE_TERMINATING.",
      );
  }
}

function readHeartbeat(seconds: number): number {
  if (!Number.isInteger(seconds) || seconds < 30 || seconds > 7200) {
    throw validationError(`HeartbeatTimeout must be between 30 and 7200 seconds, got ${seconds}`);
  }
  return seconds;
}

function readResult(field: string, result: string | undefined): LifecycleResult {
  if (result === "CONTINUE" || result === "ABANDON") return result;
  throw validationError(
    `1 validation error detected: Value '${result ?? ""}' at '${field}' failed to satisfy constraint: Member must satisfy enum value set: [CONTINUE, ABANDON]`,
  );
}

export const describeLifecycleHooks = operation<DescribeLifecycleHooksType>(
  DescribeLifecycleHooks$,
  ["AutoScalingGroupName", "LifecycleHookNames"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    const names = input.LifecycleHookNames ?? [];
    return {
      LifecycleHooks: (group.hooks ?? [])
        .filter(({ name }) => names.length === 0 || names.includes(name))
        .map((hook) => ({
          LifecycleHookName: hook.name,
          AutoScalingGroupName: group.name,
          LifecycleTransition: hook.transition,
          ...(hook.metadata === undefined ? {} : { NotificationMetadata: hook.metadata }),
          HeartbeatTimeout: hook.heartbeatSeconds,
          GlobalTimeout: globalTimeout(hook),
          DefaultResult: hook.defaultResult,
        })),
    };
  },
);

/** "The maximum is 172800 seconds (48 hours) or 100 times HeartbeatTimeout, whichever is smaller." */
function globalTimeout({ heartbeatSeconds }: LifecycleHook): number {
  return Math.min(172_800, 100 * heartbeatSeconds);
}

export const deleteLifecycleHook = operation<DeleteLifecycleHookType>(
  DeleteLifecycleHook$,
  ["AutoScalingGroupName", "LifecycleHookName"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const hook = requireHook(group, input.LifecycleHookName);
    // "Outstanding lifecycle actions are completed first (ABANDON for launching, CONTINUE for
    // terminating)."
    const result = hook.transition.endsWith("LAUNCHING") ? "ABANDON" : "CONTINUE";
    for (const member of [...group.members]) {
      const action = member.actions?.find((candidate) => candidate.hook === hook.name);
      if (action !== undefined) {
        completeAction(region, group, member, action, {
          result,
          reason: completed(action, result),
        });
      }
    }
    group.hooks = (group.hooks ?? []).filter((other) => other !== hook);
    wake(region, group, "reaction");
    return {};
  },
);

export const completeLifecycleAction = operation<CompleteLifecycleActionType>(
  CompleteLifecycleAction$,
  [
    "AutoScalingGroupName",
    "LifecycleHookName",
    "LifecycleActionToken",
    "LifecycleActionResult",
    "InstanceId",
  ],
  (region, input) => {
    const { group, member, action } = requireAction(region, input);
    const result = readResult("lifecycleActionResult", input.LifecycleActionResult);
    completeAction(region, group, member, action, { result, reason: completed(action, result) });
    wake(region, group, "reaction");
    return {};
  },
);

function completed({ token }: LifecycleAction, result: LifecycleResult): string {
  return `Lifecycle Action with token ${token} was abandoned: Lifecycle Action Completed with ${result} Result`;
}

export const recordLifecycleActionHeartbeat = operation<RecordLifecycleActionHeartbeatType>(
  RecordLifecycleActionHeartbeat$,
  ["AutoScalingGroupName", "LifecycleHookName", "LifecycleActionToken", "InstanceId"],
  (region, input) => {
    const { group, action } = requireAction(region, input);
    const hook = requireHook(group, input.LifecycleHookName);
    action.deadline = Math.min(
      region.now + hook.heartbeatSeconds * 1000,
      action.startedAt + globalTimeout(hook) * 1000,
    );
    return {};
  },
);

function requireHook(group: Group, name: string | undefined): LifecycleHook {
  const hook = group.hooks?.find((candidate) => candidate.name === name);
  if (hook === undefined) {
    throw validationError(
      `No Lifecycle Hook found for Auto Scaling group ${group.name} with name ${name ?? ""}`,
    );
  }
  return hook;
}

/** Finds an action by its token, or by the instance that the hook holds. */
function requireAction(
  region: Region,
  input: CompleteLifecycleActionType | RecordLifecycleActionHeartbeatType,
): { readonly group: Group; readonly member: Member; readonly action: LifecycleAction } {
  const group = requireLivingGroup(region, input.AutoScalingGroupName);
  const { LifecycleActionToken: token, InstanceId: id } = input;
  const hook = requireHook(group, input.LifecycleHookName);
  for (const member of group.members) {
    const action = member.actions?.find(
      (candidate) =>
        candidate.hook === hook.name &&
        (token === undefined ? member.instanceId === id : candidate.token === token),
    );
    if (action !== undefined) return { group, member, action };
  }
  const sought = token === undefined ? `instance ID ${id ?? ""}` : `token ${token}`;
  throw validationError(`No active Lifecycle Action found with ${sought}`);
}
