/** "IAM and AWS STS quotas": characters of the policies inside a role together. White space does not count. */
export const LONGEST_POLICY = 10_240;

/** The characters of the policy that allows this. A statement that a stack file cannot say is JSON. */
export function policyLength(
  allow: readonly (
    | { readonly actions: readonly string[]; readonly on: readonly string[] }
    | { readonly statement: string }
  )[],
): number {
  const statements = allow.map((permission): unknown =>
    "statement" in permission
      ? JSON.parse(permission.statement)
      : { Effect: "Allow", Action: permission.actions, Resource: permission.on },
  );
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }).length;
}
