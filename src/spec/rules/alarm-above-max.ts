import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** An alarm that needs more unhealthy servers than the group ever has. */
export function* alarmAboveMax({ alarms, scaling }: StackFile): Iterable<Finding> {
  const servers = alarms === "usual" ? undefined : alarms.unhealthy?.servers;
  if (servers === undefined) return;
  const { min, max = min, desired = 0, schedule } = scaling;
  const most = Math.max(max, desired, ...Object.values(schedule).map((entry) => entry.max ?? 0));
  if (servers <= most) return;
  yield {
    severity: "warning",
    path: ["alarms", "unhealthy", "servers"],
    about: ["min", "max", "desired", "schedule"].map((name) => ["scaling", name]),
    message: `the group has at most ${most} servers, so this alarm never starts`,
    help: `set servers to at most ${most}`,
  };
}
