import type { Problem } from "../engine/plan-format.ts";
import type { Permission } from "../resources/role/documents.ts";
import type { ExistingRole, Lacking } from "../resources/shared/existing-role.ts";
import type { Finding, Path } from "../spec/finding.ts";

const path: Path = ["role", "use"];

/** The instance profile of a role that the stack file names, and what is wrong with the role. */
export interface CheckedRole {
  readonly instanceProfile?: string;
  readonly findings: readonly Finding[];
  readonly doubts: readonly Problem[];
}

/** A role is useless to servers that may not assume it, or without an instance profile. */
export function checkExistingRole(name: string, role: ExistingRole): CheckedRole {
  if (role.kind === "denied") {
    return {
      instanceProfile: name,
      findings: [],
      doubts: [
        {
          severity: "warning",
          summary: `the role ${name} was not checked, because these credentials may not look it up (${role.why}). The servers get the instance profile ${name}`,
          remedy:
            "Allow iam:GetRole and iam:ListInstanceProfilesForRole on the role, or make sure that it exists, with an instance profile of its name.",
        },
      ],
    };
  }
  if (role.kind === "missing") {
    return wrong(`this account has no role ${name}`, "correct the name, or remove the field");
  }
  if (!role.isForServers) {
    return wrong(
      `the trust policy of the role ${name} does not let servers assume it`,
      "allow sts:AssumeRole for the service ec2.amazonaws.com in it, or name another role",
    );
  }
  const { profiles } = role;
  const [only] = profiles;
  if (only === undefined) {
    const profile = `--instance-profile-name ${name}`;
    return wrong(
      `no instance profile has the role ${name}, so servers cannot get it`,
      `create one: aws iam create-instance-profile ${profile}; aws iam add-role-to-instance-profile ${profile} --role-name ${name}`,
    );
  }
  const instanceProfile = profiles.includes(name) ? name : only;
  if (instanceProfile !== name && profiles.length > 1) {
    return wrong(
      `several instance profiles have the role ${name}, and none has its name: ${profiles.join(", ")}`,
      `create one of the name ${name} with the role in it, or leave the role in one of them`,
    );
  }
  return { instanceProfile, findings: [], doubts: [] };
}

function wrong(message: string, help: string): CheckedRole {
  return { findings: [{ severity: "error", path, message, help }], doubts: [] };
}

/** What the stack file needs and the role does not allow. A warning, because a resource's own policy may allow it. */
export function checkPermissions(
  name: string,
  found: Lacking,
  needed: readonly Permission[],
): readonly Problem[] {
  if (found.kind === "denied") {
    return [
      {
        severity: "warning",
        summary: `whether the role ${name} allows what the stack file needs was not checked (${found.why})`,
        remedy: "Allow iam:SimulatePrincipalPolicy on the role to have it checked.",
      },
    ];
  }
  const lacking: Problem = {
    severity: "warning",
    summary: `the role ${name} does not allow what the stack file needs: ${found.lacking.join("; ")}`,
    remedy: "Ask whoever manages the role to allow it.",
  };
  const conditional = needed.flatMap((permission) =>
    "statement" in permission
      ? [uncheckable(`the role ${name} allows ${permission.statement}`)]
      : [],
  );
  return [...(found.lacking.length === 0 ? [] : [lacking]), ...conditional];
}

/** IAM simulates a call, and a condition depends on what a real call brings: the aliases of a key. */
function uncheckable(what: string): Problem {
  return {
    severity: "warning",
    summary: `whether ${what} was not checked, because the statement has a condition`,
    remedy:
      "Make sure that the role allows it. Otherwise the servers cannot do what the stack file needs.",
  };
}
