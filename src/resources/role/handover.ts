import { AwsError, isAwsError } from "../../aws/errors.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { policyOf, serversTrust } from "./documents.ts";
import type { RoleFields } from "./live.ts";

/**
 * Runs the calls. Where a company lets only administrators create roles, the error has the commands that create this
 * very role, to hand over.
 */
export async function explainDenied<T>(
  context: ResourceContext,
  fields: RoleFields,
  calls: () => Promise<T>,
): Promise<T> {
  try {
    return await calls();
  } catch (error) {
    if (!isAwsError(error, "denied") || !error.operation.startsWith("iam:")) throw error;
    const { code, kind, operation, requestId } = error;
    const name = `${context.stack}-servers`;
    const commands = await roleCommands(context, name, fields);
    const remedy = [
      ...(error.remedy === undefined ? [] : [error.remedy]),
      "Or ask an administrator to create the role with these commands:",
      ...commands.map((command) => `  ${command}`),
      `Then name it in the stack file (role: { use: ${name} }), and allow iam:PassRole on it in the IAM policy of these credentials.`,
    ].join("\n");
    throw new AwsError(error.message, { code, kind, operation, remedy, requestId, cause: error });
  }
}

/** The AWS CLI's commands that create a role with these fields, and its instance profile. */
async function roleCommands(
  { clients, stack }: ResourceContext,
  name: string,
  { boundary, allow, policies }: RoleFields,
): Promise<readonly string[]> {
  const region = await clients.region();
  const role = { "role-name": name };
  const profile = { "instance-profile-name": name };
  const commands: readonly (readonly [
    operation: string,
    options: Readonly<Record<string, string>>,
  ])[] = [
    [
      "iam create-role",
      {
        ...role,
        "assume-role-policy-document": serversTrust,
        ...(boundary !== null && { "permissions-boundary": boundary }),
      },
    ],
    ...permissionCommands({ allow, policies }, role, stack),
    ["iam create-instance-profile", profile],
    ["iam add-role-to-instance-profile", { ...profile, ...role }],
  ];
  return commands.map(([operation, options]) => awsCommand(region, operation, options));
}

function permissionCommands(
  { allow, policies }: Pick<RoleFields, "allow" | "policies">,
  role: { readonly "role-name": string },
  stack: string,
): readonly (readonly [operation: string, options: Readonly<Record<string, string>>])[] {
  const inline = { "policy-name": stack, "policy-document": policyOf(allow) };
  return [
    ...(allow.length === 0 ? [] : [["iam put-role-policy", { ...role, ...inline }] as const]),
    ...policies.map((arn) => ["iam attach-role-policy", { ...role, "policy-arn": arn }] as const),
  ];
}
