import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** CreateLoadBalancer: "You must specify subnets from at least two Availability Zones." */
const LEAST = 2;

export function* tooFewZones({ loadBalancer, network }: StackFile): Iterable<Finding> {
  if (loadBalancer?.type !== "application") return;
  const { zones, subnets } = network;
  const count = typeof zones === "number" ? zones : zones?.length;
  const common = {
    severity: "error",
    message: "an application load balancer needs subnets in at least 2 availability zones",
  } as const;
  if (count !== undefined && count < LEAST) {
    yield {
      ...common,
      path: ["network", "zones"],
      help: `${typeof zones === "number" ? `write zones: ${LEAST}` : "add another zone"}, or write type: classic in loadBalancer`,
    };
  }
  if (subnets !== undefined && subnets.length < LEAST) {
    yield {
      ...common,
      path: ["network", "subnets"],
      help: "add a subnet of another zone, or write type: classic in loadBalancer",
    };
  }
}
