import { defineTable } from "../table.ts";

export interface ParameterRecord {
  /** Complete, with its path: `/shop/database-url`. */
  readonly name: string;
  type: "String" | "StringList" | "SecureString";
  value: string;
  /** Of a SecureString: the key's id, ARN or alias as it was given. */
  keyId: string | null;
  description: string;
  version: number;
  modified: number;
  tags: Record<string, string>;
}

export const parameters = defineTable<ParameterRecord>("parameter", ({ name, tags }) => ({
  id: name,
  name,
  tags,
}));
