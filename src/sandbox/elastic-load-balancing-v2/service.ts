import { metricsChanged } from "../cloud-watch/signals.ts";
import { commonErrors } from "../common-errors.ts";
import { instanceChanged, routesChanged, securityGroupChanged } from "../ec2/signals.ts";
import { query } from "../protocol/query.ts";
import { listen } from "../region.ts";
import type { Service } from "../service.ts";
import { describeAccountLimits } from "./account-limits.ts";
import { answerMetrics } from "./answers.ts";
import { checksBegin, examine, verdict } from "./health.ts";
import { describeListenerAttributes, modifyListenerAttributes } from "./listener-attributes.ts";
import {
  addListenerCertificates,
  certificateQuota,
  describeListenerCertificates,
  removeListenerCertificates,
} from "./listener-certificates.ts";
import {
  createListener,
  deleteListener,
  describeListeners,
  listenerQuota,
  modifyListener,
} from "./listeners.ts";
import {
  describeLoadBalancerAttributes,
  modifyLoadBalancerAttributes,
} from "./load-balancer-attributes.ts";
import {
  createLoadBalancer,
  deleteLoadBalancer,
  describeLoadBalancers,
  loadBalancerQuota,
  provisioned,
} from "./load-balancers.ts";
import { healthMetrics } from "./metrics.ts";
import { operationNames } from "./operation-names.ts";
import { setIpAddressType, setSecurityGroups, setSubnets } from "./placement-operations.ts";
import { forgetTerminated, targetDrained } from "./registration.ts";
import { forgetRequests, requestLoads, requestMetrics } from "./requests.ts";
import {
  createRule,
  deleteRule,
  describeRules,
  modifyRule,
  ruleQuota,
  setRulePriorities,
} from "./rules.ts";
import { loadBalancerDeleted } from "./signals.ts";
import { describeSSLPolicies } from "./ssl-policies.ts";
import { applicationLoadBalancers, listeners, rules, targetGroups } from "./tables.ts";
import { addTags, describeTags, removeTags } from "./tags.ts";
import {
  describeTargetGroupAttributes,
  modifyTargetGroupAttributes,
} from "./target-group-attributes.ts";
import {
  createTargetGroup,
  deleteTargetGroup,
  describeTargetGroups,
  modifyTargetGroup,
  targetGroupQuota,
} from "./target-groups.ts";
import { deregisterTargets, describeTargetHealth, registerTargets } from "./targets.ts";

/** Elastic Load Balancing with application load balancers. */
export const elasticLoadBalancingV2: Service = {
  name: "elasticloadbalancing",
  sdkId: "Elastic Load Balancing v2",
  cliName: "elbv2",
  protocol: query({
    version: "2015-12-01",
    xmlNamespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  }),
  errors: commonErrors,
  operations: [
    createLoadBalancer,
    describeLoadBalancers,
    deleteLoadBalancer,
    describeLoadBalancerAttributes,
    modifyLoadBalancerAttributes,
    setSubnets,
    setSecurityGroups,
    setIpAddressType,
    createTargetGroup,
    describeTargetGroups,
    modifyTargetGroup,
    deleteTargetGroup,
    describeTargetGroupAttributes,
    modifyTargetGroupAttributes,
    registerTargets,
    deregisterTargets,
    describeTargetHealth,
    createListener,
    describeListeners,
    modifyListener,
    deleteListener,
    describeListenerAttributes,
    modifyListenerAttributes,
    addListenerCertificates,
    removeListenerCertificates,
    describeListenerCertificates,
    createRule,
    describeRules,
    modifyRule,
    deleteRule,
    setRulePriorities,
    addTags,
    removeTags,
    describeTags,
    describeSSLPolicies,
    describeAccountLimits,
  ],
  operationNames,
  events: [checksBegin, verdict, provisioned, targetDrained],
  tables: [applicationLoadBalancers, targetGroups, listeners, rules, requestLoads],
  quotas: [loadBalancerQuota, targetGroupQuota, listenerQuota, certificateQuota, ruleQuota],
  metrics: [...healthMetrics, ...requestMetrics, ...answerMetrics],
  listeners: [
    listen(instanceChanged, (region) => region.signal(metricsChanged, undefined)),
    listen(routesChanged, (region) => region.signal(metricsChanged, undefined)),
    listen(loadBalancerDeleted, forgetRequests),
    listen(instanceChanged, (region, id) => {
      for (const group of region.table(targetGroups).all()) {
        if (!group.targets.some(({ instanceId }) => instanceId === id)) continue;
        forgetTerminated(region, group);
        examine(region, group.arn);
      }
    }),
    listen(securityGroupChanged, (region) => {
      for (const { arn } of region.table(targetGroups).all()) examine(region, arn);
    }),
  ],
};
