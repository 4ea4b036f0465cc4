import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { OutsideError } from "../engine/errors.ts";
import type { Note } from "../engine/resource.ts";
import { awsCommand } from "./aws-command.ts";
import { inWords } from "./name-list.ts";
import { rolledOut } from "./rollout-fields.ts";

/** One of a group's processes that somebody, or AWS itself, has suspended. */
export interface Suspension {
  readonly process: string;
  /** In AWS's words: "User suspended at …". */
  readonly reason: string;
}

/**
 * What a suspension means for those who rely on the group, by process ("How suspended processes
 * affect other processes", Amazon EC2 Auto Scaling User Guide).
 */
const consequences: ReadonlyMap<string, string> = new Map([
  [
    "Launch",
    "the group launches no servers: capacity does not grow, a rollout replaces nothing, and an unhealthy server is terminated without a replacement",
  ],
  [
    "Terminate",
    "the group terminates no servers: capacity does not shrink, a rollout replaces nothing, and an unhealthy server is not replaced",
  ],
  [
    "AddToLoadBalancer",
    "new servers are not registered with the load balancer, so they get no requests, and resuming alone does not register them: the next apply does",
  ],
  ["AlarmNotification", "alarms do not run scaling policies"],
  [
    "AZRebalance",
    "servers are not evened out between availability zones, nor moved out of one that the group has left",
  ],
  ["HealthCheck", "a server that fails its health checks is not marked unhealthy, so it stays"],
  ["InstanceRefresh", "a rollout replaces nothing, and one that is under way stands still"],
  ["ReplaceUnhealthy", "a server that is marked unhealthy is not replaced"],
  ["ScheduledActions", "scheduled actions are not run"],
]);

/** "This process is deprecated": AWS lists it, and it means nothing ("Considerations", the same guide). */
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

/** What a group has to do for a change, or to get healthy. */
export type Undertaking =
  | "launch"
  | "terminate"
  | "register"
  | "replace"
  | "heal"
  | "move"
  | "roll-out";

/** The processes without which it does not come about (the same page of the guide). */
const needed: Readonly<Record<Undertaking, readonly string[]>> = {
  launch: ["Launch"],
  terminate: ["Terminate"],
  register: ["AddToLoadBalancer"],
  // Of a server that is marked unhealthy already.
  replace: ["Terminate", "ReplaceUnhealthy"],
  heal: ["Terminate", "HealthCheck", "ReplaceUnhealthy"],
  // Into other subnets: one is launched there before one goes elsewhere.
  move: ["Launch", "Terminate", "AZRebalance"],
  "roll-out": ["Launch", "Terminate", "InstanceRefresh"],
};

/** What of an undertaking's processes is suspended: as long as that is so, waiting for it is in vain. */
export function blocking(
  group: Pick<AutoScalingGroup, "SuspendedProcesses" | "LoadBalancerNames">,
  undertaking: Undertaking,
): readonly Suspension[] {
  const balanced = (group.LoadBalancerNames ?? []).length > 0;
  // Behind a load balancer, the new servers of a rollout would take the places of those that serve.
  const besides = undertaking === "roll-out" && balanced ? needed.register : [];
  const all = new Set([...needed[undertaking], ...besides]);
  return suspensionsOf(group).filter(({ process }) => all.has(process));
}

/**
 * Ends what cannot come about.
 *
 * @param what The subject of a sentence: "the rollout of web".
 */
export function blockedError(
  what: string,
  blocked: readonly Suspension[],
  { group, region }: Place,
): OutsideError {
  const named = blocked.map(({ process, reason }) => `${process} (${saidOf(reason)})`);
  const which = blocked.length === 1 ? "a process that is" : "processes that are";
  return new OutsideError(`${what} needs ${which} suspended: ${named.join(", ")}`, {
    code: "ScalingProcessSuspended",
    operation: "autoscaling:DescribeAutoScalingGroups",
    remedy: remedyFor(blocked, { group, region }, ", then run the same command again"),
  });
}

interface Place {
  readonly group: string;
  readonly region: string;
}

/** What a plan and a status tell of a group's suspended processes. */
export function suspensionNotes(group: AutoScalingGroup, region: string): readonly Note[] {
  const name = group.AutoScalingGroupName ?? "";
  const suspended = suspensionsOf(group);
  if (suspended.length === 0) return [];
  const lines = suspended.map(
    ({ process, reason }) =>
      `${process} is suspended (${saidOf(reason)}): ${consequences.get(process) ?? "what this process does, it does not do"}`,
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
  // Without the others there is no rollout in its place, either.
  const replacesInstead = rebalancing.length === ofMove.length;
  const moves = new Set(ofMove.map(({ process }) => process));
  return [
    { summary, remedy },
    ...inTheWay(
      ofRollout,
      rolledOut,
      "the rollout needs {}: the apply ends with an error before it, once all else is done",
    ),
    ...inTheWay(
      replacesInstead ? [] : ofMove,
      ["subnets"],
      "to move servers out of subnets that the group leaves needs {}: until then they stay there, and the apply ends with an error",
    ),
    ...inTheWay(
      replacesInstead ? rebalancing : [],
      ["subnets"],
      "without {} the group moves no server out of a zone that it leaves: instead the apply replaces all its servers, as a rollout does",
    ),
    ...inTheWay(
      ofRollout.filter(({ process }) => !moves.has(process)),
      ["subnets"],
      rebalancing.length > 0
        ? "to replace the servers of a group that leaves a subnet needs {}: the apply ends with an error before that"
        : "to replace the servers of a group that leaves a subnet, and stays in its zone, needs {}: the apply ends with an error before that",
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
  // "User suspended at …" is a person's; AWS suspends what has failed to launch for a day.
  const byAws = suspended.some(
    ({ process, reason }) =>
      process === "Launch" && reason !== "" && !/^User suspended/i.test(reason),
  );
  if (!byAws) {
    return `When the suspension is not wanted any more, resume${andThen}: ${resume}`;
  }
  const look = awsCommand(region, "autoscaling describe-scaling-activities", {
    "auto-scaling-group-name": group,
    "max-items": "5",
  });
  return `AWS suspends processes itself when launches have failed for a day. See why they failed (${look}), correct that, and resume${andThen}: ${resume}`;
}
