import type { Region } from "../region.ts";
import { uuid } from "./activities.ts";
import type { Group, Member, Transition } from "./group.ts";

/** Puts a new instance into its wait state. False when the group has no such hook. */
export function holdLaunching(region: Region, group: Group, member: Member): boolean {
  return hold(region, group, member, "autoscaling:EC2_INSTANCE_LAUNCHING", "Pending:Wait");
}

/** The same for a drained instance before its termination, if it has ever been in service. */
export function holdTerminating(region: Region, group: Group, member: Member): boolean {
  if (member.inServiceAt === undefined) return false;
  return hold(region, group, member, "autoscaling:EC2_INSTANCE_TERMINATING", "Terminating:Wait");
}

function hold(
  region: Region,
  group: Group,
  member: Member,
  transition: Transition,
  state: "Pending:Wait" | "Terminating:Wait",
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
  return true;
}
