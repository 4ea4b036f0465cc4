import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** Only `ModifyLoadBalancerAttributes` of an application load balancer has `deletion_protection.enabled`. */
export function* protectedClassicLoadBalancer({
  scaling,
  loadBalancer,
}: StackFile): Iterable<Finding> {
  if (scaling.protect !== true || loadBalancer?.type !== "classic") return;
  yield {
    severity: "warning",
    path: ["scaling", "protect"],
    about: [["loadBalancer", "type"]],
    message:
      "AWS has no deletion protection for classic load balancers, so only the group is protected",
    help: "write type: application in loadBalancer to protect the load balancer, too",
  };
}
