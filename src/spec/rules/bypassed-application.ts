import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** A load balancer must forward to the application, too. */
export function* bypassedApplication({ application, loadBalancer }: StackFile): Iterable<Finding> {
  if (application === undefined || loadBalancer === undefined) return;
  const { listeners } = loadBalancer;
  if (listeners.some(({ to }) => to === undefined || to === application.port)) return;
  yield {
    severity: "warning",
    path: ["loadBalancer", "listeners", 0, "to"],
    about: [["application"], ["loadBalancer", "listeners"]],
    message: `no listener forwards to port ${application.port}, where the application listens`,
    help: `write to: ${application.port}, or remove the to field`,
  };
}
