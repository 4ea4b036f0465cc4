import { GetPolicyCommand } from "@aws-sdk/client-iam";
import { isAwsError } from "../../aws/errors.ts";
import type { Foreign, Obstacle, Sought } from "../../engine/resource.ts";
import { isRef } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { foreignAmong } from "../shared/foreign.ts";
import { getProfile, getRole, type RoleFields } from "./live.ts";

/** Roles and instance profiles with these names that are not the stack's. */
export async function foreignRoles(
  context: ResourceContext,
  sought: readonly Sought[],
): Promise<Foreign[]> {
  const found = await Promise.all(
    sought.map(async ({ physicalName }) => {
      const [role, profile] = await Promise.all([
        getRole(context, physicalName),
        getProfile(context, physicalName),
      ]);
      return { physicalName, role, profile };
    }),
  );
  const roles = found.flatMap(({ physicalName, role }) =>
    role === undefined
      ? []
      : [
          {
            id: role.RoleName ?? "",
            physicalName,
            what: words("a role", role.Arn),
            tags: role.Tags,
          },
        ],
  );
  const profiles = found.flatMap(({ physicalName, profile }) =>
    profile === undefined
      ? []
      : [
          {
            id: profile.InstanceProfileName ?? "",
            physicalName,
            what: words("an instance profile", profile.Arn),
            tags: profile.Tags,
          },
        ],
  );
  const tagged = (tags: readonly (readonly [key: string, value: string])[]) => ({
    tags: tags.map(([key, value]) => `Key=${key},Value=${value}`),
  });
  const [ofRoles, ofProfiles] = await Promise.all([
    foreignAmong(context, sought, roles, (id, tags) => [
      "iam tag-role",
      { "role-name": id, ...tagged(tags) },
    ]),
    foreignAmong(context, sought, profiles, (id, tags) => [
      "iam tag-instance-profile",
      { "instance-profile-name": id, ...tagged(tags) },
    ]),
  ]);
  return [...ofRoles, ...ofProfiles];
}

function words(what: string, arn: string | undefined): string {
  return `${what} of that name (${arn})`;
}

/** Policies that the stack file names and that do not exist: IAM only says so once the role exists. */
export async function missingPolicies(
  context: ResourceContext,
  sought: readonly Sought<RoleFields>[],
): Promise<Obstacle[]> {
  const found = await Promise.all(
    sought.map(async ({ physicalName, fields: { policies, boundary } }) => {
      const named = [...(isRef(policies) ? [] : policies), boundary].filter(
        (arn) => typeof arn === "string",
      );
      const missing = await Promise.all(
        named.map(async (arn) => ((await exists(context, arn)) ? [] : [arn])),
      );
      return missing.flat().map((arn) => ({
        physicalName,
        summary: `the policy ${arn} does not exist`,
        remedy:
          "Correct its ARN in the role section. The IAM console shows it on the policy's page.",
      }));
    }),
  );
  return found.flat();
}

async function exists(context: ResourceContext, PolicyArn: string): Promise<boolean> {
  const iam = await context.clients.iam();
  try {
    await iam.send(new GetPolicyCommand({ PolicyArn }));
    return true;
  } catch (error) {
    if (isAwsError(error, "not-found")) return false;
    throw error;
  }
}
