import type { Finding } from "../finding.ts";
import { serverPorts } from "../load-balancer/listeners.ts";
import type { StackFile } from "../stack-file.ts";

/**
 * The load balancer must check a port that the servers answer on. An application load balancer checks the port that it
 * forwards to.
 */
export function* healthCheckOfUnusedPort(file: StackFile): Iterable<Finding> {
  const { loadBalancer, application } = file;
  if (loadBalancer?.type !== "classic") return;
  const { target } = loadBalancer.healthCheck;
  if (target === undefined) return;
  // The number after the protocol.
  const checked = Number.parseInt(target.slice(target.indexOf(":") + 1), 10);
  const served = new Set(serverPorts(file));
  if (application !== undefined) served.add(application.port);
  if (served.has(checked)) return;
  yield {
    severity: "warning",
    path: ["loadBalancer", "healthCheck", "target"],
    about: [["loadBalancer", "type"], ["loadBalancer", "listeners"], ["application"]],
    message: `the health check uses port ${checked}, but neither a listener nor the application uses it`,
    help: `use a port that the servers answer on: ${[...served].join(", ")}`,
  };
}
