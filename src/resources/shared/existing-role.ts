import {
  type EvaluationResult,
  GetRoleCommand,
  paginateListInstanceProfilesForRole,
  paginateSimulatePrincipalPolicy,
} from "@aws-sdk/client-iam";
import type { Clients } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { letsServersAssume, type Permission } from "../role/documents.ts";

/** A role outside the stack, as far as it can be seen. */
export type ExistingRole =
  | { readonly kind: "missing" }
  /** These credentials may not look it up. AWS's words. */
  | { readonly kind: "denied"; readonly why: string }
  | {
      readonly kind: "found";
      readonly arn: string;
      /** Whether servers may assume it. */
      readonly isForServers: boolean;
      /** The names of the instance profiles that have it. */
      readonly profiles: readonly string[];
    };

/** Looks up the role that a stack file names. */
export async function lookUpExistingRole(
  clients: Clients,
  RoleName: string,
): Promise<ExistingRole> {
  const client = await clients.iam();
  try {
    const [{ Role: role }, profiles] = await Promise.all([
      client.send(new GetRoleCommand({ RoleName })),
      everyPage(
        paginateListInstanceProfilesForRole({ client }, { RoleName }),
        (page) => page.InstanceProfiles,
      ),
    ]);
    const { AssumeRolePolicyDocument: trust = "" } = role ?? {};
    return {
      kind: "found",
      arn: role?.Arn ?? "",
      isForServers: letsServersAssume(decodeURIComponent(trust)),
      profiles: profiles.map(({ InstanceProfileName = "" }) => InstanceProfileName),
    };
  } catch (error) {
    if (isAwsError(error, "not-found")) return { kind: "missing" };
    if (isAwsError(error, "denied")) return { kind: "denied", why: error.message };
    throw error;
  }
}

/** What of these permissions a role does not have, or why that is unknown. */
export type Lacking =
  | { readonly kind: "known"; readonly lacking: readonly string[] }
  /** AWS's words. */
  | { readonly kind: "denied"; readonly why: string };

/**
 * Asks IAM what the role may do. A permission under a condition depends on the request, so it is not asked for (`checkPermissions`
 * says so), and a policy of the resource may allow what the role does not.
 */
export async function lookUpLacking(
  clients: Clients,
  PolicySourceArn: string,
  permissions: readonly Permission[],
): Promise<Lacking> {
  const client = await clients.iam();
  try {
    const results = await Promise.all(
      permissions.map(async (permission) => {
        if ("statement" in permission) return [];
        const { actions, on } = permission;
        const asked = { PolicySourceArn, ActionNames: [...actions], ResourceArns: [...on] };
        return everyPage(
          paginateSimulatePrincipalPolicy({ client }, asked),
          (page) => page.EvaluationResults,
        );
      }),
    );
    return { kind: "known", lacking: results.flat().flatMap(refusals) };
  } catch (error) {
    if (isAwsError(error, "denied")) return { kind: "denied", why: error.message };
    throw error;
  }
}

/** Of several resources, the answer may have one decision each. */
function refusals({
  EvalActionName: action,
  EvalResourceName: resource = "*",
  EvalDecision: decision,
  ResourceSpecificResults: single = [],
}: EvaluationResult): readonly string[] {
  if (single.length === 0) return decision === "allowed" ? [] : [`${action} on ${resource}`];
  return single
    .filter((each) => each.EvalResourceDecision !== "allowed")
    .map((each) => `${action} on ${each.EvalResourceName}`);
}
