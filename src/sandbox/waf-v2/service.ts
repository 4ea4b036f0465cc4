import { loadBalancerDeleted } from "../elastic-load-balancing-v2/signals.ts";
import { listen } from "../region.ts";
import type { Service } from "../service.ts";
import { associationOperations, associationQuota } from "./associations.ts";
import { checkCapacity } from "./check-capacity.ts";
import { wafErrors } from "./errors.ts";
import { ipSetOperations, ipSetQuota } from "./ip-sets.ts";
import { managedRuleGroupOperations } from "./managed-rule-group-operations.ts";
import { operationNames } from "./operation-names.ts";
import { wafProtocol } from "./protocol.ts";
import { associations, ipSets, webAcls } from "./tables.ts";
import { tagOperations } from "./tags.ts";
import { endAssociation } from "./use.ts";
import { webAclReads } from "./web-acl-reads.ts";
import { webAclOperations, webAclQuota } from "./web-acls.ts";

/** AWS WAF, of scope REGIONAL. The sandbox judges no requests by it. */
export const wafV2: Service = {
  name: "wafv2",
  sdkId: "WAFV2",
  protocol: wafProtocol,
  errors: wafErrors,
  operations: [
    ...webAclOperations,
    ...webAclReads,
    ...associationOperations,
    ...ipSetOperations,
    checkCapacity,
    ...managedRuleGroupOperations,
    ...tagOperations,
  ],
  operationNames,
  tables: [webAcls, ipSets, associations],
  quotas: [webAclQuota, ipSetQuota, associationQuota],
  listeners: [listen(loadBalancerDeleted, endAssociation)],
};
