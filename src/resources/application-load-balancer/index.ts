import type { ShownOutput } from "../../engine/presentation.ts";
import type { ResourceType } from "../../engine/resource.ts";
import { oneSetter, type UpdateInput, updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { placementRules, sortedSets } from "../shared/load-balancer-fields.ts";
import { loadBalancerHours } from "../shared/load-balancer-hours.ts";
import { urlOutput } from "../shared/url.ts";
import { consequences } from "./consequences.ts";
import { sameListeners, withLiveTargetGroups } from "./exchanged-target-groups.ts";
import type {
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  LiveApplicationLoadBalancer,
} from "./live.ts";
import { withLiveCertificates } from "./secured-listeners.ts";

export type { ApplicationLoadBalancerFields, ApplicationLoadBalancerOutputs } from "./live.ts";

type Input = UpdateInput<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  ResourceContext
>;

const attributes = [
  "idleTimeout",
  "dropInvalidHeaders",
  "accessLog",
  "deletionProtection",
] as const;

/** What somebody else's DNS has to say, so that visitors get here. */
const recordsOutput: ShownOutput<ApplicationLoadBalancerFields, ApplicationLoadBalancerOutputs> = {
  label: "DNS records",
  value({ fields: { names = [] }, outputs: { dnsName } }) {
    const theirs = names.filter(({ zone }) => zone === null).map(({ name }) => name);
    return theirs.length === 0 ? undefined : `${theirs.join(", ")}: CNAME or alias of ${dnsName}`;
  },
};

/** Its code for AWS is loaded with the first call, because a stack with a classic load balancer has none. */
export const applicationLoadBalancer: ResourceType<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  ResourceContext
> = {
  name: "application-load-balancer",
  section: "loadBalancer",
  sweep: "if-used",
  replace: "create-first",
  naming: { maxLength: 32 }, // "CreateLoadBalancer", Elastic Load Balancing API Reference 2015-12-01
  fields: {
    ...placementRules,
    listeners: {
      onChange: "update",
      equal: sameListeners,
      meanwhile: (wanted, live) => withLiveTargetGroups(withLiveCertificates(wanted, live), live),
      atCreate: (wanted) => withLiveCertificates(wanted, []),
      directsRequests: true,
    },
    otherRules: {
      onChange: "update",
      because: (rules = []) =>
        `somebody added rules that this stack does not define: ${rules.join("; ")}`,
    },
    idleTimeout: { onChange: "update", inFile: { unit: "s" } },
    dropInvalidHeaders: { onChange: "update" },
    accessLog: { onChange: "update" },
    deletionProtection: {
      onChange: "update",
      equal: (wanted, live) => wanted == null || wanted === live,
      because: () => "its protection from deletion differs",
      inFile: { name: "scaling.protect" },
    },
    webAcl: {
      onChange: "update",
      equal: (wanted = "any", live = "any") => wanted === "any" || wanted === live,
      inFile: { name: "firewall (web ACL)" },
    },
    // The name moves last, to servers that are healthy behind the new load balancer.
    names: {
      onChange: "update",
      meanwhile: (_, live) => live,
      atCreate: (wanted) => (wanted === undefined || wanted.length === 0 ? wanted : []),
      directsRequests: true,
      because: (before = [], after = []) => {
        const leading = before.filter(({ leads }) => leads !== false).map(({ name }) => name);
        const missing = after.filter(({ name }) => !leading.includes(name));
        return missing.length === 0
          ? "it serves other names"
          : `${missing.map(({ name }) => name).join(", ")} should lead to it`;
      },
      inFile: { name: "domain.names" },
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 160, update: 3, delete: 5 },
  consequences,
  shownOutputs: { url: urlOutput, records: recordsOutput },
  hourlyItems: (object) => loadBalancerHours("applicationLoadBalancer", object),
  serving: true,
  async status(context, live) {
    const { status } = await import("./status.ts");
    return status(context, live);
  },
  holds: ["security-group", "subnet", "target-group", "certificate", "web-acl"],
  changedByUpdate: [],
  // The actions of EC2: AWS checks them for the caller ("Elastic Load Balancing API permissions").
  permissions: {
    discover: [
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTargetHealth",
      // The records of the names.
      "route53:ListHostedZonesByName",
      "route53:ListResourceRecordSets",
      "wafv2:GetWebACLForResource",
    ],
    create: [
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      { action: "iam:CreateServiceLinkedRole", service: "elasticloadbalancing.amazonaws.com" },
    ],
    update: [
      "ec2:DescribeSubnets",
      "ec2:DescribeSecurityGroups",
      "elasticloadbalancing:SetSubnets",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetWebACL",
      "wafv2:AssociateWebACL",
      "wafv2:DisassociateWebACL",
      // A listener waits for its certificate.
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
      "acm:AddTagsToCertificate",
      "route53:GetHostedZone",
      "route53:ChangeResourceRecordSets",
      "route53:GetChange",
    ],
    delete: [
      "elasticloadbalancing:DeleteLoadBalancer",
      "route53:ChangeResourceRecordSets",
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLoadBalancerTargetGroups",
    ],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedLoadBalancers(context),
    remove: (id) => ["elbv2 delete-load-balancer", { "load-balancer-arn": id }],
    permissions: [
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
    ],
  },

  normalize: (fields) => ({
    ...sortedSets(fields),
    otherRules: fields.otherRules ?? [],
    deletionProtection: fields.deletionProtection ?? null,
    webAcl: fields.webAcl === undefined ? "any" : fields.webAcl,
    names: fields.names ?? [],
  }),

  discover: async (context) => (await import("./live.ts")).sweepLoadBalancers(context),

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignLoadBalancers(context, sought),

  findObstacles: async (context, sought) =>
    (await import("./foreign.ts")).takenNames(context, sought),

  async create(context, target, fields) {
    const { createLoadBalancer, untilActive } = await import("./changes.ts");
    const made = await createLoadBalancer(context, target, fields);
    const { update } = applicationLoadBalancer;
    await update(context, made, fields, update.sets);
    return untilActive(context, target.physicalName);
  },

  update: updateBySetters(
    {
      vpcId: null,
      scheme: null,
      tags: async (input) => (await import("./changes.ts")).changeUserTags(input),
      securityGroupIds: async (input) => (await import("./changes.ts")).setSecurityGroups(input),
      subnets: async (input) => (await import("./changes.ts")).setSubnets(input),
      ...oneSetter(attributes, setAttributes),
      listeners: async (input) => (await import("./changes.ts")).changeListeners(input),
      otherRules: async (input) => (await import("./changes.ts")).removeRules(input),
      webAcl: async (input) => (await import("./web-acl.ts")).setWebAcl(input),
      names: async (input) => (await import("./names.ts")).setNames(input),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const { untilActive } = await import("./changes.ts");
      const name = live.physicalName;
      const differing = differences(live.fields, fields, changed);
      // A listener may have to wait for a record, and a name for its owner. Everything else is set before, above all the
      // web ACL, and the next apply finds it as it was set.
      const waiting = ["listeners", "names"] as const;
      const others = differing.filter((each) => !waiting.some((name) => name === each));
      const parts = [others, ...waiting.map((name) => differing.filter((each) => each === name))];
      for (const part of parts.filter(({ length }) => length > 0)) {
        const expected = await set(part);
        const [{ untilSeen }, { lookAtFields }] = await Promise.all([
          import("../shared/consistency.ts"),
          import("./live.ts"),
        ]);
        await untilSeen(
          context,
          `the changed load balancer ${name}`,
          () => lookAtFields(context, live, part),
          (found) => {
            const left = differences({ ...live.fields, ...found }, expected.fields, part);
            return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
          },
        );
      }
      return changed.length === 0 || differing.length > 0 ? untilActive(context, name) : live;
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteLoadBalancer(context, live),
};

async function setAttributes(
  input: Input,
  changed: readonly (typeof attributes)[number][],
): Promise<LiveApplicationLoadBalancer> {
  const { changeAttributes } = await import("./changes.ts");
  return changeAttributes(input, changed);
}

function differences(
  live: ApplicationLoadBalancerFields,
  wanted: ApplicationLoadBalancerFields,
  named: readonly (keyof ApplicationLoadBalancerFields & string)[],
) {
  const { normalize, fields } = applicationLoadBalancer;
  // Of these two, a stack file may want whatever there is.
  const compared = named.filter(
    (name) =>
      (name !== "webAcl" || !fields.webAcl.equal?.(wanted.webAcl, live.webAcl)) &&
      (name !== "deletionProtection" || wanted.deletionProtection != null),
  );
  return differingFields(normalize(live), normalize(wanted), compared);
}
