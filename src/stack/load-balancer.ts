import type { Desired } from "../engine/resource.ts";
import type { LoadBalancerFields } from "../resources/load-balancer/index.ts";
import type { LoadBalancer } from "../spec/load-balancer/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import { type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";
import { idOrValue } from "./security-groups.ts";

/**
 * Draining lasts as long as an idle connection may: AWS's default idle timeout of a classic load
 * balancer ("Configure the idle connection timeout").
 */
const IDLE_TIMEOUT_SECONDS = 60;

export function loadBalancerResources(stack: Stack): readonly DefinedResource[] {
  const { loadBalancer } = stack;
  if (loadBalancer === undefined) return [];
  return [
    {
      address: `load-balancer/${stack.stack}`,
      ...physicalNameOf(loadBalancer),
      compile: (facts) => ({ fields: fieldsOf(stack, loadBalancer, facts) }),
    },
  ];
}

function fieldsOf(
  { tags }: Stack,
  loadBalancer: LoadBalancer,
  facts: Facts,
): Desired<LoadBalancerFields> {
  const { healthCheck } = loadBalancer;
  const groups = loadBalancer.securityGroups.map(idOrValue);
  const standIn = facts.defaultSecurityGroupId;
  return {
    vpcId: facts.vpcId,
    scheme: "internet-facing",
    subnets: facts.subnets.map(({ id }) => id),
    // AWS gives a load balancer without groups the VPC's default group. Naming it makes it comparable.
    securityGroupIds: groups.length > 0 || standIn === undefined ? groups : [standIn],
    listeners: loadBalancer.listeners.map(({ port, protocol, to }) => ({
      port,
      protocol: protocol === "http" ? ("HTTP" as const) : ("TCP" as const),
      instancePort: to,
      instanceProtocol: protocol === "http" ? ("HTTP" as const) : ("TCP" as const),
      certificate: null,
    })),
    healthCheck: {
      target: healthCheck.target,
      interval: healthCheck.interval,
      timeout: healthCheck.timeout,
      healthyThreshold: healthCheck.healthy,
      unhealthyThreshold: healthCheck.unhealthy,
    },
    crossZone: true,
    connectionDraining: IDLE_TIMEOUT_SECONDS,
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    tags,
  };
}
