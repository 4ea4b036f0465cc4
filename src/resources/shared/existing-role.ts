import { GetRoleCommand, paginateListInstanceProfilesForRole } from "@aws-sdk/client-iam";
import type { Clients } from "../../aws/clients.ts";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { letsServersAssume } from "../role/documents.ts";

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
