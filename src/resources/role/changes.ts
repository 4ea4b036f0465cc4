import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  TagRoleCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { isAwsError } from "../../aws/errors.ts";
import { retry } from "../../aws/retry.ts";
import { ownTags, sendTagChanges, tagChanges } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import type { UpdateInput } from "../../engine/update.ts";
import { sameValue } from "../../engine/values.ts";
import { adopt, unlessGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { identity } from "../shared/owned.ts";
import { largestInline, policyOf, serversTrust, sizeOf } from "./documents.ts";
import { explainDenied } from "./handover.ts";
import { mostPolicies } from "./limits.ts";
import {
  getProfile,
  type LiveRole,
  lookAtRole,
  ownPolicy,
  type RoleFields,
  type RoleOutputs,
} from "./live.ts";
import { rolePath } from "./names.ts";
import { type Part, parts } from "./parts.ts";

/** Creates the role and its instance profile, or resumes an interrupted create. */
export async function createRole(
  context: ResourceContext,
  target: Target,
  fields: RoleFields,
): Promise<LiveRole> {
  const { physicalName: name } = target;
  const what = `the role ${name}`;
  const look = () => lookAtRole(context, name);
  const iam = await context.clients.iam();
  const command = new CreateRoleCommand({
    RoleName: name,
    Path: rolePath(context.stack),
    AssumeRolePolicyDocument: serversTrust,
    Description: `What the servers of the stack ${context.stack} may do (reconcile)`,
    ...(fields.boundary !== null && { PermissionsBoundary: fields.boundary }),
    Tags: ownTags(identity(context, target), fields.tags),
  });
  return explainDenied(context, fields, async () => {
    try {
      await settled(context, what, () => iam.send(command));
    } catch (error) {
      if (!isAwsError(error, "already-exists")) throw error;
      await adopt(context, what, look, error);
    }
    const made = await untilSeen(context, what, look);
    return setParts({ context, live: made, fields, eventual: fields }, partsToSet(made, fields));
  });
}

function partsToSet({ fields: live }: LiveRole, wanted: RoleFields): readonly Part[] {
  return parts.filter((part) => !sameValue(live[part] ?? [], wanted[part] ?? []));
}

type RoleUpdate = UpdateInput<RoleFields, RoleOutputs, ResourceContext>;

/** Sets these parts, and ends when IAM shows them. */
export async function setParts(update: RoleUpdate, names: readonly Part[]): Promise<LiveRole> {
  const { context, live } = update;
  const wanted = withinLimits(update);
  for (const part of parts) {
    if (names.includes(part)) await setters[part](update, wanted);
  }
  return untilSeen(
    context,
    `the role ${live.id}`,
    () => lookAtRole(context, live.id),
    (seen) => {
      const late = names.find((part) => !sameValue(seen.fields[part] ?? [], wanted[part] ?? []));
      return late && `${late} not yet visible`;
    },
  );
}

/** What the servers lose stays until they have changed, as long as IAM allows both together. */
function withinLimits({ fields, eventual }: RoleUpdate): RoleFields {
  return {
    ...fields,
    allow: sizeOf(fields.allow) > largestInline ? eventual.allow : fields.allow,
    policies: fields.policies.length > mostPolicies ? eventual.policies : fields.policies,
  };
}

const setters: Readonly<Record<Part, (update: RoleUpdate, wanted: RoleFields) => Promise<void>>> = {
  async trust({ context, live: { id: RoleName } }) {
    await send(context, RoleName, (iam) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: serversTrust })),
    );
  },
  async boundary({ context, live: { id: RoleName } }, { boundary }) {
    await send(context, RoleName, (iam) =>
      boundary === null
        ? iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
        : iam.send(
            new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary }),
          ),
    );
  },
  async otherPolicies({ context, live }) {
    for (const name of live.fields.otherPolicies ?? []) await deleteInline(context, live.id, name);
  },
  async policies({ context, live }, { policies }) {
    // First, because a role has no room for more than it may have.
    for (const arn of live.fields.policies) {
      if (!policies.includes(arn)) await detach(context, live.id, arn);
    }
    for (const PolicyArn of policies) {
      if (live.fields.policies.includes(PolicyArn)) continue;
      await send(context, live.id, (iam) =>
        iam.send(new AttachRolePolicyCommand({ RoleName: live.id, PolicyArn })),
      );
    }
  },
  async allow({ context, live: { id: RoleName } }, { allow }) {
    // A policy has at least one statement.
    if (allow.length === 0) return deleteInline(context, RoleName, ownPolicy);
    const PolicyDocument = policyOf(allow);
    await send(context, RoleName, (iam) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: ownPolicy, PolicyDocument })),
    );
  },
  profile: ({ context, live, fields }) => completeProfile(context, live, fields),
};

