import { ResumeProcessesCommand, SuspendProcessesCommand } from "@aws-sdk/client-auto-scaling";
import type { Caution, FieldRule } from "../../engine/resource.ts";
import { sameValue } from "../../engine/values.ts";
import { untilSeen } from "../shared/consistency.ts";
import { sameSet } from "../shared/field-rules.ts";
import { inWords } from "../shared/name-list.ts";
import type { AutoScalingGroupFields, GroupUpdate, LiveGroup } from "./fields.ts";
import { lookAtGroup } from "./look-ups.ts";
import { registerMissing } from "./registering.ts";
import { rolledOut } from "./rollout-fields.ts";
import { neededFor, type Suspension, saidOf, suspensionsOf } from "./scaling-processes.ts";

/** Compares the processes alone: a stack file gives no reason. */
export const suspendedRule: FieldRule<readonly Suspension[], AutoScalingGroupFields> = {
  onChange: "update",
  equal: (wanted, live) => sameSet(namesOf(wanted), namesOf(live)),
  shown: ({ suspended }) =>
    suspended.map(({ process, reason }) => (reason === "" ? process : `${process} (${reason})`)),
  because(live, wanted) {
    const resumed = notIn(live, wanted).map(
      ({ process, reason }) => `${process} is suspended (${saidOf(reason)})`,
    );
    const added = namesOf(notIn(wanted, live));
    return [
      ...(resumed.length === 0 ? [] : [`${resumed.join(", ")}: resume`]),
      ...(added.length === 0 ? [] : [`suspend ${inWords(added)}`]),
    ].join("; ");
  },
};

/**
 * Resumes the processes that the stack file does not suspend. Comes before everything else, because other changes may
 * need them. Servers that were launched while the group could not register them are registered.
 *
 * @returns the names of the resumed processes.
 */
export async function resumeProcesses({
  context,
  live,
  fields,
}: GroupUpdate): Promise<readonly string[]> {
  const name = live.physicalName;
  const resumed = namesOf(notIn(live.fields.suspended, fields.suspended));
  if (resumed.length === 0) return resumed;
  await context.clients.autoScaling.send(
    new ResumeProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses: [...resumed] }),
  );
  if (resumed.includes("AddToLoadBalancer")) {
    await untilSeen(
      context,
      `the resumed processes of ${name}`,
      () => lookAtGroup(context, name),
      (group) =>
        suspensionsOf(group).some(({ process }) => resumed.includes(process))
          ? "AWS still shows them as suspended"
          : undefined,
    );
    await registerMissing(context, name);
  }
  return resumed;
}

/** Suspends the processes of the stack file. Comes last, because other changes may need them. */
export async function suspendProcesses({ context, live, fields }: GroupUpdate): Promise<LiveGroup> {
  const added = namesOf(notIn(fields.suspended, live.fields.suspended));
  if (added.length > 0) {
    await context.clients.autoScaling.send(
      new SuspendProcessesCommand({
        AutoScalingGroupName: live.physicalName,
        ScalingProcesses: [...added],
      }),
    );
  }
  return live;
}

/** What an update cannot do while the stack file suspends a process that it needs. */
export function suspensionCaution(
  wanted: AutoScalingGroupFields,
  live: AutoScalingGroupFields,
): Caution | undefined {
  const isBalanced =
    (wanted.loadBalancers ?? live.loadBalancers ?? []).length > 0 || wanted.targetPort !== null;
  // A process that is not suspended yet is suspended after everything else.
  const throughout = wanted.suspended.filter(({ process }) =>
    namesOf(live.suspended).includes(process),
  );
  const needed = (undertaking: "move" | "roll-out") =>
    neededFor(undertaking, throughout, isBalanced);
  const remedy = (names: readonly string[]) =>
    `Remove ${inWords(names)} from scaling.suspended for this apply.`;
  const rollsOut = rolledOut.some((field) => !sameValue(wanted[field], live[field]));
  const ofRollout = needed("roll-out");
  if (rollsOut && ofRollout.length > 0) {
    return {
      summary: `the rollout needs ${inWords(ofRollout)}, which scaling.suspended lists: the apply does everything else, then ends with an error before the rollout`,
      remedy: remedy(ofRollout),
    };
  }
  if (sameSet(wanted.subnets, live.subnets)) return undefined;
  const ofMove = needed("move");
  if (ofMove.length === 0 && ofRollout.length === 0) return undefined;
  const others = ofMove.filter((process) => process !== "AZRebalance");
  if (others.length === 0 && ofRollout.length === 0) {
    return {
      summary:
        "while AZRebalance is suspended, the group does not move servers out of a zone that it leaves: instead, the apply replaces all of its servers, as a rollout does",
      remedy: remedy(ofMove),
    };
  }
  const all = [...new Set([...others, ...ofRollout])];
  return {
    summary: `the group may need ${inWords(all)}, which scaling.suspended lists, to replace servers in the subnets that it leaves: the apply then ends with an error`,
    remedy: remedy(all),
  };
}

function namesOf(suspended: readonly Suspension[]): readonly string[] {
  return suspended.map(({ process }) => process);
}

function notIn(some: readonly Suspension[], others: readonly Suspension[]): readonly Suspension[] {
  return some.filter(({ process }) => !namesOf(others).includes(process));
}
