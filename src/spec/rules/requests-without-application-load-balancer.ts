import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** `ALBRequestCountPerTarget` is a metric of a target group (PredefinedMetricSpecification of PutScalingPolicy). */
export function* requestsWithoutApplicationLoadBalancer({
  scaling,
  loadBalancer,
}: StackFile): Iterable<Finding> {
  if (scaling.target?.requests === undefined || loadBalancer?.type === "application") return;
  yield {
    severity: "error",
    path: ["scaling", "target", "requests"],
    about: [["loadBalancer"]],
    message: `only an application load balancer counts the requests of each server, but ${loadBalancer === undefined ? "the file defines no load balancer" : "this one is classic"}`,
    help: `write ${loadBalancer === undefined ? "loadBalancer: { type: application }" : "type: application in loadBalancer"}, or cpu instead of requests`,
  };
}
