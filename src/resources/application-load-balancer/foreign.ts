import type { Foreign, Obstacle, Sought } from "../../engine/resource.ts";
import { describeLoadBalancers as describeClassic } from "../load-balancer/live.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignByArn } from "../shared/foreign-by-arn.ts";
import { describeLoadBalancers } from "./live.ts";

/** Application load balancers with one of these names that do not belong to the stack. */
export async function foreignLoadBalancers(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Foreign[]> {
  const found = await describeLoadBalancers(context);
  return foreignByArn(
    context,
    sought,
    found.map(({ LoadBalancerArn: arn, LoadBalancerName: name, DNSName }) => ({
      arn,
      name,
      what: `a load balancer named ${name} (${DNSName})`,
    })),
  );
}

/** Load balancers of all types share their names, so that a classic one may have the name. */
export async function takenNames(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<readonly Obstacle[]> {
  const names = new Set(sought.map(({ physicalName }) => physicalName));
  return (await describeClassic(context)).flatMap(({ LoadBalancerName: name = "", DNSName }) =>
    names.has(name)
      ? [
          {
            physicalName: name,
            summary: `a classic load balancer has the name ${name} (${DNSName}), and AWS gives each name to one load balancer only`,
            remedy:
              "Remove name: from the section loadBalancer. The new load balancer then gets a name of its own, and is created beside the classic one.",
          },
        ]
      : [],
  );
}
