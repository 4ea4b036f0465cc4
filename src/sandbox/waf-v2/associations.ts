import {
  AssociateWebACL$,
  type AssociateWebACLRequest,
  DisassociateWebACL$,
  type DisassociateWebACLRequest,
  GetWebACLForResource$,
  type GetWebACLForResourceRequest,
  ListResourcesForWebACL$,
  type ListResourcesForWebACLRequest,
} from "@aws-sdk/client-wafv2";
import {
  type ApplicationLoadBalancer,
  applicationLoadBalancers,
} from "../elastic-load-balancing-v2/tables.ts";
import { operation } from "../operation.ts";
import type { Quota, Region } from "../region.ts";
import {
  failedConstraint,
  invalidArn,
  limitsExceeded,
  nonexistent,
  unavailable,
} from "./errors.ts";
import { checkArn } from "./named.ts";
import { associations, webAcls } from "./tables.ts";
import { endAssociation, releaseWebAcl, resourcesOf } from "./use.ts";
import { describeWebAcl } from "./web-acl-answers.ts";

/** "Maximum number of Application Load Balancer associations per web ACL", "AWS WAF quotas". */
export const associationQuota: Quota = { name: "loadBalancersPerWebAcl", usual: 100 };

const associateWebACL = operation<AssociateWebACLRequest>(
  AssociateWebACL$,
  ["WebACLArn", "ResourceArn"],
  (region, { WebACLArn: arn = "", ResourceArn: resource = "" }) => {
    checkArn(region, "webacl", arn);
    const balancer = requireBalancer(region, resource);
    const webAcl = region.table(webAcls).latest(arn);
    if (webAcl === undefined) throw nonexistent();
    if (region.now < webAcl.availableAt) throw unavailable();
    // The API answers so until the load balancer is active.
    if (balancer.state !== "active") throw nonexistent();
    const table = region.table(associations);
    const present = table.latest(resource);
    if (present?.webAcl === arn) return {};
    if (resourcesOf(region, arn).length >= region.quota(associationQuota)) throw limitsExceeded();
    if (present === undefined) {
      table.add(resource, { resource, webAcl: arn });
      return {};
    }
    // A resource has one web ACL. A new one takes the place of the former without an error.
    const former = present.webAcl;
    table.change(resource, (association) => {
      association.webAcl = arn;
    });
    releaseWebAcl(region, former);
    return {};
  },
);

const disassociateWebACL = operation<DisassociateWebACLRequest>(
  DisassociateWebACL$,
  ["ResourceArn"],
  (region, { ResourceArn: resource = "" }) => {
    requireBalancer(region, resource);
    // "Disassociates the specified resource from its web ACL association, if it has one."
    endAssociation(region, resource);
    return {};
  },
);

const getWebACLForResource = operation<GetWebACLForResourceRequest>(
  GetWebACLForResource$,
  ["ResourceArn"],
  (region, { ResourceArn: resource = "" }) => {
    requireBalancer(region, resource);
    const association = region.table(associations).find(resource);
    if (association === undefined) return {};
    const table = region.table(webAcls);
    const webAcl = table.find(association.webAcl) ?? table.latest(association.webAcl);
    return webAcl === undefined ? {} : { WebACL: describeWebAcl(region, webAcl) };
  },
);

/** "ResourceType" of the service's model. */
const resourceTypes: readonly string[] = [
  "APPLICATION_LOAD_BALANCER",
  "API_GATEWAY",
  "APPSYNC",
  "COGNITO_USER_POOL",
  "APP_RUNNER_SERVICE",
  "VERIFIED_ACCESS_INSTANCE",
  "AMPLIFY",
];

const listResourcesForWebACL = operation<ListResourcesForWebACLRequest>(
  ListResourcesForWebACL$,
  ["WebACLArn", "ResourceType"],
  (region, { WebACLArn: arn = "", ResourceType: type = "APPLICATION_LOAD_BALANCER" }) => {
    checkArn(region, "webacl", arn);
    if (!resourceTypes.includes(type)) {
      throw failedConstraint(
        type,
        "resourceType",
        `Member must satisfy enum value set: [${resourceTypes.join(", ")}]`,
      );
    }
    if (region.table(webAcls).find(arn) === undefined) throw nonexistent();
    const own = region
      .table(associations)
      .list()
      .filter(({ webAcl }) => webAcl === arn);
    const isOfBalancers = type === "APPLICATION_LOAD_BALANCER";
    return { ResourceArns: isOfBalancers ? own.map(({ resource }) => resource) : [] };
  },
);

/** @throws AwsError WAFInvalidParameterException, WAFNonexistentItemException. */
function requireBalancer(region: Region, arn: string): ApplicationLoadBalancer {
  const prefix = `arn:${region.partition}:elasticloadbalancing:${region.name}:${region.account}:loadbalancer/app/`;
  if (!arn.startsWith(prefix)) throw invalidArn(arn);
  const balancer = region.table(applicationLoadBalancers).use(arn);
  if (balancer === undefined) throw nonexistent();
  return balancer;
}

export const associationOperations = [
  associateWebACL,
  disassociateWebACL,
  getWebACLForResource,
  listResourcesForWebACL,
];
