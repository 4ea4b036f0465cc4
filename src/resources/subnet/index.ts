import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { setDiffering } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import type { SubnetFields, SubnetOutputs } from "./live.ts";

export type { SubnetFields, SubnetOutputs } from "./live.ts";

/**
 * A part of the stack's network in one zone, with the table that says where its traffic goes. Whatever refers to it
 * waits until its traffic has its way: its table comes first, with the NAT gateway that the table names.
 */
export const subnet: ResourceType<SubnetFields, SubnetOutputs, ResourceContext> = {
  name: "subnet",
  section: "network",
  sweep: "if-used",
  replace: "create-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  duplicates: "spare",
  fields: {
    vpcId: { onChange: "replace", inFile: { name: "network.vpc" } },
    cidr: { onChange: "replace" },
    zone: { onChange: "replace" },
    publicAddresses: {
      onChange: "update",
      // Until the servers have left, one that starts in it needs its address: it has no other way out.
      meanwhile: (wanted, live) => wanted || live,
      inFile: { name: "servers get public addresses" },
    },
    routeTable: {
      onChange: "update",
      because: (before, after) => `its route table: ${before ?? "none of the stack's"} → ${after}`,
      inFile: { name: "route table" },
    },
    endpoints: { onChange: "update", writeOnly: true },
    tags: tagsRule,
  },
  usualSeconds: { create: 4, update: 3, delete: 30 },
  holds: ["vpc"],
  changedByUpdate: [],
  permissions: {
    discover: ["ec2:DescribeSubnets", "ec2:DescribeRouteTables"],
    create: [
      "ec2:CreateSubnet",
      "ec2:CreateTags",
      "ec2:ModifySubnetAttribute",
      "ec2:AssociateRouteTable",
      "ec2:ReplaceRouteTableAssociation",
    ],
    update: [
      "ec2:ModifySubnetAttribute",
      "ec2:AssociateRouteTable",
      "ec2:ReplaceRouteTableAssociation",
      "ec2:CreateTags",
      "ec2:DeleteTags",
      "ec2:DescribeTags",
    ],
    delete: [
      "ec2:DeleteSubnet",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeVpcs",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNatGateways",
      "ec2:DescribeVpcEndpoints",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
    ],
  },
  strays: "ec2",

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepOwnSubnets(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  findObstacles: async (context, sought) =>
    (await import("./obstacles.ts")).subnetsWithoutTags(context, sought),

  async findHolds(context, live, deleting) {
    const { interfaceHolds, vpcHolds } = await import("./holds.ts");
    const ids = live.map(({ id }) => id);
    const found = [interfaceHolds(context, ids), vpcHolds(context, live, deleting)];
    return (await Promise.all(found)).flat();
  },

  async create(context, target, fields) {
    const { createSubnet } = await import("./changes.ts");
    const made = await createSubnet(context, target, fields);
    return subnet.update(context, made, fields, subnet.update.sets);
  },

  update: updateBySetters(
    {
      vpcId: null,
      cidr: null,
      zone: null,
      endpoints: null,
      publicAddresses: async (input) => (await import("./changes.ts")).setPublicAddresses(input),
      routeTable: async (input) => (await import("./changes.ts")).setRouteTable(input),
      tags: async (input) => (await import("../shared/owned.ts")).setUserTags(input),
    },
    setDiffering,
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteSubnet(context, live),
};
