import type { Finding } from "../finding.ts";
import { showDuration } from "../shared/duration.ts";
import type { ScalingFile } from "./schema.ts";

/**
 * AWS ends an instance refresh after an hour without progress ("One-hour timeout", Amazon EC2 Auto Scaling User Guide).
 * The rest of the hour is for the start of a server, the load balancer's checks and the warm-up.
 */
const LONGEST = 45 * 60;

/** Hooks that may hold a server for longer than a rollout can wait. */
export function* hookRules({ hooks }: ScalingFile): Iterable<Finding> {
  for (const name of ["launch", "terminate"] as const) {
    const timeout = hooks[name]?.timeout;
    if (timeout === undefined || timeout <= LONGEST) continue;
    yield {
      severity: "warning",
      path: ["scaling", "hooks", name, "timeout"],
      message: `AWS ends a rollout after an hour without progress, so the rollout may fail if the program hangs for ${showDuration(timeout)} on one server`,
      help: `set timeout to at most ${showDuration(LONGEST)}`,
    };
  }
}
