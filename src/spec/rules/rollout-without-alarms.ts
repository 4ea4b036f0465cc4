import { normaliseAlarms } from "../alarms/normalised.ts";
import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** A rollout that alarms stop, in a stack that has none. */
export function* rolloutWithoutAlarms(file: StackFile): Iterable<Finding> {
  const { scaling, alarms } = file;
  if (!scaling.rollout.alarms) return;
  if (Object.keys(normaliseAlarms(alarms, file)).length > 0) return;
  yield {
    severity: "error",
    path: ["scaling", "rollout", "alarms"],
    about: [["alarms"], ["notify"]],
    message: "alarms of the stack should stop a rollout, but the stack has none",
    help: "add a section alarms: { unhealthy: { servers: 1, for: 3m } }, or remove rollout.alarms",
  };
}
