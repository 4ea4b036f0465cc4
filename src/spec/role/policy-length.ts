/** "IAM and AWS STS quotas": characters of the policies inside a role together. White space does not count. */
export const LONGEST_POLICY = 10_240;

/** The characters of the policy that allows this. */
export function policyLength(
  allow: readonly { readonly actions: readonly string[]; readonly on: readonly string[] }[],
): number {
  const statements = allow.map(({ actions, on }) => ({
    Effect: "Allow",
    Action: actions,
    Resource: on,
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }).length;
}
