import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** The load balancer must check a port that the servers answer on. */
export function* healthCheckOfUnusedPort({
  loadBalancer,
  application,
}: StackFile): Iterable<Finding> {
  if (loadBalancer === undefined) return;
  const { healthCheck, listeners } = loadBalancer;
  const { target } = healthCheck;
  if (target === undefined) return;
  // The number after the protocol.
  const checked = Number.parseInt(target.slice(target.indexOf(":") + 1), 10);
  const served = new Set(listeners.map(({ port, to }) => to ?? application?.port ?? port));
  if (application !== undefined) served.add(application.port);
  if (served.has(checked)) return;
  yield {
    severity: "warning",
    path: ["loadBalancer", "healthCheck", "target"],
    about: [["loadBalancer", "listeners"], ["application"]],
    message: `the health check uses port ${checked}, but neither a listener nor the application uses it`,
    help: `use a port that the servers answer on: ${[...served].join(", ")}`,
  };
}
