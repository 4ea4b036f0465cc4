import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** The physical name starts with the stack's name, and AWS keeps names that start with `internal-` for itself. */
export function* reservedLoadBalancerName({ stack, loadBalancer }: StackFile): Iterable<Finding> {
  if (loadBalancer?.type !== "application" || loadBalancer.name !== undefined) return;
  if (!/^internal(-|$)/.test(stack)) return;
  yield {
    severity: "error",
    path: ["stack"],
    about: [["loadBalancer", "name"]],
    message:
      "the load balancer's name would start with internal-, but AWS accepts no such name of an application load balancer",
    help: "give the load balancer another name with name:, or rename the stack",
  };
}
