import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { setDiffering } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import type { RouteTableFields, RouteTableOutputs } from "./live.ts";
import { isDeleted, isOfOthers } from "./targets.ts";

export type { RouteTableFields, RouteTableOutputs } from "./live.ts";

/**
 * Where the traffic of some subnets goes. The stack sets the default route alone: endpoints add their own routes, and
 * people those of their peering connections.
 */
export const routeTable: ResourceType<RouteTableFields, RouteTableOutputs, ResourceContext> = {
  name: "route-table",
  section: "network",
  sweep: "if-used",
  replace: "create-first",
  // It has no name in AWS: this one is never used.
  naming: { maxLength: 64 },
  duplicates: "spare",
  fields: {
    vpcId: { onChange: "replace", inFile: { name: "network.vpc" } },
    wayOut: {
      onChange: "update",
      // A stack without a way out of its own leaves that of others: a transit gateway to a central one.
      equal: (wanted, live) => wanted === live || (wanted === null && isOfOthers(live)),
      // Servers that are about to leave its subnets need the way until then.
      meanwhile: (wanted, live) =>
        wanted === null && live !== null && !isDeleted(live) ? live : wanted,
      because: (before, after) => `the default route: ${before ?? "none"} → ${after ?? "none"}`,
      inFile: { name: "default route" },
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 15, update: 2, delete: 3 },
  holds: ["vpc"],
  changedByUpdate: [],
  permissions: {
    discover: ["ec2:DescribeRouteTables"],
    create: [
      "ec2:CreateRouteTable",
      "ec2:DeleteRouteTable",
      "ec2:CreateTags",
      "ec2:CreateRoute",
      "ec2:ReplaceRoute",
    ],
    update: [
      "ec2:CreateRoute",
      "ec2:ReplaceRoute",
      "ec2:DeleteRoute",
      "ec2:CreateTags",
      "ec2:DeleteTags",
      "ec2:DescribeTags",
    ],
    delete: ["ec2:DeleteRouteTable"],
  },
  strays: "ec2",

  normalize: (fields) => fields,

  discover: async (context) => (await import("./live.ts")).sweepRouteTables(context),

  // It has no name that could be taken.
  findForeign: async () => [],

  async create(context, target, fields) {
    const { createRouteTable } = await import("./changes.ts");
    const made = await createRouteTable(context, target, fields);
    return routeTable.update(context, made, fields, routeTable.update.sets);
  },

  update: updateBySetters(
    {
      vpcId: null,
      wayOut: async (input) => (await import("./changes.ts")).setWayOut(input),
      tags: async (input) => (await import("../shared/owned.ts")).setUserTags(input),
    },
    setDiffering,
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteRouteTable(context, live),
};
