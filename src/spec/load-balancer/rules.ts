import type { Finding } from "../finding.ts";
import { redirectRules } from "./redirect-rules.ts";
import type { LoadBalancerFile } from "./schema.ts";
import { typeRules } from "./type-rules.ts";

/** Each port has one listener, traffic comes in, and a check ends before the next one starts. */
export function* loadBalancerRules(loadBalancer: LoadBalancerFile): Iterable<Finding> {
  yield* typeRules(loadBalancer);
  yield* repeatedPorts(loadBalancer);
  yield* redirectRules(loadBalancer);
  if (loadBalancer.securityGroups.length === 0) {
    yield {
      severity: "warning",
      path: ["loadBalancer", "securityGroups"],
      message:
        "without security groups, the load balancer uses the VPC's default group, which allows no traffic from outside",
      help: "define a group with an ingress rule, and use it here: securityGroups: [load-balancer]",
    };
  }
  yield* slowAnswers(loadBalancer);
}

function* repeatedPorts({ listeners = [] }: LoadBalancerFile): Iterable<Finding> {
  for (const [index, { port }] of listeners.entries()) {
    const first = listeners.findIndex((listener) => listener.port === port);
    if (first === index) continue;
    yield {
      severity: "error",
      path: ["loadBalancer", "listeners", index, "port"],
      item: ["loadBalancer", "listeners", first],
      message: `port ${port} already has a listener:`,
      help: "remove one of the two, or choose another port",
    };
  }
}

function* slowAnswers({ healthCheck: { timeout, interval } }: LoadBalancerFile): Iterable<Finding> {
  if (timeout < interval) return;
  const path = ["loadBalancer", "healthCheck"];
  yield {
    severity: "error",
    path: [...path, "timeout"],
    about: [[...path, "interval"]],
    message: `the timeout (${timeout}s) must be shorter than the interval (${interval}s)`,
    help: "for example, use the defaults: timeout: 5s and interval: 10s",
  };
}