/** Creates the instance profile of the role's name, and puts the role into it. */
async function completeProfile(
  context: ResourceContext,
  { id: name, address }: LiveRole,
  fields: RoleFields,
): Promise<void> {
  const what = `the instance profile ${name}`;
  const named = { InstanceProfileName: name };
  try {
    await send(context, name, (iam) =>
      iam.send(
        new CreateInstanceProfileCommand({
          ...named,
          Path: rolePath(context.stack),
          Tags: ownTags(identity(context, { address }), fields.tags),
        }),
      ),
    );
  } catch (error) {
    if (!isAwsError(error, "already-exists")) throw error;
  }
  const profile = await untilSeen(context, what, () => getProfile(context, name));
  if (profile.Path !== rolePath(context.stack)) {
    throw new OutsideError(`${what} exists and does not belong to this stack`, {
      code: "EntityAlreadyExists",
      operation: "iam:CreateInstanceProfile",
      remedy:
        "Delete it if nothing needs it, choose another name for the stack, or name a role that exists (role: { use: name }).",
    });
  }
  for (const { RoleName } of profile.Roles ?? []) {
    if (RoleName === name) return;
    await send(context, name, (iam) =>
      iam.send(new RemoveRoleFromInstanceProfileCommand({ ...named, RoleName })),
    );
  }
  try {
    await send(context, name, (iam) =>
      iam.send(new AddRoleToInstanceProfileCommand({ ...named, RoleName: name })),
    );
  } catch (error) {
    // A profile has one role. It may be the stack's, from another apply, which is seen later.
    if (!isAwsError(error, "quota")) throw error;
  }
}

/** Changes the user's tags of both halves. */
export async function changeRoleTags({ context, live, fields }: RoleUpdate): Promise<void> {
  const { id: name } = live;
  const changes = tagChanges(live.fields.tags, fields.tags);
  const keys = (tags: readonly { Key: string }[]) => tags.map(({ Key }) => Key);
  await sendTagChanges(changes, {
    remove: (tags) =>
      send(context, name, (iam) =>
        iam.send(new UntagRoleCommand({ RoleName: name, TagKeys: keys(tags) })),
      ),
    set: (Tags) =>
      send(context, name, (iam) => iam.send(new TagRoleCommand({ RoleName: name, Tags }))),
  });
  const named = { InstanceProfileName: name };
  if ((await getProfile(context, name)) !== undefined) {
    await sendTagChanges(changes, {
      remove: (tags) =>
        send(context, name, (iam) =>
          iam.send(new UntagInstanceProfileCommand({ ...named, TagKeys: keys(tags) })),
        ),
      set: (Tags) =>
        send(context, name, (iam) => iam.send(new TagInstanceProfileCommand({ ...named, Tags }))),
    });
  }
  await untilSeen(
    context,
    `the tags of the role ${name}`,
    () => lookAtRole(context, name),
    (seen) =>
      sameValue(seen.fields.tags, fields.tags) ? undefined : "the new tags are not all visible yet",
  );
}

/** Succeeds if somebody was faster. */
export async function detach(
  context: ResourceContext,
  RoleName: string,
  PolicyArn: string,
): Promise<void> {
  await unlessGone(() =>
    send(
      context,
      RoleName,
      (iam) => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
      {
        mayBeGone: true,
      },
    ),
  );
}

/** Succeeds if somebody was faster. */
export async function deleteInline(
  context: ResourceContext,
  RoleName: string,
  PolicyName: string,
): Promise<void> {
  await unlessGone(() =>
    send(
      context,
      RoleName,
      (iam) => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
      { mayBeGone: true },
    ),
  );
}

type Client = Awaited<ReturnType<ResourceContext["clients"]["iam"]>>;

/** One change of the role or its profile. */
async function send(
  context: ResourceContext,
  name: string,
  call: (iam: Client) => Promise<unknown>,
  options: { readonly mayBeGone?: true } = {},
): Promise<void> {
  const iam = await context.clients.iam();
  await settled(context, `the role ${name}`, () => call(iam), options);
}

/**
 * Retries a change while IAM does not know the role everywhere, or still works on an earlier change. A policy that does
 * not exist has the same code as a role, so this does not last as long as for other services.
 */
function settled<T>(
  context: ResourceContext,
  what: string,
  call: () => Promise<T>,
  { mayBeGone = false }: { readonly mayBeGone?: boolean } = {},
): Promise<T> {
  return retry(call, {
    while: mayBeGone ? ["in-progress"] : ["in-progress", "not-found"],
    reason: `IAM has not finished an earlier change of ${what}`,
    deadline: 60_000,
    context,
  });
}
