import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** AWS WAF judges the requests to an application load balancer, and of no classic one. */
export function* firewallWithoutApplicationLoadBalancer(file: StackFile): Iterable<Finding> {
  const { firewall, loadBalancer } = file;
  if (firewall === undefined || loadBalancer?.type === "application") return;
  const common = { severity: "error", path: ["firewall"], at: "key" } as const;
  if (loadBalancer === undefined) {
    yield {
      ...common,
      about: [["loadBalancer"]],
      message: "firewall needs a load balancer, but the file has no loadBalancer section",
      help: "add loadBalancer: { type: application }, or remove firewall",
    };
    return;
  }
  yield {
    ...common,
    about: [["loadBalancer", "type"]],
    message: "firewall needs an application load balancer, but loadBalancer.type is classic",
    help: "write type: application in loadBalancer, or remove firewall",
  };
}
