import type { Finding, Path } from "../finding.ts";
import { LONGEST_POLICY, policyLength } from "./policy-length.ts";
import type { RoleFile } from "./schema.ts";

/** A role of the stack's own or another one, and nothing that lets every server do everything. */
export function* roleRules(role: RoleFile): Iterable<Finding> {
  yield* bothKinds(role);
  for (const [index, { actions, on }] of role.allow.entries()) {
    yield* tooWide(["role", "allow", index], actions, on);
    yield* repeated(["role", "allow", index, "actions"], actions);
    yield* repeated(["role", "allow", index, "on"], on);
  }
  yield* repeated(["role", "policies"], role.policies);
  yield* widePolicies(role);
  yield* tooLong(role);
}

function* bothKinds({ use, allow, policies, boundary }: RoleFile): Iterable<Finding> {
  if (use === undefined) return;
  const others = [
    ...(allow.length > 0 ? ["allow"] : []),
    ...(policies.length > 0 ? ["policies"] : []),
    ...(boundary === undefined ? [] : ["boundary"]),
  ];
  for (const name of others) {
    yield {
      severity: "error",
      path: ["role", name],
      at: "key",
      message: `use and ${name} exclude each other: the stack never changes a role that it only uses`,
      help: `remove one of the two; an administrator can change the role ${use} itself`,
    };
  }
}

function* tooWide(
  path: Path,
  actions: readonly string[],
  on: readonly string[],
): Iterable<Finding> {
  const everywhere = on.findIndex(isEverything);
  if (everywhere < 0) return;
  for (const [index, action] of actions.entries()) {
    const [service = "", called] = action.split(":");
    if (/^\*+$/.test(action)) {
      yield {
        severity: "error",
        path: [...path, "actions", index],
        about: [[...path, "on", everywhere]],
        message: "this lets every server do everything in the account",
        help: "name the actions and the resources that the application needs",
      };
    } else if (called !== undefined && /^\*+$/.test(called)) {
      yield {
        severity: "warning",
        path: [...path, "actions", index],
        about: [[...path, "on", everywhere]],
        message: `this lets every server do everything with ${service} in the account`,
        help: "name the actions that the application needs, or their resources",
      };
    }
  }
}

/** `*`, and ARNs that stand for every resource. */
function isEverything(resource: string): boolean {
  return (
    /^\*+$/.test(resource) ||
    resource
      .split(":")
      .slice(2)
      .every((part) => /^\*+$/.test(part))
  );
}

/** AWS's own policies that are as wide. */
const everything = /^arn:[^:]+:iam::aws:policy\/AdministratorAccess$/;
const nearlyEverything = /^arn:[^:]+:iam::aws:policy\/(PowerUserAccess|IAMFullAccess)$/;

function* widePolicies({ policies }: RoleFile): Iterable<Finding> {
  for (const [index, arn] of policies.entries()) {
    const isAll = everything.test(arn);
    if (!isAll && !nearlyEverything.test(arn)) continue;
    yield {
      severity: isAll ? "error" : "warning",
      path: ["role", "policies", index],
      message: `this lets every server do ${isAll ? "everything" : "nearly everything"} in the account`,
      help: "name what the application needs in allow, or a policy that allows just that",
    };
  }
}

function* repeated(path: Path, texts: readonly string[]): Iterable<Finding> {
  for (const [index, text] of texts.entries()) {
    if (texts.indexOf(text) === index) continue;
    yield {
      severity: "error",
      path: [...path, index],
      message: `${text} is already in the list`,
      help: "remove one of the two",
    };
  }
}

function* tooLong({ allow }: RoleFile): Iterable<Finding> {
  const length = policyLength(allow);
  if (length <= LONGEST_POLICY) return;
  yield {
    severity: "error",
    path: ["role", "allow"],
    message: `as a policy, this has ${length} characters, but IAM allows ${LONGEST_POLICY} in a role`,
    help: "use wildcards, or create managed policies and name them in policies",
  };
}
