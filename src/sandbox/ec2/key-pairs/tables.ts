import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

/** Stored by name, because launches refer to the name. */
export interface KeyPairRecord {
  readonly id: string;
  readonly name: string;
  readonly type: "rsa" | "ed25519";
  readonly fingerprint: string;
  /** In OpenSSH's format, without the comment. */
  readonly publicKey: string;
  readonly createTime: number;
  tags: Tags;
}

export const keyPairs = defineTable<KeyPairRecord>("key-pair", (key) => ({
  id: key.id,
  name: key.name,
  tags: key.tags,
}));
