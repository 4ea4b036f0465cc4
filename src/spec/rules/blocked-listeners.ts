import type { Finding } from "../finding.ts";
import { admits, namesOfGroups, ownGroups, pathOfGroup } from "../security-groups/admits.ts";
import type { StackFile } from "../stack-file.ts";

/** Requests must be able to reach the load balancer. */
export function* blockedListeners({ loadBalancer, securityGroups }: StackFile): Iterable<Finding> {
  if (loadBalancer === undefined || loadBalancer.securityGroups.length === 0) return;
  const groups = ownGroups(securityGroups, loadBalancer.securityGroups);
  if (groups === undefined) return;
  const told = new Set<number>();
  const example = loadBalancer.scheme === "internal" ? "10.0.0.0/8" : "0.0.0.0/0";
  for (const [index, { port }] of loadBalancer.listeners.entries()) {
    // A second listener of a port is an error itself.
    if (told.has(port)) continue;
    told.add(port);
    if (admits(securityGroups, groups, port, () => true)) continue;
    yield {
      severity: "warning",
      path: ["loadBalancer", "listeners", index, "port"],
      about: [["loadBalancer", "securityGroups"], ...groups.map(pathOfGroup)],
      message: `no rule of ${namesOfGroups(groups)} allows traffic to port ${port}`,
      help: `add to its ingress: { port: ${port}, from: ${example} }`,
    };
  }
}
