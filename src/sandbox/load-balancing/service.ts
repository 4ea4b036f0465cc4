import type { Service } from "../service.ts";
import type { Region } from "../world.ts";
import { describeLoadBalancerAttributes, modifyLoadBalancerAttributes } from "./attributes.ts";
import { formerListeners, formerSubnets } from "./former.ts";
import { checksBegin, examine, verdict } from "./health.ts";
import { configureHealthCheck } from "./health-check.ts";
import { createLoadBalancerListeners, deleteLoadBalancerListeners } from "./listeners.ts";
import { loadBalancers } from "./load-balancer.ts";
import { createLoadBalancer, deleteLoadBalancer, describeLoadBalancers } from "./load-balancers.ts";
import { interfacesReleased } from "./placement.ts";
import {
  applySecurityGroups,
  attachToSubnets,
  detachFromSubnets,
  disableZones,
  enableZones,
} from "./placement-operations.ts";
import { policyOperations } from "./policies.ts";
import {
  deregisterInstances,
  describeInstanceHealth,
  forgetTerminated,
  registerInstances,
} from "./registration.ts";
import { addTags, describeTags, removeTags } from "./tags.ts";

/** Classic Elastic Load Balancing. */
export const loadBalancing: Service = {
  name: "elasticloadbalancing",
  version: "2012-06-01",
  protocol: "query",
  operations: [
    createLoadBalancer,
    describeLoadBalancers,
    deleteLoadBalancer,
    configureHealthCheck,
    createLoadBalancerListeners,
    deleteLoadBalancerListeners,
    applySecurityGroups,
    attachToSubnets,
    detachFromSubnets,
    enableZones,
    disableZones,
    registerInstances,
    deregisterInstances,
    describeInstanceHealth,
    addTags,
    removeTags,
    describeTags,
    describeLoadBalancerAttributes,
    modifyLoadBalancerAttributes,
    ...policyOperations,
  ],
  events: [checksBegin, verdict, interfacesReleased],
  tables: [loadBalancers, formerListeners, formerSubnets],
  instanceChanged: (region, instanceId) => {
    for (const balancer of region.table(loadBalancers).all()) {
      if (!balancer.registrations.some((candidate) => candidate.instanceId === instanceId))
        continue;
      forgetTerminated(region, balancer);
      examine(region, balancer);
    }
  },
  securityGroupChanged: (region) => examineAll(region),
};

function examineAll(region: Region): void {
  for (const balancer of region.table(loadBalancers).all()) examine(region, balancer);
}
