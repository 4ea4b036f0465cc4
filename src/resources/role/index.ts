import type { ResourceType } from "../../engine/resource.ts";
import { oneSetter, type UpdateInput, updateBySetters } from "../../engine/update.ts";
import type { ResourceContext } from "../shared/context.ts";
import { setRule, tagsRule, union } from "../shared/field-rules.ts";
import { withFields } from "../shared/owned.ts";
import { consequences } from "./consequences.ts";
import {
  allowSame,
  type Permission,
  shownPermissions,
  sortedPermissions,
  withLivePermissions,
} from "./documents.ts";
import type { RoleFields, RoleOutputs } from "./live.ts";
import { naming } from "./names.ts";
import { type Part, parts } from "./parts.ts";

/** Its code for IAM is loaded with the first call, because few stacks have a role. */
export const role: ResourceType<RoleFields, RoleOutputs, ResourceContext> = {
  name: "role",
  section: "role",
  replace: "create-first",
  naming,
  fields: {
    trust: {
      onChange: "update",
      because: () => "somebody changed who may assume the role",
    },
    allow: {
      onChange: "update",
      equal: allowSame,
      shown: ({ allow }, wanted, before) =>
        shownPermissions(allow, wanted.allow, before?.allow ?? allow),
      because: () => "what it allows differs",
      meanwhile: withLivePermissions,
    },
    policies: { ...setRule, meanwhile: union },
    boundary: { onChange: "update" },
    profile: {
      onChange: "update",
      because: (state) =>
        state === "missing"
          ? "its instance profile is missing"
          : `its instance profile is ${state}`,
    },
    otherPolicies: {
      onChange: "update",
      because: (names = []) =>
        `somebody added policies that this stack does not define: ${names.join(", ")}`,
    },
    tags: tagsRule,
  },
  sweep: "if-used",
  usualSeconds: { create: 12, update: 4, delete: 6 },
  consequences,
  holds: [],
  changedByUpdate: [],
  permissions: {
    discover: [
      "iam:ListRoles",
      "iam:ListInstanceProfiles",
      "iam:GetRole",
      "iam:GetInstanceProfile",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "iam:GetRolePolicy",
      "iam:GetPolicy",
      // Of a role that the stack file names.
      "iam:ListInstanceProfilesForRole",
      "iam:SimulatePrincipalPolicy",
    ],
    create: [
      "iam:CreateRole",
      "iam:TagRole",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:AttachRolePolicy",
      "iam:CreateInstanceProfile",
      "iam:TagInstanceProfile",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:AddRoleToInstanceProfile",
      // AWS checks it when a profile gets a role ("AddRoleToInstanceProfile", IAM API Reference).
      { action: "iam:PassRole", service: "ec2.amazonaws.com" },
    ],
    update: [
      "iam:UpdateAssumeRolePolicy",
      "iam:PutRolePermissionsBoundary",
      "iam:DeleteRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:DeleteRolePolicy",
      "iam:AttachRolePolicy",
      "iam:DetachRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:TagInstanceProfile",
      "iam:UntagInstanceProfile",
    ],
    delete: [
      "iam:RemoveRoleFromInstanceProfile",
      "iam:DeleteInstanceProfile",
      "iam:DetachRolePolicy",
      "iam:DeleteRolePolicy",
      "iam:DeleteRole",
    ],
  },
  strays: {
    find: async (context) => (await import("./live.ts")).taggedRoles(context),
    remove: (id) => ["iam delete-role", { "role-name": id }],
    permissions: [
      "iam:ListRoles",
      "iam:ListInstanceProfiles",
      "iam:GetRole",
      "iam:GetInstanceProfile",
    ],
  },

  normalize: (fields) => ({
    ...fields,
    otherPolicies: fields.otherPolicies ?? [],
    ...(Array.isArray(fields.allow) && {
      allow: sortedPermissions(fields.allow as readonly Permission[]),
    }),
    ...(Array.isArray(fields.policies) && { policies: [...fields.policies].sort() }),
  }),

  discover: async (context) => (await import("./live.ts")).sweepRoles(context),

  findForeign: async (context, sought) =>
    (await import("./foreign.ts")).foreignRoles(context, sought),

  findObstacles: async (context, sought) =>
    (await import("./foreign.ts")).missingPolicies(context, sought),

  create: async (context, target, fields) =>
    (await import("./changes.ts")).createRole(context, target, fields),

  update: updateBySetters({
    ...oneSetter(parts, setParts),
    async tags(input) {
      const { changeRoleTags } = await import("./changes.ts");
      await changeRoleTags(input);
      return withFields(input.live, input.fields, ["tags"]);
    },
  }),

  delete: async (context, live) => (await import("./deletion.ts")).deleteRole(context, live.id),
};

async function setParts(
  input: UpdateInput<RoleFields, RoleOutputs, ResourceContext>,
  changed: readonly Part[],
) {
  const [changes, { explainDenied }] = await Promise.all([
    import("./changes.ts"),
    import("./handover.ts"),
  ]);
  const { context, eventual } = input;
  return explainDenied(context, eventual, () => changes.setParts(input, changed));
}
