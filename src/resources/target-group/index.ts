import type { ResourceType } from "../../engine/resource.ts";
import { oneSetter, type UpdateInput, updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule, vpcRule } from "../shared/field-rules.ts";
import { healthCheckRule } from "../shared/load-balancer-fields.ts";
import { cautionOf, consequences } from "./consequences.ts";
import type { LiveTargetGroup, TargetGroupFields, TargetGroupOutputs } from "./live.ts";

export type { TargetGroupFields, TargetGroupOutputs } from "./live.ts";

/** Its code for AWS is loaded with the first call, because a stack with a classic load balancer has none. */
export const targetGroup: ResourceType<TargetGroupFields, TargetGroupOutputs, ResourceContext> = {
  name: "target-group",
  section: "loadBalancer",
  sweep: "if-used",
  replace: "create-first",
  naming: { maxLength: 32 }, // "CreateTargetGroup", Elastic Load Balancing API Reference 2015-12-01
  fields: {
    vpcId: { ...vpcRule, inFile: { name: "network.vpc" } },
    protocol: { onChange: "replace" },
    protocolVersion: { onChange: "replace" },
    port: { onChange: "replace", inFile: { name: "application.port" } },
    targetType: { onChange: "replace" },
    loadBalancer: {
      onChange: "replace",
      equal: (wanted, live) => live === null || wanted === live,
      because: () => "a new load balancer needs a target group of its own",
      inFile: { name: "scheme" },
    },
    healthCheck: healthCheckRule,
    drain: { onChange: "update", inFile: { unit: "s" } },
    slowStart: { onChange: "update", inFile: { unit: "s" } },
    balance: {
      onChange: "update",
      inFile: {
        values: {
          round_robin: "round-robin",
          least_outstanding_requests: "least-outstanding",
        },
      },
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 2, update: 2, delete: 7 },
  consequences,
  caution: cautionOf,
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetHealth",
    ],
    // The actions of EC2 and IAM: AWS checks them for the caller ("Elastic Load Balancing API permissions").
    create: [
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeVpcs",
      { action: "iam:CreateServiceLinkedRole", service: "elasticloadbalancing.amazonaws.com" },
    ],
    update: [
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:RemoveTags",
    ],
    delete: [
      "elasticloadbalancing:DeleteTargetGroup",
      // A listener that names it without a share of the requests.
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:ModifyListener",
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLoadBalancerTargetGroups",
    ],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedTargetGroups(context),
    remove: (id) => ["elbv2 delete-target-group", { "target-group-arn": id }],
    permissions: ["elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTags"],
  },

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepTargetGroups(context),

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignTargetGroups(context, sought),

  async create(context, target, fields) {
    const { createTargetGroup } = await import("./changes.ts");
    const made = await createTargetGroup(context, target, fields);
    return targetGroup.update(context, made, fields, targetGroup.update.sets);
  },

  update: updateBySetters(
    {
      vpcId: null,
      protocol: null,
      protocolVersion: null,
      port: null,
      targetType: null,
      loadBalancer: null,
      tags: async (input) => (await import("./changes.ts")).changeUserTags(input),
      healthCheck: async (input) => (await import("./changes.ts")).changeHealthCheck(input),
      ...oneSetter(["drain", "slowStart", "balance"] as const, setAttributes),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const differing = differingFields(live.fields, fields, changed);
      if (differing.length === 0) return live;
      const expected = await set(differing);
      const [{ lookAt }, { untilSeen }] = await Promise.all([
        import("./changes.ts"),
        import("../shared/consistency.ts"),
      ]);
      return untilSeen(
        context,
        `the changed target group ${live.physicalName}`,
        () => lookAt(context, live.physicalName),
        (found) => {
          const left = differingFields(found.fields, expected.fields, differing);
          return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
        },
      );
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteTargetGroup(context, live),
};

async function setAttributes(
  input: UpdateInput<TargetGroupFields, TargetGroupOutputs, ResourceContext>,
  changed: readonly ("drain" | "slowStart" | "balance")[],
): Promise<LiveTargetGroup> {
  const { changeAttributes } = await import("./changes.ts");
  return changeAttributes(input, changed);
}
