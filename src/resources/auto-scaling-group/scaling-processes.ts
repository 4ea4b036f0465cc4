import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../../engine/errors.ts";
import type { Note } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { sourcesOf } from "./sources.ts";

/** A process of a group that somebody, or AWS itself, suspended. */
export interface Suspension {
  readonly process: string;
  /** In AWS's words: "User suspended at …". */
  readonly reason: string;
}

/**
 * The consequences of a suspension, by process ("How suspended processes affect other processes",
 * Amazon EC2 Auto Scaling User Guide).
 */
const consequences: ReadonlyMap<string, string> = new Map([
  [
    "Launch",
    "the group launches no servers: capacity does not grow, rollouts replace no servers, and unhealthy servers are terminated without a replacement",
  ],
  [
    "Terminate",
    "the group terminates no servers: capacity does not shrink, rollouts replace no servers, and unhealthy servers are not replaced",
  ],
  [
    "AddToLoadBalancer",
    "new servers are not registered with the load balancer, so they get no requests. Resuming the process does not register them; an apply does.",
  ],
  ["AlarmNotification", "alarms do not run scaling policies"],
  [
    "AZRebalance",
    "the group does not balance servers across availability zones, and does not move servers out of a zone that it no longer uses",
  ],
  ["HealthCheck", "a server that fails its health checks is not marked unhealthy, so it stays"],
  ["InstanceRefresh", "rollouts replace no servers, and a rollout in progress pauses"],
  ["ReplaceUnhealthy", "a server that is marked unhealthy is not replaced"],
  ["ScheduledActions", "scheduled actions are not run"],
]);

/**
 * "This process is deprecated": AWS lists it, but it has no effect ("Considerations", the same
 * guide).
 */
const deprecated = "RemoveFromLoadBalancerLowPriority";

/** A group's suspended processes, in the order of the guide. */
export function suspensionsOf({
  SuspendedProcesses: found = [],
}: Pick<AutoScalingGroup, "SuspendedProcesses">): readonly Suspension[] {
  const order = [...consequences.keys()];
  const place = ({ process }: Suspension) =>
    consequences.has(process) ? order.indexOf(process) : order.length;
  return found
    .map(({ ProcessName: process = "", SuspensionReason: reason = "" }) => ({
      process,
      reason: reason.replaceAll(/\s+/g, " ").trim(),
    }))
    .filter(({ process }) => process !== deprecated)
    .toSorted((one, other) => place(one) - place(other));
}

/** Something that a group has to do for a change, or to become healthy. */
export type Undertaking =
  | "launch"
  | "terminate"
  | "register"
  | "replace"
  | "heal"
  | "move"
  | "roll-out";

/** The processes that each undertaking needs (the same page of the guide). */
const needed: Readonly<Record<Undertaking, readonly string[]>> = {
  launch: ["Launch"],
  terminate: ["Terminate"],
  register: ["AddToLoadBalancer"],
  // For a server that is marked unhealthy already.
  replace: ["Terminate", "ReplaceUnhealthy"],
  heal: ["Terminate", "HealthCheck", "ReplaceUnhealthy"],
  // Into other subnets: the new server is launched before the old one is terminated.
  move: ["Launch", "Terminate", "AZRebalance"],
  "roll-out": ["Launch", "Terminate", "InstanceRefresh"],
};

/** The suspended processes that an undertaking needs. Waiting for it is useless until they resume. */
export function blocking(
  group: Pick<AutoScalingGroup, "SuspendedProcesses" | "LoadBalancerNames" | "TargetGroupARNs">,
  undertaking: Undertaking,
): readonly Suspension[] {
  const { loadBalancers, targetGroups } = sourcesOf(group);
  const balanced = loadBalancers.length > 0 || targetGroups.length > 0;
  // Behind a load balancer, unregistered new servers would replace those that serve.
  const besides = undertaking === "roll-out" && balanced ? needed.register : [];
  const all = new Set([...needed[undertaking], ...besides]);
  return suspensionsOf(group).filter(({ process }) => all.has(process));
}

/**
 * The error for an undertaking that needs suspended processes.
 *
 * @param what What has to happen, as a clause: "the rollout of web has to replace instances".
 */
export function blockedError(
  what: string,
  blocked: readonly Suspension[],
  { group, region }: Place,
): OutsideError {
  const named = blocked.map(({ process, reason }) => `${process} (${saidOf(reason)})`);
  const which = blocked.length === 1 ? "this process is" : "these processes are";
  return new OutsideError(`${what}, but ${which} suspended: ${named.join(", ")}`, {
    code: "ScalingProcessSuspended",
    operation: "autoscaling:DescribeAutoScalingGroups",
    remedy: remedyFor(
      blocked,
      { group, region },
      "Run the same command again: it resumes what scaling.suspended in the stack file does not list.",
    ),
  });
}

interface Place {
  readonly group: string;
  readonly region: string;
}

/**
 * The note on a group's suspended processes: for the plan that changes them, and for status. A plan does not
 * repeat what the stack file suspends.
 */
export function suspensionNotes(group: AutoScalingGroup, region: string): readonly Note[] {
  const name = group.AutoScalingGroupName ?? "";
  const suspended = suspensionsOf(group);
  if (suspended.length === 0) return [];
  const lines = suspended.map(
    ({ process, reason }) =>
      `${process} is suspended (${saidOf(reason)}): ${consequences.get(process) ?? "the group does not run this process"}`,
  );
  const summary =
    lines.length === 1
      ? (lines[0] ?? "")
      : `${lines.length} processes are suspended:\n  ${lines.join("\n  ")}`;
  const remedy = remedyFor(suspended, { group: name, region });
  return [{ summary, remedy, concerns: { fields: ["suspended"], status: true } }];
}

/** The processes that an undertaking needs, among those that a stack file suspends. */
export function neededFor(
  undertaking: Undertaking,
  suspended: readonly Suspension[],
  isBalanced: boolean,
): readonly string[] {
  return blocking(
    {
      SuspendedProcesses: suspended.map(({ process }) => ({ ProcessName: process })),
      LoadBalancerNames: isBalanced ? ["any"] : [],
    },
    undertaking,
  ).map(({ process }) => process);
}

/** Who suspended a process, and when, in AWS's words. */
export function saidOf(reason: string): string {
  return reason === "" ? "AWS gives no reason" : reason;
}

/** Whether AWS itself suspended it. "User suspended at …" means a person. */
function isByAws({ process, reason }: Suspension): boolean {
  return process === "Launch" && reason !== "" && !/^User suspended/i.test(reason);
}

function remedyFor(
  suspended: readonly Suspension[],
  { group, region }: Place,
  byApply = "An apply resumes what scaling.suspended in the stack file does not list.",
): string {
  const resume = awsCommand(region, "autoscaling resume-processes", {
    "auto-scaling-group-name": group,
    "scaling-processes": suspended.map(({ process }) => process),
  });
  const how = `${byApply} To resume by hand: ${resume}`;
  if (!suspended.some(isByAws)) return how;
  const look = awsCommand(region, "autoscaling describe-scaling-activities", {
    "auto-scaling-group-name": group,
    "max-items": "5",
  });
  return `AWS itself suspends processes when launches fail for a day. Find out why they failed (${look}), and correct that. ${how}`;
}
