import { defineTable } from "../table.ts";

export interface SecretRecord {
  readonly name: string;
  readonly arn: string;
  /** Absent while nobody has stored a value. */
  value?: {
    readonly text?: string /** Base64. */;
    readonly binary?: string;
    readonly version: string;
  };
  keyId: string | null;
  description: string;
  readonly created: number;
  /** It can be restored until then. Null: nobody deleted it. */
  deletedAt: number | null;
  tags: Record<string, string>;
}

export const secrets = defineTable<SecretRecord>("secret", ({ name, arn, tags, deletedAt }) => ({
  id: arn,
  name,
  ...(deletedAt !== null && { state: "deleted" }),
  tags,
}));
