import {
  AttachRolePolicy$,
  type AttachRolePolicyRequest,
  DeleteRolePolicy$,
  type DeleteRolePolicyRequest,
  DetachRolePolicy$,
  type DetachRolePolicyRequest,
  GetRolePolicy$,
  type GetRolePolicyRequest,
  ListAttachedRolePolicies$,
  type ListAttachedRolePoliciesRequest,
  ListRolePolicies$,
  type ListRolePoliciesRequest,
  PutRolePolicy$,
  type PutRolePolicyRequest,
} from "@aws-sdk/client-iam";
import { operation } from "../operation.ts";
import type { Quota } from "../region.ts";
import { encoded, readPolicy, sizeOf } from "./documents.ts";
import { limitExceeded, noSuchEntity } from "./errors.ts";
import { checkName } from "./names.ts";
import { requireAttachable, requireRole, seenRole } from "./objects.ts";
import { page } from "./paging.ts";
import { changeRole } from "./roles.ts";

/** "IAM and AWS STS quotas": managed policies attached to a role. */
export const attachedQuota: Quota = { name: "managed-policies-of-a-role", usual: 10 };

/** "The total aggregate policy size per entity" of a role, without white space (the same page). */
const LARGEST_INLINE = 10_240;

const putRolePolicy = operation<PutRolePolicyRequest>(
  PutRolePolicy$,
  ["RoleName", "PolicyName", "PolicyDocument"],
  (region, input) => {
    const name = checkName(input.PolicyName ?? "", "policyName", 128);
    const document = input.PolicyDocument ?? "";
    const role = requireRole(region, input.RoleName);
    readPolicy(document);
    const sizes = Object.values({ ...role.inline, [name]: document }).map(sizeOf);
    if (sizes.reduce((sum, size) => sum + size, 0) > LARGEST_INLINE) {
      throw limitExceeded(
        `Maximum policy size of ${LARGEST_INLINE} bytes exceeded for role ${role.name}`,
      );
    }
    return changeRole(region, role.name, (changed) => {
      changed.inline = { ...changed.inline, [name]: document };
    });
  },
);

const getRolePolicy = operation<GetRolePolicyRequest>(
  GetRolePolicy$,
  ["RoleName", "PolicyName"],
  (region, { RoleName, PolicyName: name = "" }) => {
    const role = seenRole(region, RoleName);
    const document = role.inline[name];
    if (document === undefined) {
      throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
    }
    return { RoleName: role.name, PolicyName: name, PolicyDocument: encoded(document) };
  },
);

const deleteRolePolicy = operation<DeleteRolePolicyRequest>(
  DeleteRolePolicy$,
  ["RoleName", "PolicyName"],
  (region, { RoleName, PolicyName: name = "" }) => {
    const role = requireRole(region, RoleName);
    if (role.inline[name] === undefined) {
      throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
    }
    return changeRole(region, role.name, (changed) => {
      const { [name]: _, ...others } = changed.inline;
      changed.inline = others;
    });
  },
);

const listRolePolicies = operation<ListRolePoliciesRequest>(
  ListRolePolicies$,
  ["RoleName", "Marker", "MaxItems"],
  (region, input) => {
    const names = Object.keys(seenRole(region, input.RoleName).inline);
    const { items, rest } = page(region, names, input);
    return { PolicyNames: items, ...rest };
  },
);

const attachRolePolicy = operation<AttachRolePolicyRequest>(
  AttachRolePolicy$,
  ["RoleName", "PolicyArn"],
  (region, { RoleName, PolicyArn: arn = "" }) => {
    const role = requireRole(region, RoleName);
    requireAttachable(region, arn);
    if (role.attached.includes(arn)) return {};
    const quota = region.quota(attachedQuota);
    if (role.attached.length >= quota) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${quota}`);
    }
    return changeRole(region, role.name, (changed) => {
      changed.attached = [...changed.attached, arn];
    });
  },
);

const detachRolePolicy = operation<DetachRolePolicyRequest>(
  DetachRolePolicy$,
  ["RoleName", "PolicyArn"],
  (region, { RoleName, PolicyArn: arn = "" }) => {
    const role = requireRole(region, RoleName);
    if (!role.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    return changeRole(region, role.name, (changed) => {
      changed.attached = changed.attached.filter((one) => one !== arn);
    });
  },
);

const listAttachedRolePolicies = operation<ListAttachedRolePoliciesRequest>(
  ListAttachedRolePolicies$,
  ["RoleName", "PathPrefix", "Marker", "MaxItems"],
  (region, input) => {
    const found = seenRole(region, input.RoleName)
      .attached.map((arn) => {
        const path = arn.slice(arn.indexOf(":policy/") + ":policy".length);
        return { arn, path, name: path.slice(path.lastIndexOf("/") + 1) };
      })
      .filter(({ path }) => path.startsWith(input.PathPrefix ?? "/"));
    const { items, rest } = page(region, found, input);
    return {
      AttachedPolicies: items.map(({ arn, name }) => ({ PolicyArn: arn, PolicyName: name })),
      ...rest,
    };
  },
);

export const rolePolicyOperations = [
  putRolePolicy,
  getRolePolicy,
  deleteRolePolicy,
  listRolePolicies,
  attachRolePolicy,
  detachRolePolicy,
  listAttachedRolePolicies,
];
