import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type { Snapshot } from "@aws-sdk/client-ec2";
import type { OwnTagKey, OwnTags } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";
import { condense, expand, mostBytes } from "../../image/packages.ts";
import { type ImageParts, snapshotsOf } from "./parts.ts";

/**
 * The list of an image's packages is in the tags of its snapshots, which every plan reads anyway, and whose other
 * tags are few: `reconcile:packages:1`, `reconcile:packages:2`, …, each a part of one text.
 */
const prefix = "reconcile:packages:";

/** Beside them: what the versions of the image's Python packages were chosen for (`requirementsDigest`). */
export const requirementsKey = "reconcile:requirements" satisfies OwnTagKey;

/** "Tag restrictions", Amazon EC2 User Guide. */
const mostTags = 50;
const mostCharacters = 256;
/** For the tags of other people and programs. */
const spare = 5;

/**
 * The tags that record the packages. Undefined if they do not fit.
 *
 * @param others how many tags the snapshot has beside these.
 */
export function billTags(purls: readonly string[], others: number): OwnTags | undefined {
  const text = pack(purls);
  const count = Math.ceil(text.length / mostCharacters);
  if (count > mostTags - spare - others) return undefined;
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${prefix}${index + 1}` as const,
      text.slice(index * mostCharacters, (index + 1) * mostCharacters),
    ]),
  );
}

/**
 * The keys of the record on a snapshot that has no room for these tags of the user's beside it. AWS would refuse them,
 * and a tag that the stack file defines is worth more than the record.
 */
export function billInTheWay({ Tags = [] }: Snapshot, wanted: readonly string[]): string[] {
  const keys = Tags.flatMap(({ Key }) => Key ?? []);
  const isFull = new Set([...keys, ...wanted]).size > mostTags;
  return isFull ? keys.filter((key) => key.startsWith(prefix)) : [];
}

/** What the tags of an image's snapshots record of its packages. A part that they do not record is missing. */
export interface PackageRecord {
  /** All packages, for `readBill`. */
  readonly bill?: string;
  /** What the versions of its Python packages were chosen for (`requirementsDigest`). */
  readonly requirements?: string;
}

/** What the tags of the image's snapshots record of its packages. */
export function packageRecord({ image, snapshots }: ImageParts): PackageRecord {
  const own = image === undefined ? [] : snapshotsOf(image);
  const tags = snapshots
    .filter(({ SnapshotId: id = "" }) => own.includes(id))
    .map(({ Tags }) => Tags);
  const bill = tags.map(billIn).find((each) => each !== undefined);
  const requirements = tags
    .map((each) => toRecord(each)[requirementsKey])
    .find((each) => each !== undefined);
  return {
    ...(bill !== undefined && { bill }),
    ...(requirements !== undefined && { requirements }),
  };
}

function billIn(tags: readonly Tag[] | undefined): string | undefined {
  const record = toRecord(tags);
  const parts: string[] = [];
  for (let part = record[`${prefix}1`]; part !== undefined; ) {
    parts.push(part);
    part = record[`${prefix}${parts.length + 1}`];
  }
  return parts.length === 0 ? undefined : parts.join("");
}

/** The package URLs in the text of the tags. Undefined if somebody changed the tags. */
export function readBill(text: string): readonly string[] | undefined {
  try {
    const packed = Buffer.from(text, "base64");
    return expand(brotliDecompressSync(packed, { maxOutputLength: mostBytes }).toString("latin1"));
  } catch {
    return undefined;
  }
}

function pack(purls: readonly string[]): string {
  const text = condense(purls);
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  return brotliCompressSync(text, { params }).toString("base64");
}
