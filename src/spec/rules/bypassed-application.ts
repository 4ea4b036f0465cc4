import type { Finding } from "../finding.ts";
import { effectiveListeners, serverPorts } from "../load-balancer/listeners.ts";
import type { StackFile } from "../stack-file.ts";

/** A load balancer must forward to the application, too. */
export function* bypassedApplication(file: StackFile): Iterable<Finding> {
  const { application, loadBalancer } = file;
  if (application === undefined || loadBalancer === undefined) return;
  const forwarding = effectiveListeners(file).findIndex(({ redirect }) => redirect === undefined);
  if (forwarding === -1 || serverPorts(file).includes(application.port)) return;
  yield {
    severity: "warning",
    path: ["loadBalancer", "listeners", forwarding, "to"],
    about: [["application"], ["loadBalancer", "listeners"]],
    message: `no listener forwards to port ${application.port}, where the application listens`,
    help: `write to: ${application.port}, or remove the to field`,
  };
}
