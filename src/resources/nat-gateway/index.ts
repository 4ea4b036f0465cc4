import type { ShownOutput } from "../../engine/presentation.ts";
import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { derivedRule, tagsRule } from "../shared/field-rules.ts";
import { consequences } from "./consequences.ts";
import { natGatewayHours } from "./hours.ts";
import type { NatGatewayFields, NatGatewayOutputs } from "./live.ts";

export type { NatGatewayFields, NatGatewayOutputs } from "./live.ts";

/** What others have to let in, of a regional gateway. Those of a zonal one are resources of their own. */
const outgoingAddresses: ShownOutput<NatGatewayFields, NatGatewayOutputs> = {
  label: "outgoing addresses",
  value: ({ fields: { mode }, outputs: { publicAddresses } }) =>
    mode === "zonal" || publicAddresses === "" ? undefined : publicAddresses,
};

/**
 * The way of private servers to the internet. AWS creates it in the background: what is wrong shows only minutes later,
 * as a failed gateway with AWS's reason. Its code for AWS is loaded with the first call.
 */
export const natGateway: ResourceType<NatGatewayFields, NatGatewayOutputs, ResourceContext> = {
  name: "nat-gateway",
  section: "network",
  sweep: "if-used",
  // An address serves one gateway at a time.
  replace: "delete-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  // Its token makes two unlikely. If the tags of two applies at once differ, so do their requests.
  duplicates: "spare",
  fields: {
    vpcId: { onChange: "replace", inFile: { name: "network.vpc" } },
    mode: { onChange: "replace" },
    subnetId: { onChange: "replace", inFile: { name: "subnet" } },
    allocationId: { onChange: "replace", inFile: { name: "address" } },
    internetGateway: derivedRule,
    zonesBefore: { onChange: "update", writeOnly: true },
    tags: tagsRule,
  },
  usualSeconds: { create: 100, update: 2, delete: 60 },
  consequences,
  shownOutputs: { outgoingAddresses },
  hourlyItems: natGatewayHours,
  holds: ["vpc", "internet-gateway", "subnet", "address"],
  changedByUpdate: [],
  permissions: {
    discover: ["ec2:DescribeNatGateways", "ec2:DescribeInternetGateways"],
    create: [
      "ec2:CreateNatGateway",
      "ec2:CreateTags",
      // For the addresses of a regional one ("Using service-linked roles for VPC", Amazon VPC User Guide).
      { action: "iam:CreateServiceLinkedRole", service: "ec2-nat-gateway.amazonaws.com" },
    ],
    update: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeTags"],
    delete: ["ec2:DeleteNatGateway"],
  },
  strays: "ec2",

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepNatGateways(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  findObstacles: async (context, sought) =>
    (await import("./obstacles.ts")).natGatewaysWithoutTags(context, sought),

  async create(context, target, fields) {
    const { createNatGateway } = await import("./changes.ts");
    const made = await createNatGateway(context, target, fields);
    // One that an interrupted apply has requested may have other tags.
    const differing = differingFields(made.fields, fields, ["tags"]);
    return natGateway.update(context, made, fields, differing);
  },

  update: updateBySetters({
    vpcId: null,
    mode: null,
    subnetId: null,
    allocationId: null,
    internetGateway: null,
    zonesBefore: null,
    tags: async (input) => (await import("../shared/owned.ts")).setUserTags(input),
  }),

  delete: async (context, live) => (await import("./changes.ts")).deleteNatGateway(context, live),
};
