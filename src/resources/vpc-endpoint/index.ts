import { compareText } from "../../aws/order.ts";
import type { DesiredFields, ResourceType } from "../../engine/resource.ts";
import { oneSetter, type UpdateInput, updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { setRule, tagsRule, union } from "../shared/field-rules.ts";
import type { Modifiable } from "./changes.ts";
import { consequences } from "./consequences.ts";
import { endpointHours } from "./hours.ts";
import type { LiveVpcEndpoint, VpcEndpointFields, VpcEndpointOutputs } from "./live.ts";

export type { VpcEndpointFields, VpcEndpointOutputs } from "./live.ts";

/**
 * A way from the VPC to one of AWS's services without the internet: a route for S3, network interfaces for Systems
 * Manager. Its code for AWS is loaded with the first call.
 */
export const vpcEndpoint: ResourceType<VpcEndpointFields, VpcEndpointOutputs, ResourceContext> = {
  name: "vpc-endpoint",
  section: "network",
  sweep: "if-used",
  // A VPC has one endpoint with the private name of a service, and a route table one route to it.
  replace: "delete-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  // Its token makes two unlikely. If the tags of two applies at once differ, so do their requests.
  duplicates: "spare",
  fields: {
    vpcId: { onChange: "replace", inFile: { name: "network.vpc" } },
    service: { onChange: "replace", inFile: { name: "network.endpoints" } },
    kind: { onChange: "replace" },
    // The servers leave a table's subnets after they have others, and need the way until then.
    routeTables: { ...setRule, meanwhile: union, inFile: { name: "route tables" } },
    subnets: setRule,
    securityGroupIds: { ...setRule, inFile: { name: "security groups" } },
    privateDns: { onChange: "update", inFile: { name: "private DNS names" } },
    tags: tagsRule,
  },
  usualSeconds: { create: 60, update: 5, delete: 60 },
  consequences,
  hourlyItems: endpointHours,
  holds: ["vpc", "subnet", "security-group"],
  changedByUpdate: [],
  permissions: {
    discover: ["ec2:DescribeVpcEndpoints"],
    // The actions of Route 53: for the private name of a service ("Actions, resources, and condition keys for Amazon EC2").
    create: ["ec2:CreateVpcEndpoint", "ec2:CreateTags", "route53:AssociateVPCWithHostedZone"],
    update: [
      "ec2:ModifyVpcEndpoint",
      "ec2:CreateTags",
      "ec2:DeleteTags",
      "ec2:DescribeTags",
      "route53:AssociateVPCWithHostedZone",
    ],
    delete: ["ec2:DeleteVpcEndpoints", "ec2:DescribeNetworkInterfaces"],
  },
  strays: "ec2",

  normalize: sortedSets,

  discover: async (context) => (await import("./live.ts")).sweepVpcEndpoints(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  findObstacles: async (context, sought) =>
    (await import("./obstacles.ts")).endpointsWithoutTags(context, sought),

  async create(context, target, fields) {
    const { createVpcEndpoint } = await import("./changes.ts");
    const made = await createVpcEndpoint(context, target, fields);
    return vpcEndpoint.update(context, made, fields, vpcEndpoint.update.sets);
  },

  update: updateBySetters(
    {
      vpcId: null,
      service: null,
      kind: null,
      tags: async (input) => (await import("../shared/owned.ts")).setUserTags(input),
      ...oneSetter<Modifiable, typeof modify>(
        ["routeTables", "subnets", "securityGroupIds", "privateDns"],
        modify,
      ),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const differing = differences(live.fields, fields, changed);
      if (differing.length === 0) return live;
      await set(differing);
      const { untilAvailable } = await import("./changes.ts");
      return untilAvailable(context, live.id, (found) => {
        const left = differences(found.fields, fields, differing);
        return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
      });
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteVpcEndpoint(context, live),
};

async function modify(
  input: UpdateInput<VpcEndpointFields, VpcEndpointOutputs, ResourceContext>,
  changed: readonly Modifiable[],
): Promise<LiveVpcEndpoint> {
  const { modifyVpcEndpoint } = await import("./changes.ts");
  return modifyVpcEndpoint(input, changed);
}

function differences(
  one: VpcEndpointFields,
  other: VpcEndpointFields,
  named: readonly (keyof VpcEndpointFields & string)[],
): readonly (keyof VpcEndpointFields & string)[] {
  const { normalize } = vpcEndpoint;
  return differingFields(
    normalize(one) as VpcEndpointFields,
    normalize(other) as VpcEndpointFields,
    named,
  );
}

/** Sorts what is a set to AWS. */
function sortedSets(fields: DesiredFields<VpcEndpointFields>): DesiredFields<VpcEndpointFields> {
  const { routeTables, subnets, securityGroupIds } = fields;
  return {
    ...fields,
    ...(Array.isArray(routeTables) && { routeTables: [...routeTables].sort(byText) }),
    ...(Array.isArray(subnets) && { subnets: [...subnets].sort(byText) }),
    ...(Array.isArray(securityGroupIds) && {
      securityGroupIds: [...securityGroupIds].sort(byText),
    }),
  };
}

/** A reference is an object as long as its value is not known. */
function byText(one: unknown, other: unknown): number {
  return compareText(JSON.stringify(one), JSON.stringify(other));
}
