/**
 * The fields that a call of its own sets, in this order: what removes a right comes first, and the servers get the role
 * last.
 */
export const parts = [
  "trust",
  "boundary",
  "otherPolicies",
  "policies",
  "allow",
  "profile",
] as const;

export type Part = (typeof parts)[number];
