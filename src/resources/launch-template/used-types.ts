import type { OwnTagKey } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import { makeTagChanges } from "../shared/owned.ts";

const typesKey = "reconcile:types" satisfies OwnTagKey;

/** The maximum length of a tag's value, in characters ("Tag restrictions", Amazon EC2 User Guide). */
const longest = 256;

/** The record of used types in a template's tags. Undefined if it has none. */
export function recordedTypesIn(tags: readonly Tag[] | undefined): readonly string[] | undefined {
  const { [typesKey]: record } = toRecord(tags);
  return record?.split(" ").filter((name) => name !== "");
}

/** Writes the record of used types. One that does not fit is removed, and then every plan looks up all types. */
export async function recordTypes(
  context: ResourceContext,
  id: string,
  used: readonly string[],
): Promise<void> {
  const record = used.join(" ");
  const changes =
    record.length > longest
      ? { set: [], remove: [typesKey] }
      : { set: [{ Key: typesKey, Value: record }], remove: [] };
  await makeTagChanges(context, [id], changes);
}
