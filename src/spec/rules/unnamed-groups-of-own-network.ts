import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** AWS gives a resource without security groups the default group of its network, and that of an own network is empty. */
export function* unnamedGroupsOfOwnNetwork({
  network,
  loadBalancer,
  scaling,
}: StackFile): Iterable<Finding> {
  if (network.vpc !== "own") return;
  const about = [["network", "vpc"]] as const;
  if (loadBalancer !== undefined && loadBalancer.securityGroups.length === 0) {
    yield {
      severity: "error",
      path: ["loadBalancer"],
      at: "key",
      about: [...about, ["loadBalancer", "securityGroups"]],
      message:
        "nobody reaches the load balancer: it names no security group, and the default one of an own network lets nothing in",
      help: "define a group in securityGroups, and name it in loadBalancer.securityGroups",
    };
  }
  if (scaling.securityGroups.length === 0) {
    yield {
      severity: "error",
      path: ["scaling"],
      at: "key",
      about: [...about, ["scaling", "securityGroups"]],
      message:
        "nothing reaches the servers, and they reach nothing: they name no security group, and the default one of an own network has no rules",
      help: "define a group in securityGroups, and name it in scaling.securityGroups",
    };
  }
}
