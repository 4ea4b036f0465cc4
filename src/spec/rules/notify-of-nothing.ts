import { normaliseAlarms } from "../alarms/normalised.ts";
import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** People who are notified of alarms alone, in a stack that has none. */
export function* notifyOfNothing(file: StackFile): Iterable<Finding> {
  const { alarms, notify } = file;
  if (notify === undefined || notify.on.some((event) => event !== "alarms")) return;
  if (Object.keys(normaliseAlarms(alarms, file)).length > 0) return;
  yield {
    severity: "warning",
    path: ["notify", "on"],
    about: [["alarms"]],
    message: "people are notified of alarms alone, but the stack has none",
    help: "remove the section alarms to have the usual ones, or remove on: by default, they are notified of everything",
  };
}
