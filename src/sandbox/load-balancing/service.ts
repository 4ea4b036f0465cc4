import { metricsChanged } from "../cloud-watch/signals.ts";
import { commonErrors } from "../common-errors.ts";
import { instanceChanged, routesChanged, securityGroupChanged } from "../ec2/signals.ts";
import { query } from "../protocol/query.ts";
import { listen, type Region } from "../region.ts";
import type { Service } from "../service.ts";
import { describeLoadBalancerAttributes, modifyLoadBalancerAttributes } from "./attributes.ts";
import { formerListeners, formerSubnets } from "./former.ts";
import { checksBegin, examine, verdict } from "./health.ts";
import { configureHealthCheck } from "./health-check.ts";
import { createLoadBalancerListeners, deleteLoadBalancerListeners } from "./listeners.ts";
import { loadBalancers } from "./load-balancer.ts";
import {
  createLoadBalancer,
  deleteLoadBalancer,
  describeLoadBalancers,
  loadBalancerQuota,
} from "./load-balancers.ts";
import { classicMetrics } from "./metrics.ts";
import { operationNames } from "./operation-names.ts";
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
  sdkId: "Elastic Load Balancing",
  cliName: "elb",
  protocol: query({
    version: "2012-06-01",
    xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
  }),
  errors: commonErrors,
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
  operationNames,
  events: [checksBegin, verdict, interfacesReleased],
  tables: [loadBalancers, formerListeners, formerSubnets],
  quotas: [loadBalancerQuota],
  metrics: classicMetrics,
  listeners: [
    listen(instanceChanged, (region) => region.signal(metricsChanged, undefined)),
    listen(routesChanged, (region) => region.signal(metricsChanged, undefined)),
    listen(instanceChanged, (region, instanceId) => {
      for (const balancer of region.table(loadBalancers).all()) {
        if (!balancer.registrations.some((candidate) => candidate.instanceId === instanceId))
          continue;
        forgetTerminated(region, balancer);
        examine(region, balancer);
      }
    }),
    listen(securityGroupChanged, (region) => examineAll(region)),
  ],
};

function examineAll(region: Region): void {
  for (const balancer of region.table(loadBalancers).all()) examine(region, balancer);
}
