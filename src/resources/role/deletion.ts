import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfilesForRole,
  paginateListRolePolicies,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { deleteInline, detach } from "./changes.ts";
import { getProfile, getRole } from "./live.ts";
import { rolePath } from "./names.ts";

/** Deletes the instance profile and the role, with what somebody added to either. */
export async function deleteRole(context: ResourceContext, name: string): Promise<void> {
  await retry(() => takeApart(context, name), {
    while: ["in-use", "in-progress"],
    reason: `something is still added to the role ${name}`,
    deadline: consistencyDeadline,
    context,
  });
  await untilGone(context, `the role ${name}`, async () => {
    const [role, profile] = await Promise.all([getRole(context, name), getProfile(context, name)]);
    if (role !== undefined) return "IAM still shows the role";
    return isOwn(context, profile) ? "IAM still shows the instance profile" : undefined;
  });
}

function isOwn(context: ResourceContext, profile: { readonly Path?: string | undefined } = {}) {
  return profile.Path === rolePath(context.stack);
}

/** "You must delete the items attached to the role manually" ("DeleteRole", IAM API Reference). */
async function takeApart(context: ResourceContext, name: string): Promise<void> {
  const client = await context.clients.iam();
  const RoleName = name;
  const profiles = await pagesOr(
    everyPage(
      paginateListInstanceProfilesForRole({ client }, { RoleName }),
      (page) => page.InstanceProfiles,
    ),
  );
  for (const { InstanceProfileName } of profiles) {
    const command = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName });
    await client.send(command).catch(ignoreGone);
  }
  const own = await getProfile(context, name);
  if (isOwn(context, own)) {
    // A role that is gone may have left another one in the profile.
    for (const { RoleName: other } of own?.Roles ?? []) {
      if (other === name) continue;
      const command = new RemoveRoleFromInstanceProfileCommand({
        InstanceProfileName: name,
        RoleName: other,
      });
      await client.send(command).catch(ignoreGone);
    }
    const command = new DeleteInstanceProfileCommand({ InstanceProfileName: name });
    await client.send(command).catch(ignoreGone);
  }
  const [attached, inline] = await Promise.all([
    pagesOr(
      everyPage(
        paginateListAttachedRolePolicies({ client }, { RoleName }),
        (page) => page.AttachedPolicies,
      ),
    ),
    pagesOr(
      everyPage(paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames),
    ),
  ]);
  for (const { PolicyArn = "" } of attached) await detach(context, name, PolicyArn);
  for (const policy of inline) await deleteInline(context, name, policy);
  await client.send(new DeleteRoleCommand({ RoleName })).catch(ignoreGone);
}

/** Nothing, if the role is gone. */
async function pagesOr<T>(pages: Promise<T[]>): Promise<T[]> {
  try {
    return await pages;
  } catch (error) {
    if (isAwsError(error, "not-found")) return [];
    throw error;
  }
}

function ignoreGone(error: unknown): void {
  if (!isAwsError(error, "not-found")) throw error;
}
