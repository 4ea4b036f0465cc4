import type { OwnTagKey } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import { makeTagChanges, tagsSeen } from "../shared/owned.ts";

const typesKey = "reconcile:types" satisfies OwnTagKey;

/** The maximum length of a tag's value, in characters ("Tag restrictions", Amazon EC2 User Guide). */
const longest = 256;

/** The record of used types in a template's tags. Undefined if it has none. */
export function recordedTypesIn(tags: readonly Tag[] | undefined): readonly string[] | undefined {
  const { [typesKey]: record } = toRecord(tags);
  return record === undefined ? undefined : typesOf(record);
}

/**
 * Adds to the record of used types. Reads it again first: since the plan, an apply of another stack file may have
 * added to it, and a plan may have read tags that are some seconds old. A record that does not fit into a tag is
 * removed, and then every plan looks up all types.
 */
export async function recordTypes(
  context: ResourceContext,
  id: string,
  used: readonly string[],
): Promise<void> {
  const present = (await tagsSeen(context, [id], [typesKey])).get(`${id} ${typesKey}`);
  const all = [...new Set([...typesOf(present), ...used])].sort().join(" ");
  const record = all.length > longest ? undefined : all;
  if (record === present) return;
  const changes =
    record === undefined
      ? { set: [], remove: [typesKey] }
      : { set: [{ Key: typesKey, Value: record }], remove: [] };
  await makeTagChanges(context, [id], changes);
}

function typesOf(record = ""): readonly string[] {
  return record.split(" ").filter((name) => name !== "");
}
