import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  type InstanceProfile,
  paginateListInstanceProfilesForRole,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { everyPage } from "../../aws/paging.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { unlessGone, untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { deleteInline, detach } from "./changes.ts";
import { getProfile, getRole, listPolicies, ownAddress } from "./live.ts";
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
    const [role, profile] = await Promise.all([
      getOwnRole(context, name),
      getOwnProfile(context, name),
    ]);
    if (role !== undefined) return "IAM still shows the role";
    return profile === undefined ? undefined : "IAM still shows the instance profile";
  });
}

/** Undefined also for a role of the name that is not the stack's. */
async function getOwnRole(context: ResourceContext, name: string) {
  const role = await getRole(context, name);
  return role !== undefined && ownAddress(context, role) !== undefined ? role : undefined;
}

/** Undefined also for an instance profile of the name that is not the stack's. */
async function getOwnProfile(context: ResourceContext, name: string) {
  const profile = await getProfile(context, name);
  return profile?.Path === rolePath(context.stack) ? profile : undefined;
}

async function takeApart(context: ResourceContext, name: string): Promise<void> {
  const role = await getOwnRole(context, name);
  if (role !== undefined) await leaveProfiles(context, name);
  const profile = await getOwnProfile(context, name);
  if (profile !== undefined) await deleteProfile(context, profile);
  if (role !== undefined) await deleteRoleAlone(context, name);
}

async function leaveProfiles(context: ResourceContext, RoleName: string): Promise<void> {
  const client = await context.clients.iam();
  const profiles = await unlessGone(() =>
    everyPage(
      paginateListInstanceProfilesForRole({ client }, { RoleName }),
      (page) => page.InstanceProfiles,
    ),
  );
  for (const { InstanceProfileName } of profiles ?? []) {
    const command = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName });
    await unlessGone(() => client.send(command));
  }
}

async function deleteProfile(
  { clients }: ResourceContext,
  { InstanceProfileName, Roles: roles = [] }: InstanceProfile,
): Promise<void> {
  const client = await clients.iam();
  // Once the stack's role is gone, somebody may have put another one into the profile.
  for (const { RoleName } of roles) {
    const command = new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName });
    await unlessGone(() => client.send(command));
  }
  await unlessGone(() => client.send(new DeleteInstanceProfileCommand({ InstanceProfileName })));
}

/** "You must delete the items attached to the role manually" ("DeleteRole", IAM API Reference). */
async function deleteRoleAlone(context: ResourceContext, RoleName: string): Promise<void> {
  const client = await context.clients.iam();
  const { attached = [], inline = [] } =
    (await unlessGone(() => listPolicies(client, RoleName))) ?? {};
  for (const arn of attached) await detach(context, RoleName, arn);
  for (const policy of inline) await deleteInline(context, RoleName, policy);
  await unlessGone(() => client.send(new DeleteRoleCommand({ RoleName })));
}
