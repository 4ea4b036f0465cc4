import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  type InstanceProfile,
  paginateListAttachedRolePolicies,
  paginateListInstanceProfiles,
  paginateListRolePolicies,
  paginateListRoles,
  type Role,
} from "@aws-sdk/client-iam";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, stackKey, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { Live, TaggedObject } from "../../engine/resource.ts";
import { unlessGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { type Permission, permissionsIn, sortedPermissions, trustOf } from "./documents.ts";
import { roleName, rolePath } from "./names.ts";

/** What the servers may do: an IAM role, and the instance profile that hands it to them. */
export interface RoleFields {
  /** Who may assume it. */
  readonly trust: string;
  /** What its own policy allows. */
  readonly allow: readonly Permission[];
  /** The ARNs of the managed policies that it has. */
  readonly policies: readonly string[];
  /** The ARN of the policy that limits what it may do, whatever else allows it. */
  readonly boundary: string | null;
  /** The instance profile of the role's name. */
  readonly profile: ProfileState;
  /** Policies that somebody wrote into the role, by name. There should be none. */
  readonly otherPolicies?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** `complete`: it exists, and has the role. */
type ProfileState = "complete" | "missing" | "without the role" | "with another role";

export interface RoleOutputs {
  /** The role's name, and that of its instance profile. */
  readonly name: string;
  readonly arn: string;
}

export type LiveRole = Live<RoleFields, RoleOutputs>;

/** The name of the policy inside the role that this program writes. */
export const ownPolicy = "reconcile";

/** The stack's role in this region. IAM lists no tags, so that it is asked for the role of the stack's name. */
export async function sweepRoles(context: ResourceContext): Promise<LiveRole[]> {
  const { name, isRole, profile } = await listHalves(context);
  const live = isRole
    ? await readRole(context, name, profile)
    : profile && (await leftProfile(context, profile));
  return live === undefined ? [] : [live];
}

/** What of the stack's name in this region carries tags. */
export async function taggedRoles(context: ResourceContext): Promise<readonly TaggedObject[]> {
  const { name, isRole, profile } = await listHalves(context);
  const found = await Promise.all([
    isRole ? getRole(context, name) : undefined,
    profile && getProfile(context, name),
  ]);
  // Both halves have one name, and are deleted together.
  const halves = found.map((half) => toRecord(half?.Tags));
  const tags = halves.find((each) => each[stackKey] === context.stack);
  return tags === undefined ? [] : [{ id: name, tags }];
}

/** The halves of the stack's role that exist, as lists have them: without tags. */
async function listHalves(context: ResourceContext) {
  const [iam, name] = await Promise.all([context.clients.iam(), roleName(context)]);
  const path = rolePath(context.stack);
  const [roles, profiles] = await Promise.all([listRoles(iam, path), listProfiles(iam, path)]);
  return {
    name,
    isRole: roles.some(({ RoleName }) => RoleName === name),
    profile: profiles.find(({ InstanceProfileName }) => InstanceProfileName === name),
  };
}

const listRoles = sharedLookUp((client: IAMClient, PathPrefix: string) =>
  everyPage(paginateListRoles({ client }, { PathPrefix }), (page) => page.Roles),
);

const listProfiles = sharedLookUp((client: IAMClient, PathPrefix: string) =>
  everyPage(
    paginateListInstanceProfiles({ client }, { PathPrefix }),
    (page) => page.InstanceProfiles,
  ),
);

/** Undefined if there is no role of the name. */
export function getRole(context: ResourceContext, RoleName: string): Promise<Role | undefined> {
  return unlessGone(async () => {
    const iam = await context.clients.iam();
    return (await iam.send(new GetRoleCommand({ RoleName }))).Role;
  });
}

/** Undefined if there is no instance profile of the name. */
export function getProfile(
  context: ResourceContext,
  InstanceProfileName: string,
): Promise<InstanceProfile | undefined> {
  return unlessGone(async () => {
    const iam = await context.clients.iam();
    return (await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile;
  });
}

/** The stack's role with all that belongs to it, and undefined for one that is not the stack's. */
export async function lookAtRole(
  context: ResourceContext,
  name: string,
): Promise<LiveRole | undefined> {
  const profile = await getProfile(context, name);
  const isOwn = profile?.Path === rolePath(context.stack);
  return readRole(context, name, isOwn ? profile : undefined);
}

async function readRole(
  context: ResourceContext,
  name: string,
  profile: InstanceProfile | undefined,
): Promise<LiveRole | undefined> {
  const [role, policies] = await Promise.all([getRole(context, name), policiesOf(context, name)]);
  if (role === undefined || policies === undefined) return undefined;
  const address = ownAddress(context, role);
  if (address === undefined) return undefined;
  return {
    id: name,
    address,
    physicalName: name,
    status: "ready",
    createdAt: role.CreateDate?.getTime() ?? 0,
    fields: {
      trust: trustOf(decoded(role.AssumeRolePolicyDocument)),
      ...policies,
      boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
      profile: stateOf(profile, name),
      tags: userTagsOf(role.Tags),
    },
    outputs: { name, arn: role.Arn ?? "" },
    uses: [],
  };
}

/**
 * The address of a role that is the stack's, by its path and its tags. Names are unique over all paths, so another role
 * may have the name of one that somebody deleted.
 */
export function ownAddress(
  { stack }: ResourceContext,
  { Path: path, Tags: tags }: Pick<Role, "Path" | "Tags">,
): LiveRole["address"] | undefined {
  return path === rolePath(stack) ? addressIn(tags, stack, "role") : undefined;
}

/** An instance profile whose role is gone: the rest of an interrupted delete, or of somebody's. */
async function leftProfile(
  context: ResourceContext,
  { InstanceProfileName: name = "" }: InstanceProfile,
): Promise<LiveRole | undefined> {
  const profile = await getProfile(context, name);
  const address = addressIn(profile?.Tags, context.stack, "role");
  if (profile === undefined || address === undefined) return undefined;
  return {
    id: name,
    address,
    physicalName: name,
    status: "partial",
    statusReason: "the instance profile exists without its role",
    createdAt: profile.CreateDate?.getTime() ?? 0,
    fields: {
      trust: "",
      allow: [],
      policies: [],
      boundary: null,
      profile: stateOf(profile, name),
      tags: userTagsOf(profile.Tags),
    },
    outputs: { name, arn: "" },
    uses: [],
  };
}

function stateOf(profile: InstanceProfile | undefined, name: string): ProfileState {
  if (profile === undefined) return "missing";
  const [role] = profile.Roles ?? [];
  if (role === undefined) return "without the role";
  return role.RoleName === name ? "complete" : "with another role";
}

type Policies = Pick<RoleFields, "allow" | "policies" | "otherPolicies">;

/** Undefined if the role is gone. */
async function policiesOf(
  context: ResourceContext,
  RoleName: string,
): Promise<Policies | undefined> {
  const client = await context.clients.iam();
  return unlessGone(async () => {
    const { attached, inline } = await listPolicies(client, RoleName);
    const own = inline.includes(ownPolicy)
      ? await client.send(new GetRolePolicyCommand({ RoleName, PolicyName: ownPolicy }))
      : undefined;
    return {
      allow: sortedPermissions(permissionsIn(decoded(own?.PolicyDocument))),
      policies: attached.toSorted(),
      otherPolicies: inline.filter((name) => name !== ownPolicy).toSorted(),
    };
  });
}

/** The ARNs of the managed policies that a role has, and the names of the policies inside of it. */
export async function listPolicies(
  client: IAMClient,
  RoleName: string,
): Promise<{ readonly attached: readonly string[]; readonly inline: readonly string[] }> {
  const [attached, inline] = await Promise.all([
    everyPage(
      paginateListAttachedRolePolicies({ client }, { RoleName }),
      (page) => page.AttachedPolicies,
    ),
    everyPage(paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames),
  ]);
  return { attached: attached.map(({ PolicyArn = "" }) => PolicyArn), inline };
}

/** "The policy document returned in this structure is URL-encoded compliant with RFC 3986." */
function decoded(document: string | undefined): string | undefined {
  return document === undefined ? undefined : decodeURIComponent(document);
}
