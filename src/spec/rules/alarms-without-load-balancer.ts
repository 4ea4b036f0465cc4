import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** Only a load balancer counts errors, and measures how long answers take. */
export function* alarmsWithoutLoadBalancer({ alarms, loadBalancer }: StackFile): Iterable<Finding> {
  if (alarms === "usual" || loadBalancer !== undefined) return;
  for (const name of ["errors", "slow"] as const) {
    if (alarms[name] === undefined) continue;
    yield {
      severity: "error",
      path: ["alarms", name],
      at: "key",
      about: [["loadBalancer"]],
      message: `only a load balancer ${name === "errors" ? "counts errors" : "measures the time of answers"}, but the file defines none`,
      help: `add a loadBalancer section, or remove ${name}`,
    };
  }
}
