import { defineTable } from "../table.ts";

export interface RoleRecord {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
  readonly description?: string;
  readonly maxSessionDuration: number;
  /** JSON, as in the request. */
  trust: string;
  /** JSON by the policy's name. */
  inline: Record<string, string>;
  /** ARNs, in the order in which they were attached. */
  attached: string[];
  boundary: string | null;
  tags: Record<string, string>;
}

/** By name in lower case: "names are not distinguished by case" ("CreateRole", IAM API Reference). */
export const roles = defineTable<RoleRecord>("role", ({ name, tags }) => ({
  id: name,
  name,
  tags,
}));

export interface InstanceProfileRecord {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
  /** The time from which EC2 and Auto Scaling know it. */
  readonly knownFrom: number;
  /** At most one. */
  role: string | null;
  /** The time from which EC2 knows the role in it. */
  roleKnownFrom: number;
  tags: Record<string, string>;
}

/** By name in lower case. */
export const instanceProfiles = defineTable<InstanceProfileRecord>(
  "instance-profile",
  ({ name, tags }) => ({ id: name, name, tags }),
);

/** A managed policy of this account. AWS's own are in `aws-policies.ts`. */
export interface PolicyRecord {
  readonly arn: string;
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly createdAt: number;
  /** JSON. */
  readonly document: string;
  readonly tags: Record<string, string>;
}

/** By ARN. */
export const policies = defineTable<PolicyRecord>("policy", ({ arn, name, tags }) => ({
  id: arn,
  name,
  tags,
}));
