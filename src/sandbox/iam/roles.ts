import {
  CreateRole$,
  type CreateRoleRequest,
  DeleteRole$,
  DeleteRolePermissionsBoundary$,
  type DeleteRolePermissionsBoundaryRequest,
  type DeleteRoleRequest,
  GetRole$,
  type GetRoleRequest,
  ListRoles$,
  type ListRolesRequest,
  ListRoleTags$,
  type ListRoleTagsRequest,
  PutRolePermissionsBoundary$,
  type PutRolePermissionsBoundaryRequest,
  TagRole$,
  type TagRoleRequest,
  UntagRole$,
  type UntagRoleRequest,
  UpdateAssumeRolePolicy$,
  type UpdateAssumeRolePolicyRequest,
} from "@aws-sdk/client-iam";
import { operation } from "../operation.ts";
import type { Quota, Region } from "../region.ts";
import { tagList } from "../tag-list.ts";
import { encoded, readTrust, sizeOf } from "./documents.ts";
import { alreadyExists, deleteConflict, limitExceeded } from "./errors.ts";
import { arnOf, checkName, checkPath, keyOf, uniqueId } from "./names.ts";
import { requireAttachable, requireRole, seenRole } from "./objects.ts";
import { page } from "./paging.ts";
import { instanceProfiles, type RoleRecord, roles } from "./tables.ts";
import { mergedTags, withoutKeys } from "./tags.ts";

/** "IAM and AWS STS quotas": roles in an account. */
export const roleQuota: Quota = { name: "roles", usual: 1000 };

/** A trust policy's characters, without white space (the same page). */
const LARGEST_TRUST = 2048;

const createRole = operation<CreateRoleRequest>(
  CreateRole$,
  [
    "RoleName",
    "Path",
    "AssumeRolePolicyDocument",
    "Description",
    "MaxSessionDuration",
    "PermissionsBoundary",
    "Tags",
  ],
  (region, input) => {
    const name = checkName(input.RoleName ?? "", "roleName", 64);
    const path = checkPath(input.Path);
    const trust = checkTrust(input.AssumeRolePolicyDocument ?? "");
    const tags = mergedTags({}, input.Tags);
    const { PermissionsBoundary: boundary } = input;
    if (boundary !== undefined) requireAttachable(region, boundary);
    const table = region.table(roles);
    if (table.latest(keyOf(name)) !== undefined) {
      throw alreadyExists(`Role with name ${name} already exists.`);
    }
    const quota = region.quota(roleQuota);
    if (table.all().length >= quota) {
      throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${quota}`);
    }
    const role = table.add(keyOf(name), {
      name,
      id: uniqueId(region, "AROA"),
      path,
      createdAt: region.now,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      maxSessionDuration: input.MaxSessionDuration ?? 3600,
      trust,
      inline: {},
      attached: [],
      boundary: boundary ?? null,
      tags,
    });
    return { Role: { ...roleAnswer(region, role), Tags: tagList(role.tags) } };
  },
);

function checkTrust(document: string): string {
  readTrust(document);
  if (sizeOf(document) > LARGEST_TRUST) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${LARGEST_TRUST}`);
  }
  return document;
}

/** As lists have it: "this operation does not return" tags and the boundary ("ListRoles"). */
export function roleAnswer(region: Region, role: Readonly<RoleRecord>) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: arnOf(region, "role", role),
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encoded(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
  };
}

const getRole = operation<GetRoleRequest>(GetRole$, ["RoleName"], (region, input) => {
  const role = seenRole(region, input.RoleName);
  return {
    Role: {
      ...roleAnswer(region, role),
      ...(role.boundary !== null && {
        PermissionsBoundary: {
          PermissionsBoundaryType: "Policy",
          PermissionsBoundaryArn: role.boundary,
        },
      }),
      ...(Object.keys(role.tags).length > 0 && { Tags: tagList(role.tags) }),
    },
  };
});

const listRoles = operation<ListRolesRequest>(
  ListRoles$,
  ["PathPrefix", "Marker", "MaxItems"],
  (region, input) => {
    const table = region.table(roles);
    const found = table.list().filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
    const { items, rest } = page(region, found, input, ({ name }) => table.order(keyOf(name)));
    return { Roles: items.map((role) => roleAnswer(region, role)), ...rest };
  },
);

const listRoleTags = operation<ListRoleTagsRequest>(
  ListRoleTags$,
  ["RoleName", "Marker", "MaxItems"],
  (region, input) => {
    const { items, rest } = page(region, tagList(seenRole(region, input.RoleName).tags), input);
    return { Tags: items, ...rest };
  },
);

const deleteRole = operation<DeleteRoleRequest>(DeleteRole$, ["RoleName"], (region, input) => {
  const role = requireRole(region, input.RoleName);
  const holder = region
    .table(instanceProfiles)
    .all()
    .find((profile) => profile.role === role.name);
  if (holder !== undefined) {
    throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
  }
  if (role.attached.length > 0) {
    throw deleteConflict("Cannot delete entity, must detach all policies first.");
  }
  if (Object.keys(role.inline).length > 0) {
    throw deleteConflict("Cannot delete entity, must delete policies first.");
  }
  region.table(roles).remove(keyOf(role.name));
  return {};
});

const updateAssumeRolePolicy = operation<UpdateAssumeRolePolicyRequest>(
  UpdateAssumeRolePolicy$,
  ["RoleName", "PolicyDocument"],
  (region, input) => {
    const trust = checkTrust(input.PolicyDocument ?? "");
    return changeRole(region, input.RoleName, (role) => {
      role.trust = trust;
    });
  },
);

/** Changes the role of a request. @throws AwsError NoSuchEntity. */
export function changeRole(
  region: Region,
  name: string | undefined,
  edit: (role: RoleRecord) => void,
): object {
  const role = requireRole(region, name);
  region.table(roles).change(keyOf(role.name), edit);
  return {};
}

const putRolePermissionsBoundary = operation<PutRolePermissionsBoundaryRequest>(
  PutRolePermissionsBoundary$,
  ["RoleName", "PermissionsBoundary"],
  (region, input) => {
    requireRole(region, input.RoleName);
    requireAttachable(region, input.PermissionsBoundary);
    return changeRole(region, input.RoleName, (role) => {
      role.boundary = input.PermissionsBoundary ?? null;
    });
  },
);

const deleteRolePermissionsBoundary = operation<DeleteRolePermissionsBoundaryRequest>(
  DeleteRolePermissionsBoundary$,
  ["RoleName"],
  (region, input) =>
    changeRole(region, input.RoleName, (role) => {
      role.boundary = null;
    }),
);

const tagRole = operation<TagRoleRequest>(TagRole$, ["RoleName", "Tags"], (region, input) => {
  const tags = mergedTags(requireRole(region, input.RoleName).tags, input.Tags);
  return changeRole(region, input.RoleName, (role) => {
    role.tags = tags;
  });
});

const untagRole = operation<UntagRoleRequest>(
  UntagRole$,
  ["RoleName", "TagKeys"],
  (region, input) =>
    changeRole(region, input.RoleName, (role) => {
      role.tags = withoutKeys(role.tags, input.TagKeys);
    }),
);

export const roleOperations = [
  createRole,
  getRole,
  listRoles,
  listRoleTags,
  deleteRole,
  updateAssumeRolePolicy,
  putRolePermissionsBoundary,
  deleteRolePermissionsBoundary,
  tagRole,
  untagRole,
];
