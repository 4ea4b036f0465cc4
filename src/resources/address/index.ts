import type { ShownOutput } from "../../engine/presentation.ts";
import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { consequences } from "./consequences.ts";
import { addressHours } from "./hours.ts";
import type { AddressFields, AddressOutputs } from "./live.ts";

export type { AddressFields, AddressOutputs } from "./live.ts";

/** What others have to let in. It stays while its gateway is replaced. A list that lacks one of them is of no use. */
const outgoingAddresses: ShownOutput<AddressFields, AddressOutputs> = {
  label: "outgoing addresses",
  value: ({ outputs: { publicAddress } }) => publicAddress,
  ofAll: (values) => values.join(", "),
};

/**
 * An Elastic IP address of a zonal NAT gateway: what others see of the servers behind it. It is a resource of its own,
 * so that another NAT gateway can take it over. Its code for AWS is loaded with the first call.
 */
export const address: ResourceType<AddressFields, AddressOutputs, ResourceContext> = {
  name: "address",
  section: "network",
  sweep: "if-used",
  replace: "create-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  duplicates: "spare",
  fields: { tags: tagsRule },
  usualSeconds: { create: 10, update: 2, delete: 3 },
  consequences,
  hourlyItems: addressHours,
  shownOutputs: { outgoingAddresses },
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "ec2:DescribeAddresses",
      "ec2:DescribeAccountAttributes",
      // To find an address of a NAT gateway that has lost its tags.
      "ec2:DescribeNatGateways",
      "ec2:DescribeInternetGateways",
    ],
    create: ["ec2:AllocateAddress", "ec2:CreateTags", "ec2:ReleaseAddress"],
    update: ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeTags"],
    delete: ["ec2:ReleaseAddress"],
  },
  strays: "ec2",

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepAddresses(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  findObstacles: async (context, sought) =>
    (await import("./obstacles.ts")).addressObstacles(context, sought),

  async create(context, target, fields) {
    const { allocateAddress } = await import("./changes.ts");
    const made = await allocateAddress(context, target, fields);
    // One that an interrupted apply has allocated may have other tags.
    return address.update(context, made, fields, differingFields(made.fields, fields, ["tags"]));
  },

  update: updateBySetters({
    tags: async (input) => (await import("../shared/owned.ts")).setUserTags(input),
  }),

  delete: async (context, live) => (await import("./changes.ts")).releaseAddress(context, live),
};
