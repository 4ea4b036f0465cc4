import {
  ResumeProcesses$,
  type ScalingProcessQuery,
  SuspendProcesses$,
} from "@aws-sdk/client-auto-scaling";
import { operation } from "../operation.ts";
import { causeTime } from "./activities.ts";
import { wake } from "./evaluation.ts";
import { requireGroup, requireLivingGroup, validationError } from "./group.ts";

/** The processes of a group that can be suspended. */
const PROCESSES = [
  "Launch",
  "Terminate",
  "AddToLoadBalancer",
  "AlarmNotification",
  "AZRebalance",
  "HealthCheck",
  "InstanceRefresh",
  "ReplaceUnhealthy",
  "ScheduledActions",
];

export const suspendProcesses = operation<ScalingProcessQuery>(
  SuspendProcesses$,
  ["AutoScalingGroupName", "ScalingProcesses"],
  (region, input) => {
    const group = requireGroup(region, input.AutoScalingGroupName);
    if (group.deleting) {
      throw validationError(
        "Processes may not be suspended while the AutoScaling group is pending delete",
      );
    }
    const reason = `User suspended at ${causeTime(region.now)}`;
    const suspended = readProcesses(input.ScalingProcesses).map((process) => [process, reason]);
    group.suspended = { ...group.suspended, ...Object.fromEntries(suspended) };
    return {};
  },
);

export const resumeProcesses = operation<ScalingProcessQuery>(
  ResumeProcesses$,
  ["AutoScalingGroupName", "ScalingProcesses"],
  (region, input) => {
    const group = requireLivingGroup(region, input.AutoScalingGroupName);
    const resumed = new Set(readProcesses(input.ScalingProcesses));
    group.suspended = Object.fromEntries(
      Object.entries(group.suspended).filter(([process]) => !resumed.has(process)),
    );
    if (resumed.has("Launch")) {
      group.failingSince = undefined;
      group.nextLaunchAt = region.now;
    }
    wake(region, group, "reaction");
    return {};
  },
);

/** No names mean all processes. */
function readProcesses(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined || names.length === 0) return PROCESSES;
  const unknown = names.find((name) => !PROCESSES.includes(name));
  if (unknown !== undefined) {
    throw validationError(
      `1 validation error detected: ${unknown} is not a process; the processes are ${PROCESSES.join(", ")}`,
    );
  }
  return names;
}
