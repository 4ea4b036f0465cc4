import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type { OwnTags, RecordPrefix } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";

/**
 * A text that is too long for a tag is in several: `reconcile:packages:1`, `reconcile:packages:2`, …, each a part
 * of the compressed text.
 */

/** "Tag restrictions", Amazon EC2 User Guide. */
const mostTags = 50;
const mostCharacters = 256;
/** For the tags of other people and programs. */
const spare = 5;

/**
 * How many characters a record may have.
 *
 * @param others how many tags the object has beside the record's.
 * @param most how many tags the record may have at most.
 */
export function roomBeside(others: number, most = mostTags): number {
  return Math.min(most, Math.max(mostTags - spare - others, 0)) * mostCharacters;
}

/**
 * The tags of a record. Undefined if they do not fit.
 *
 * @param others how many tags the object has beside these.
 */
export function recordTags(
  prefix: RecordPrefix,
  text: string,
  others: number,
): OwnTags | undefined {
  if (text.length > roomBeside(others)) return undefined;
  const count = Math.ceil(text.length / mostCharacters);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${prefix}${index + 1}` as const,
      text.slice(index * mostCharacters, (index + 1) * mostCharacters),
    ]),
  );
}

/** The text of a record. Undefined if the tags have none. */
export function recordIn(
  prefix: RecordPrefix,
  tags: readonly Tag[] | undefined,
): string | undefined {
  const record = toRecord(tags);
  const parts: string[] = [];
  for (let part = record[`${prefix}1`]; part !== undefined; ) {
    parts.push(part);
    part = record[`${prefix}${parts.length + 1}`];
  }
  return parts.length === 0 ? undefined : parts.join("");
}

/**
 * The keys of a record on an object that has no room for these tags of the user's beside it. AWS would refuse them,
 * and a tag that the stack file defines is worth more than the record.
 */
export function recordInTheWay(
  prefix: RecordPrefix,
  { Tags = [] }: { readonly Tags?: readonly Tag[] | undefined },
  wanted: readonly string[],
): string[] {
  const keys = Tags.flatMap(({ Key }) => Key ?? []);
  const isFull = new Set([...keys, ...wanted]).size > mostTags;
  return isFull ? keys.filter((key) => key.startsWith(prefix)) : [];
}

/** The text of a record for a content. */
export function compressRecord(content: Uint8Array): string {
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  return brotliCompressSync(content, { params }).toString("base64");
}

/** The content of a record. Undefined if somebody changed the tags. */
export function expandRecord(text: string, most: number): Buffer | undefined {
  try {
    return brotliDecompressSync(Buffer.from(text, "base64"), { maxOutputLength: most });
  } catch {
    return undefined;
  }
}
