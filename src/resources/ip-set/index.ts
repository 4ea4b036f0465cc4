import type { ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { wafDeletion } from "../shared/waf-deletion.ts";
import type { IpSetFields, IpSetOutputs } from "./live.ts";

export type { IpSetFields, IpSetOutputs } from "./live.ts";

/** Addresses that a web ACL allows or blocks. Its code for AWS is loaded with the first call. */
export const ipSet: ResourceType<IpSetFields, IpSetOutputs, ResourceContext> = {
  name: "ip-set",
  section: "firewall",
  sweep: "if-used",
  replace: "create-first",
  naming: { maxLength: 128 }, // "CreateIPSet", AWS WAFV2 API Reference
  fields: {
    version: { onChange: "replace" },
    addresses: { onChange: "update" },
    tags: tagsRule,
  },
  usualSeconds: { create: 3, update: 2, delete: 5 },
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: ["wafv2:ListIPSets", "wafv2:ListTagsForResource", "wafv2:GetIPSet"],
    create: ["wafv2:CreateIPSet", "wafv2:TagResource"],
    update: ["wafv2:UpdateIPSet", "wafv2:TagResource", "wafv2:UntagResource"],
    delete: ["wafv2:DeleteIPSet"],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedIpSets(context),
    remove: (id) => ["wafv2 delete-ip-set", wafDeletion(id)],
    permissions: ["wafv2:ListIPSets", "wafv2:ListTagsForResource"],
  },

  normalize: (fields) => ({
    ...fields,
    ...(Array.isArray(fields.addresses) && { addresses: [...fields.addresses].sort() }),
  }),

  discover: async (context) => (await import("./live.ts")).sweepIpSets(context),

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignIpSets(context, sought),

  async create(context, target, fields) {
    const { createIpSet } = await import("./changes.ts");
    const made = await createIpSet(context, target, ipSet.normalize(fields) as IpSetFields);
    return ipSet.update(context, made, fields, ipSet.update.sets);
  },

  update: updateBySetters(
    {
      version: null,
      tags: async (input) => (await import("./changes.ts")).changeUserTags(input),
      addresses: async (input) => (await import("./changes.ts")).changeAddresses(input),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const { normalize } = ipSet;
      const wanted = normalize(fields) as IpSetFields;
      const differing = differingFields(normalize(live.fields) as IpSetFields, wanted, changed);
      if (differing.length === 0) return live;
      await set(differing);
      const [{ lookAtIpSet }, { untilSeen }] = await Promise.all([
        import("./changes.ts"),
        import("../shared/consistency.ts"),
      ]);
      return untilSeen(
        context,
        `the changed IP set ${live.physicalName}`,
        () => lookAtIpSet(context, live.physicalName),
        (found) => {
          const left = differingFields(found.fields, wanted, differing);
          return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
        },
      );
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteIpSet(context, live),
};
