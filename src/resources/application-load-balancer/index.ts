import type { ResourceType } from "../../engine/resource.ts";
import { oneSetter, type UpdateInput, updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { placementRules, sortedSets } from "../shared/load-balancer-fields.ts";
import { urlOutput } from "../shared/url.ts";
import { consequences } from "./consequences.ts";
import { sameListeners, withLiveTargetGroups } from "./exchanged-target-groups.ts";
import type {
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  LiveApplicationLoadBalancer,
} from "./live.ts";

export type { ApplicationLoadBalancerFields, ApplicationLoadBalancerOutputs } from "./live.ts";

type Input = UpdateInput<
  ApplicationLoadBalancerFields,
  ApplicationLoadBalancerOutputs,
  ResourceContext
>;

const attributes = ["idleTimeout", "dropInvalidHeaders", "accessLog"] as const;

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
      meanwhile: withLiveTargetGroups,
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
    tags: tagsRule,
  },
  usualSeconds: { create: 160, update: 3, delete: 5 },
  consequences,
  shownOutputs: { url: urlOutput },
  serving: true,
  async status(context, live) {
    const { status } = await import("./status.ts");
    return status(context, live);
  },
  holds: ["security-group", "target-group"],
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
    ],
    delete: [
      "elasticloadbalancing:DeleteLoadBalancer",
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
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const { untilActive } = await import("./changes.ts");
      const name = live.physicalName;
      const differing = differences(live.fields, fields, changed);
      if (differing.length > 0) {
        const expected = await set(differing);
        const [{ untilSeen }, { lookAtFields }] = await Promise.all([
          import("../shared/consistency.ts"),
          import("./live.ts"),
        ]);
        await untilSeen(
          context,
          `the changed load balancer ${name}`,
          () => lookAtFields(context, live, differing),
          (found) => {
            const left = differences({ ...live.fields, ...found }, expected.fields, differing);
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
  const { normalize } = applicationLoadBalancer;
  return differingFields(normalize(live), normalize(wanted), named);
}
