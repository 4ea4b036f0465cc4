import type { Finding } from "../finding.ts";
import type { ScalingProcess } from "./processes.ts";

/**
 * What does not work without a process ("How suspending processes affects other processes", Amazon EC2 Auto Scaling
 * User Guide). The others are a usual wish.
 */
const CONSEQUENCES: ReadonlyMap<ScalingProcess, string> = new Map([
  ["Launch", "lost servers are not replaced, and a rollout ends with an error"],
  ["Terminate", "unhealthy servers are not replaced, and a rollout ends with an error"],
  ["InstanceRefresh", "a rollout ends with an error, so a new image reaches no servers"],
  [
    "AddToLoadBalancer",
    "new servers are not registered with the load balancer, so they get no requests",
  ],
]);

/** Processes without which servers are not replaced, or get no requests. */
export function* suspendedRules({
  suspended,
}: {
  readonly suspended: readonly ScalingProcess[];
}): Iterable<Finding> {
  for (const [index, process] of suspended.entries()) {
    const consequence = CONSEQUENCES.get(process);
    if (consequence === undefined || suspended.indexOf(process) < index) continue;
    yield {
      severity: "warning",
      path: ["scaling", "suspended", index],
      message: `while ${process} is suspended, ${consequence}`,
      help: "remove it from the list when the suspension is no longer needed",
    };
  }
}
