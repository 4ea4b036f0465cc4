import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** Only a load balancer can check the application. */
export function* healthCheckWithoutLoadBalancer({
  scaling,
  loadBalancer,
}: StackFile): Iterable<Finding> {
  if (scaling.healthCheck.type === "load-balancer" && loadBalancer === undefined) {
    yield {
      severity: "error",
      path: ["scaling", "healthCheck", "type"],
      about: [["loadBalancer"]],
      message:
        "the health check type load-balancer needs a load balancer, but the file defines none",
      help: "add a loadBalancer section, or write type: instance",
    };
  }
}
