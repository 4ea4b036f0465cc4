import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../../engine/errors.ts";
import type { Note } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { inWords } from "../shared/name-list.ts";
import { rolledOut } from "./rollout-fields.ts";
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
    "new servers are not registered with the load balancer, so they get no requests. Resuming the process does not register them; the next apply does.",
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
    remedy: remedyFor(blocked, { group, region }, ", then run the same command again"),
  });
}

interface Place {
  readonly group: string;
  readonly region: string;
}

/** The notes on a group's suspended processes for plan and status. */
export function suspensionNotes(group: AutoScalingGroup, region: string): readonly Note[] {
  const name = group.AutoScalingGroupName ?? "";
  const suspended = suspensionsOf(group);
  if (suspended.length === 0) return [];
  const lines = suspended.map(
    ({ process, reason }) =>
      `${process} is suspended (${saidOf(reason)}): ${consequences.get(process) ?? "the group does not run this process"}`,
  );
  const place = { group: name, region };
  const remedy = remedyFor(suspended, place);
  const summary =
    lines.length === 1
      ? (lines[0] ?? "")
      : `${lines.length} processes are suspended:\n  ${lines.join("\n  ")}`;
  const inTheWay = (
    blocked: readonly Suspension[],
    fields: readonly string[],
    words: string,
  ): Note[] => {
    if (blocked.length === 0) return [];
    const names = inWords(blocked.map(({ process }) => process));
    const summary = words.replace("{}", names);
    return [{ summary, remedy: remedyFor(blocked, place), concerns: { fields } }];
  };
  const ofRollout = blocking(group, "roll-out");
  const ofMove = blocking(group, "move");
  const rebalancing = ofMove.filter(({ process }) => process === "AZRebalance");
  // If other processes are suspended, too, the apply cannot replace the servers instead.
  const replacesInstead = rebalancing.length === ofMove.length;
  const moves = new Set(ofMove.map(({ process }) => process));
  return [
    { summary, remedy },
    ...inTheWay(
      ofRollout,
      rolledOut,
      "the rollout needs {} (suspended): the apply does everything else, then ends with an error before the rollout",
    ),
    ...inTheWay(
      replacesInstead ? [] : ofMove,
      ["subnets"],
      "the group needs {} (suspended) to move servers out of the subnets that it leaves: the servers stay there, and the apply ends with an error",
    ),
    ...inTheWay(
      replacesInstead ? rebalancing : [],
      ["subnets"],
      "while {} is suspended, the group does not move servers out of a zone that it leaves: instead, the apply replaces all of its servers, as a rollout does",
    ),
    ...inTheWay(
      ofRollout.filter(({ process }) => !moves.has(process)),
      ["subnets"],
      rebalancing.length > 0
        ? "replacing the servers of a group that leaves a subnet needs {} (suspended): the apply ends with an error before that"
        : "replacing the servers of a group that leaves a subnet but stays in its zone needs {} (suspended): the apply ends with an error before that",
    ),
  ];
}

function saidOf(reason: string): string {
  return reason === "" ? "AWS gives no reason" : reason;
}

function remedyFor(
  suspended: readonly Suspension[],
  { group, region }: Place,
  andThen = "",
): string {
  const resume = awsCommand(region, "autoscaling resume-processes", {
    "auto-scaling-group-name": group,
    "scaling-processes": suspended.map(({ process }) => process),
  });
  // "User suspended at …" means a person. AWS itself suspends groups whose launches fail for a day.
  const byAws = suspended.some(
    ({ process, reason }) =>
      process === "Launch" && reason !== "" && !/^User suspended/i.test(reason),
  );
  if (!byAws) {
    return `If the suspension is no longer needed, resume${andThen}: ${resume}`;
  }
  const look = awsCommand(region, "autoscaling describe-scaling-activities", {
    "auto-scaling-group-name": group,
    "max-items": "5",
  });
  return `AWS itself suspends processes when launches fail for a day. Find out why they failed (${look}), correct that, and resume${andThen}: ${resume}`;
}
