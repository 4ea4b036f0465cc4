import type { Region } from "../region.ts";
import { uuid } from "./activities.ts";
import type { Group, LifecycleState, Member, Transition } from "./group.ts";
import { instanceHeld } from "./signals.ts";
import { isWarmed } from "./warm-pool.ts";

const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";
const TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

/**
 * Puts a new instance into its wait state. False when the group has no such hook. An instance of a warm pool
 * pauses twice: before it enters the pool, and "when it reaches the Pending:Wait state" on its way into the group
 * (User Guide, "Use lifecycle hooks with a warm pool").
 */
export function holdLaunching(region: Region, group: Group, member: Member): boolean {
  const state = isWarmed(member.lifecycle) ? "Warmed:Pending:Wait" : "Pending:Wait";
  return hold(region, group, member, LAUNCHING, state);
}

/** The same for a drained instance before its termination, if it has ever been in service or in the pool. */
export function holdTerminating(region: Region, group: Group, member: Member): boolean {
  if (isWarmed(member.lifecycle)) {
    if (member.warmedAt === undefined) return false;
    return hold(region, group, member, TERMINATING, "Warmed:Terminating:Wait");
  }
  if (member.inServiceAt === undefined) return false;
  return hold(region, group, member, TERMINATING, "Terminating:Wait");
}

/** "An instance that returns to the warm pool will pause […] at the Warmed:Pending:Wait state", for termination. */
export function holdReturning(region: Region, group: Group, member: Member): boolean {
  return hold(region, group, member, TERMINATING, "Warmed:Pending:Wait");
}

function hold(
  region: Region,
  group: Group,
  member: Member,
  transition: Transition,
  state: LifecycleState & `${string}:Wait`,
): boolean {
  const hooks = (group.hooks ?? []).filter((hook) => hook.transition === transition);
  if (hooks.length === 0) return false;
  member.lifecycle = state;
  member.actions = hooks.map((hook) => ({
    hook: hook.name,
    token: uuid(region),
    startedAt: region.now,
    deadline: region.now + hook.heartbeatSeconds * 1000,
  }));
  region.signal(instanceHeld, member.instanceId);
  return true;
}
