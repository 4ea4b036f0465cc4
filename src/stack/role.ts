import type { Problem } from "../engine/plan-format.ts";
import type { Desired, Ref } from "../engine/resource.ts";
import type { Permission } from "../resources/role/documents.ts";
import type { RoleFields } from "../resources/role/live.ts";
import { LONGEST_POLICY, policyLength } from "../spec/role/policy-length.ts";
import type { Stack } from "../spec/stack.ts";
import type { DefinedResource } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";
import { hasHooks, hookPermissions } from "./hooks.ts";
import { secretPermissions } from "./secrets.ts";

/** What a part of the stack file lets the servers do. Pure. */
interface Contributor {
  /** Whether the part needs a role at all, as the stack file alone says. */
  isNeeded(stack: Stack): boolean;
  grants(stack: Stack, facts: GrantFacts): readonly Permission[];
}

/** The account and the region are known when the role is the stack's own. */
type GrantFacts = Pick<Facts, "secrets"> & Partial<Pick<Facts, "account" | "region">>;

const ofRoleSection: Contributor = {
  isNeeded: ({ role }) =>
    role?.kind === "own" && (role.allow.length > 0 || role.policies.length > 0),
  grants: ({ role }) => (role?.kind === "own" ? role.allow : []),
};

const ofSecrets: Contributor = {
  isNeeded: ({ application }) => Object.keys(application?.secrets ?? {}).length > 0,
  grants: secretPermissions,
};

/**
 * What Session Manager needs, and nothing of what else Systems Manager can do ("Create a custom IAM role for Session
 * Manager", AWS Systems Manager User Guide). None of these actions has a resource of its own that is known before.
 */
const ofAccess: Contributor = {
  isNeeded: ({ access }) => access === "session-manager",
  grants: ({ access }) =>
    access === "session-manager"
      ? [
          {
            actions: [
              "ssm:UpdateInstanceInformation",
              "ssmmessages:CreateControlChannel",
              "ssmmessages:CreateDataChannel",
              "ssmmessages:OpenControlChannel",
              "ssmmessages:OpenDataChannel",
            ],
            on: ["*"],
          },
        ]
      : [],
};

/** The image's own program completes the lifecycle hooks of the servers' group. */
const ofHooks: Contributor = {
  isNeeded: hasHooks,
  grants: hookPermissions,
};

/** Every part of the stack file for which the servers have a role. A further part is a line here. */
const contributors: readonly Contributor[] = [ofRoleSection, ofSecrets, ofAccess, ofHooks];

/** The stack's own role, if something needs one and the stack file names none. */
export function roleResources(stack: Stack): readonly DefinedResource[] {
  if (!hasOwnRole(stack)) return [];
  return [{ address: roleAddress(stack), compile: (facts) => compileRole(stack, facts) }];
}

function hasOwnRole(stack: Stack): boolean {
  return (
    stack.role?.kind !== "existing" &&
    contributors.some((contributor) => contributor.isNeeded(stack))
  );
}

function roleAddress({ stack }: Stack) {
  return `role/${stack}` as const;
}

/** Everything that the servers may do because of the stack file, apart from managed policies. */
export function grantsOf(stack: Stack, facts: GrantFacts): readonly Permission[] {
  return contributors.flatMap((contributor) => contributor.grants(stack, facts));
}

function compileRole(stack: Stack, facts: Facts) {
  const { role, tags } = stack;
  const own = role?.kind === "own" ? role : undefined;
  const allow = grantsOf(stack, facts);
  const fields: Desired<RoleFields> = {
    trust: "ec2.amazonaws.com",
    allow,
    policies: own?.policies ?? [],
    boundary: own?.boundary ?? null,
    profile: "complete",
    tags,
  };
  const besides = contributors
    .filter((contributor) => contributor !== ofRoleSection)
    .flatMap((contributor) => contributor.grants(stack, facts));
  return {
    fields,
    problems: [...tooLong(stack, allow), ...uncheckedBoundary(stack, own?.boundary, besides)],
  };
}

/**
 * Who writes role.allow knows the boundary that goes with it. What other sections need is easily forgotten there, and
 * is then denied in spite of the role.
 */
function uncheckedBoundary(
  stack: Stack,
  boundary: string | undefined,
  besides: readonly Permission[],
): readonly Problem[] {
  const actions = [...new Set(besides.flatMap(actionsOf))];
  if (boundary === undefined || actions.length === 0) return [];
  return [
    {
      severity: "warning",
      address: roleAddress(stack),
      summary: `whether the boundary ${boundary} allows ${actions.join(", ")} was not checked`,
      remedy:
        "Make sure that it does. Otherwise the servers may not read the application's secrets or complete their hooks, or Session Manager does not reach them.",
    },
  ];
}

function actionsOf(permission: Permission): readonly string[] {
  if (!("statement" in permission)) return permission.actions;
  const { Action: actions }: { Action?: string | readonly string[] } = Object(
    JSON.parse(permission.statement),
  );
  return [actions ?? []].flat();
}

function tooLong(stack: Stack, allow: readonly Permission[]): readonly Problem[] {
  const length = policyLength(allow);
  if (length <= LONGEST_POLICY) return [];
  return [
    {
      severity: "error",
      address: roleAddress(stack),
      summary: `what the servers need has ${length} characters as a policy, but IAM allows ${LONGEST_POLICY} in a role`,
      remedy:
        "Use wildcards in role.allow, or create managed policies and name them in role.policies.",
    },
  ];
}

/** The name of the servers' instance profile. */
export function instanceProfileOf(stack: Stack, facts: Facts): string | null | Ref {
  if (hasOwnRole(stack)) return { ref: roleAddress(stack), output: "name" };
  return facts.instanceProfile ?? null;
}
