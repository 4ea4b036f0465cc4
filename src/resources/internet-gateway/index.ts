import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { setDiffering } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import type { InternetGatewayFields, InternetGatewayOutputs } from "./live.ts";

export type { InternetGatewayFields, InternetGatewayOutputs } from "./live.ts";

/** The way between a network of the stack's own and the internet. It is created and attached in one step. */
export const internetGateway: ResourceType<
  InternetGatewayFields,
  InternetGatewayOutputs,
  ResourceContext
> = {
  name: "internet-gateway",
  section: "network",
  sweep: "if-used",
  replace: "create-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  duplicates: "spare",
  fields: {
    // One that is not attached yet is what an interrupted create has left: the next one attaches it.
    vpcId: {
      onChange: "replace",
      equal: (wanted, live) => live === "" || live === wanted,
      inFile: { name: "network.vpc" },
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 18, update: 2, delete: 10 },
  holds: ["vpc"],
  changedByUpdate: [],
  permissions: {
    discover: ["ec2:DescribeInternetGateways"],
    create: [
      "ec2:CreateInternetGateway",
      "ec2:DeleteInternetGateway",
      "ec2:CreateTags",
      "ec2:AttachInternetGateway",
    ],
    update: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeTags"],
    delete: ["ec2:DetachInternetGateway", "ec2:DeleteInternetGateway"],
  },
  strays: "ec2",

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepInternetGateways(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  findObstacles: async (context, sought) =>
    (await import("./obstacles.ts")).gatewaysWithoutTags(context, sought),

  async create(context, target, fields) {
    const { createInternetGateway } = await import("./changes.ts");
    const made = await createInternetGateway(context, target, fields);
    return internetGateway.update(context, made, fields, internetGateway.update.sets);
  },

  update: updateBySetters(
    {
      vpcId: null,
      tags: async (input) => (await import("../shared/owned.ts")).setUserTags(input),
    },
    setDiffering,
  ),

  delete: async (context, live) =>
    (await import("./changes.ts")).deleteInternetGateway(context, live),
};
