import type { ResourceType } from "../../engine/resource.ts";
import { oneSetter, type UpdateInput, updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { differingFields } from "../shared/differing-fields.ts";
import { tagsRule } from "../shared/field-rules.ts";
import { wafDeletion } from "../shared/waf-deletion.ts";
import { consequences } from "./consequences.ts";
import type { LiveWebAcl, WebAclFields, WebAclOutputs } from "./live.ts";

export type { WebAclFields, WebAclOutputs } from "./live.ts";

/** The rules by which AWS WAF judges requests. Its code for AWS is loaded with the first call. */
export const webAcl: ResourceType<WebAclFields, WebAclOutputs, ResourceContext> = {
  name: "web-acl",
  section: "firewall",
  sweep: "if-used",
  replace: "create-first",
  naming: { maxLength: 128 }, // "CreateWebACL", AWS WAFV2 API Reference
  fields: {
    rules: { onChange: "update" },
    otherwise: {
      onChange: "update",
      because: () => "somebody set another action for requests that no rule matches",
    },
    tags: tagsRule,
  },
  usualSeconds: { create: 5, update: 3, delete: 30 },
  consequences,
  holds: ["ip-set"],
  changedByUpdate: [],
  permissions: {
    discover: [
      "wafv2:ListWebACLs",
      "wafv2:ListTagsForResource",
      "wafv2:GetWebACL",
      // Of a web ACL that an apply would create.
      "wafv2:CheckCapacity",
    ],
    create: ["wafv2:CreateWebACL", "wafv2:TagResource"],
    update: ["wafv2:UpdateWebACL", "wafv2:TagResource", "wafv2:UntagResource"],
    delete: [
      "wafv2:DeleteWebACL",
      "wafv2:DisassociateWebACL",
      "wafv2:GetWebACLForResource",
      "elasticloadbalancing:SetWebACL",
    ],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedWebAcls(context),
    remove: (id) => ["wafv2 delete-web-acl", wafDeletion(id)],
    permissions: ["wafv2:ListWebACLs", "wafv2:ListTagsForResource"],
  },

  normalize: (fields) => ({ ...fields, otherwise: fields.otherwise ?? "allow" }),

  discover: async (context) => (await import("./live.ts")).sweepWebAcls(context),

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignWebAcls(context, sought),

  findObstacles: async (context, sought) =>
    (await import("./foreign.ts")).tooMuchCapacity(context, sought),

  async create(context, target, fields) {
    const { createWebAcl } = await import("./changes.ts");
    const made = await createWebAcl(context, target, fields);
    return webAcl.update(context, made, fields, webAcl.update.sets);
  },

  update: updateBySetters(
    {
      tags: async (input) => (await import("./changes.ts")).changeUserTags(input),
      ...oneSetter(["rules", "otherwise"] as const, setRules),
    },
    // Only what differs, because an interrupted create or update may have set some fields already.
    async ({ context, live, fields }, changed, set) => {
      const { normalize } = webAcl;
      const wanted = normalize(fields) as WebAclFields;
      const differing = differingFields(normalize(live.fields) as WebAclFields, wanted, changed);
      if (differing.length === 0) return live;
      await set(differing);
      const [{ lookAtWebAcl }, { untilSeen }] = await Promise.all([
        import("./changes.ts"),
        import("../shared/consistency.ts"),
      ]);
      return untilSeen(
        context,
        `the changed web ACL ${live.physicalName}`,
        () => lookAtWebAcl(context, live.physicalName),
        (found) => {
          const left = differingFields(found.fields, wanted, differing);
          return left.length === 0 ? undefined : `${left.join(", ")} not yet visible`;
        },
      );
    },
  ),

  delete: async (context, live) => (await import("./changes.ts")).deleteWebAcl(context, live),
};

async function setRules(
  input: UpdateInput<WebAclFields, WebAclOutputs, ResourceContext>,
): Promise<LiveWebAcl> {
  return (await import("./changes.ts")).changeRules(input);
}
