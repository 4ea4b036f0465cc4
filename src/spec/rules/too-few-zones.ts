import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** CreateLoadBalancer: "You must specify subnets from at least two Availability Zones." */
const LEAST = 2;

export function* tooFewZones({ loadBalancer, network }: StackFile): Iterable<Finding> {
  if (loadBalancer?.type !== "application") return;
  const { zones, subnets, servers } = network;
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
  // Each zone then has a public one for the load balancer and a private one for the servers.
  const isDivided = servers === "private" && loadBalancer.scheme === "internet-facing";
  if (subnets !== undefined && subnets.length < (isDivided ? 2 * LEAST : LEAST)) {
    yield {
      ...common,
      path: ["network", "subnets"],
      about: [
        ["network", "servers"],
        ["loadBalancer", "scheme"],
      ],
      help: `add ${isDivided ? "a public and a private subnet" : "a subnet"} of another zone, or write type: classic in loadBalancer`,
    };
  }
}
