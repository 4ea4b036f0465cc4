import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { setDiffering } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { consequences } from "./consequences.ts";
import type { VpcFields, VpcOutputs } from "./live.ts";

export type { VpcFields, VpcOutputs } from "./live.ts";

/**
 * A network of the stack's own. What is in it are resources of their own, except what AWS makes with it (its default
 * security group) and what it cannot be without (its flow logs).
 */
export const vpc: ResourceType<VpcFields, VpcOutputs, ResourceContext> = {
  name: "vpc",
  section: "network",
  sweep: "if-used",
  replace: "create-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  duplicates: "spare",
  fields: {
    cidr: {
      onChange: "replace",
      instead:
        "AWS cannot change the range of a VPC, and a stack with servers cannot move to another one. Put the range that the VPC has into network.cidr. Or create a second stack with the new range (stack:), point your users to its URL, then destroy this one. An empty stack can move: set scaling.min, max and desired to 0, and apply, before you change network.cidr.",
    },
    dnsSupport: { onChange: "update", inFile: { name: "DNS resolution" } },
    dnsHostnames: { onChange: "update", inFile: { name: "DNS hostnames" } },
    defaultSecurityGroup: {
      onChange: "update",
      because: () => "the default security group has rules. Whatever names no group would get them",
      inFile: { name: "default security group" },
    },
    flowLogs: { onChange: "update" },
    tags: tagsRule,
  },
  usualSeconds: { create: 20, update: 3, delete: 5 },
  consequences,
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "ec2:DescribeVpcs",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeFlowLogs",
      // To find what others have in a VPC that a plan deletes.
      "ec2:DescribeSubnets",
      "ec2:DescribeRouteTables",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNatGateways",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcPeeringConnections",
    ],
    create: [
      "ec2:CreateVpc",
      "ec2:DeleteVpc",
      "ec2:CreateTags",
      "ec2:DescribeSubnets",
      "ec2:DescribeInternetGateways",
      "ec2:ModifyVpcAttribute",
      "ec2:RevokeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupEgress",
      ...flowLogActions(),
    ],
    update: [
      "ec2:ModifyVpcAttribute",
      "ec2:RevokeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:CreateTags",
      "ec2:DeleteTags",
      "ec2:DescribeTags",
      ...flowLogActions(),
    ],
    delete: ["ec2:DeleteVpc", "ec2:DeleteFlowLogs"],
  },
  strays: "ec2",

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepVpcs(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  findObstacles: async (context, sought) =>
    (await import("./obstacles.ts")).vpcsWithoutTags(context, sought),

  async findHolds(context, live) {
    const { gatewayHolds, guestHolds } = await import("./holds.ts");
    const ids = live.map(({ id }) => id);
    return (await Promise.all([guestHolds(context, ids), gatewayHolds(context, ids)])).flat();
  },

  async create(context, target, fields) {
    const { createVpc } = await import("./changes.ts");
    const made = await createVpc(context, target, fields);
    return vpc.update(context, made, fields, vpc.update.sets);
  },

  update: updateBySetters(
    {
      cidr: null,
      dnsSupport: async (input) => (await import("./changes.ts")).setDnsSupport(input),
      dnsHostnames: async (input) => (await import("./changes.ts")).setDnsHostnames(input),
      defaultSecurityGroup: async (input) =>
        (await import("./changes.ts")).emptyDefaultGroup(input),
      flowLogs: async (input) => (await import("./flow-logs.ts")).setFlowLogs(input),
      tags: async (input) => (await import("../shared/owned.ts")).setUserTags(input),
    },
    setDiffering,
  ),

  async delete(context, live) {
    const [{ deleteVpc }, { removeFlowLogs }] = await Promise.all([
      import("./changes.ts"),
      import("./flow-logs.ts"),
    ]);
    await removeFlowLogs(context, live);
    await deleteVpc(context, live);
  },
};

/** "AWS service … delivery": CreateFlowLogs to CloudWatch Logs hands the role to the service. */
function flowLogActions() {
  return [
    "ec2:CreateFlowLogs",
    "ec2:DeleteFlowLogs",
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    { action: "iam:PassRole", service: "vpc-flow-logs.amazonaws.com" },
  ] as const;
}
