import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** Alarms that nobody is notified of, and that stop no rollout. */
export function* unheardAlarms({ alarms, notify, scaling }: StackFile): Iterable<Finding> {
  if (alarms === "usual" || Object.keys(alarms).length === 0) return;
  if (scaling.rollout.alarms || notify?.on.includes("alarms") === true) return;
  yield {
    severity: "warning",
    path: ["alarms"],
    at: "key",
    about: [["notify"], ["scaling", "rollout", "alarms"]],
    message: `nobody is notified of alarms: ${notify === undefined ? "the file has no notify section" : "notify.on does not have alarms"}`,
    help: `${notify === undefined ? "add notify: { to: [ops@example.com] }" : "add alarms to notify.on"}, or let them stop rollouts with alarms: true in scaling.rollout`,
  };
}
