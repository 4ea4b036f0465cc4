import type { Region } from "../region.ts";
import { endActivity, findActivity } from "./activities.ts";
import type { Group, LifecycleAction, LifecycleResult, Member } from "./group.ts";
import { launchFailed } from "./launch-member.ts";
import { finishTermination, retireMember } from "./members.ts";
import { isWarmed } from "./warm-pool.ts";

/** Applies the default result of hooks that did not report in time. */
export function endOverdueActions(region: Region, group: Group): void {
  for (const member of [...group.members]) {
    for (const action of [...(member.actions ?? [])]) {
      if (action.deadline > region.now) continue;
      const hook = group.hooks?.find(({ name }) => name === action.hook);
      const result = hook?.defaultResult ?? "ABANDON";
      const reason = `Lifecycle Action with token ${action.token} was abandoned due to Heartbeat Timeout`;
      completeAction(region, group, member, action, { result, reason });
    }
  }
}

/**
 * Ends the hold of a hook. An instance continues when no hook holds it any more. An abandoned instance is
 * terminated at once, without waiting for other hooks ("Lifecycle hooks for scaling actions", User Guide).
 */
export function completeAction(
  region: Region,
  group: Group,
  member: Member,
  action: LifecycleAction,
  { result, reason }: { readonly result: LifecycleResult; readonly reason: string },
): void {
  const left = (member.actions ?? []).filter((other) => other !== action);
  member.actions = result === "ABANDON" ? [] : left;
  if (member.actions.length > 0) return;
  switch (member.lifecycle) {
    case "Terminating:Wait":
    case "Warmed:Terminating:Wait":
      member.lifecycle = isWarmed(member.lifecycle)
        ? "Warmed:Terminating:Proceed"
        : "Terminating:Proceed";
      finishTermination(region, member);
      break;
    case "Pending:Wait":
    case "Warmed:Pending:Wait":
      if (result === "ABANDON") abandonLaunch(region, group, member, reason);
      else {
        member.lifecycle = isWarmed(member.lifecycle)
          ? "Warmed:Pending:Proceed"
          : "Pending:Proceed";
      }
      break;
    default:
      break;
  }
}

function abandonLaunch(region: Region, group: Group, member: Member, reason: string): void {
  const activity = findActivity(group, member.activityId);
  if (activity !== undefined) {
    const message = `Instance failed to complete user's Lifecycle Action: ${reason}`;
    activity.description += `.  Status Reason: ${message}`;
    endActivity(region, activity, "Cancelled", message);
  }
  launchFailed(region, group, member.zone);
  retireMember(
    region,
    group,
    member,
    `At ${new Date(region.now).toISOString().slice(0, 19)}Z an instance was taken out of service in response to a launch lifecycle hook that was abandoned.`,
  );
}
