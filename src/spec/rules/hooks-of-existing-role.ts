import { allOf, type Finding, shown } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** The server itself reports to AWS that a hook's program has ended. The stack never changes a role that it only uses. */
export function* hooksOfExistingRole({ role, scaling }: StackFile): Iterable<Finding> {
  if (role?.use === undefined) return;
  const names = (["launch", "terminate"] as const).filter((name) => scaling.hooks[name]);
  if (names.length === 0) return;
  yield {
    severity: "warning",
    path: ["role", "use"],
    about: [["scaling", "hooks"]],
    message: `the servers can end the ${allOf(names)} ${names.length === 1 ? "hook" : "hooks"} only if ${shown(role.use)} allows autoscaling:CompleteLifecycleAction on the group`,
    help: "let an administrator add it to the role; without it, every hook takes its whole timeout and counts as failed",
  };
}
