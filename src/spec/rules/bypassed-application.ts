import type { Finding } from "../finding.ts";
import { serverPorts } from "../load-balancer/server-port.ts";
import type { StackFile } from "../stack-file.ts";

/** A load balancer must forward to the application, too. */
export function* bypassedApplication({ application, loadBalancer }: StackFile): Iterable<Finding> {
  if (application === undefined || loadBalancer === undefined) return;
  const { listeners } = loadBalancer;
  const forwarding = listeners.findIndex(({ redirect }) => redirect === undefined);
  if (forwarding === -1 || serverPorts(loadBalancer, application).includes(application.port))
    return;
  yield {
    severity: "warning",
    path: ["loadBalancer", "listeners", forwarding, "to"],
    about: [["application"], ["loadBalancer", "listeners"]],
    message: `no listener forwards to port ${application.port}, where the application listens`,
    help: `write to: ${application.port}, or remove the to field`,
  };
}
