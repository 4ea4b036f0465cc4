import { createHash } from "node:crypto";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

export interface PrefixListRecord {
  readonly id: string;
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly maxEntries: number;
  readonly entries: readonly { readonly cidr: string; readonly description?: string }[];
  /** Undefined: a customer-managed one. */
  readonly owner?: "AWS";
  readonly tags: Tags;
  readonly clientToken?: string;
}

export const prefixLists = defineTable<PrefixListRecord>("prefix-list", (list, id) =>
  list.owner === "AWS" ? undefined : { id, name: list.name, tags: list.tags },
);

/** The services whose prefix lists are the destinations of gateway endpoints. */
const services = ["s3", "dynamodb"];

/** AWS's own prefix lists ("AWS-managed prefix lists", Amazon VPC User Guide). Their ids differ by region. */
export function addServicePrefixLists(region: Region): void {
  for (const service of services) {
    const name = `com.amazonaws.${region.name}.${service}`;
    const id = `pl-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
    if (region.table(prefixLists).latest(id) !== undefined) continue;
    // Its weight in a security group is 1, however many entries it has (same page).
    const list = { id, name, family: "IPv4", maxEntries: 1, entries: [], owner: "AWS" } as const;
    region.table(prefixLists).add(id, { ...list, tags: {} }, { immediate: true });
  }
}

/** The prefix list of a service that has one. */
export function servicePrefixList(region: Region, serviceName: string): PrefixListRecord {
  const list = region
    .table(prefixLists)
    .all()
    .find(({ owner, name }) => owner === "AWS" && name === serviceName);
  if (list === undefined) throw new Error(`${serviceName} has no prefix list.`);
  return list;
}
