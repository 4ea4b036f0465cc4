import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

/** A customer-managed prefix list. */
export interface PrefixListRecord {
  readonly id: string;
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly maxEntries: number;
  readonly entries: readonly { readonly cidr: string; readonly description?: string }[];
  readonly tags: Tags;
  readonly clientToken?: string;
}

export const prefixLists = defineTable<PrefixListRecord>("prefix-list", (list, id) => ({
  id,
  name: list.name,
  tags: list.tags,
}));
