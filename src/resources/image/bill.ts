import type { Snapshot } from "@aws-sdk/client-ec2";
import type { OwnTagKey, OwnTags } from "../../aws/own-tag-keys.ts";
import { toRecord } from "../../aws/tags.ts";
import { condense, expand, mostBytes } from "../../image/packages.ts";
import { type ImageParts, snapshotsOf } from "./parts.ts";
import {
  compressRecord,
  expandRecord,
  recordIn,
  recordInTheWay,
  recordTags,
} from "./tag-record.ts";

/**
 * The list of an image's packages is in the tags of its snapshots, which every plan reads anyway, and whose other
 * tags are few.
 */
const prefix = "reconcile:packages:";

/** Beside them: what the versions of the image's Python packages were chosen for (`requirementsDigest`). */
export const requirementsKey = "reconcile:requirements" satisfies OwnTagKey;

/**
 * The tags that record the packages. Undefined if they do not fit.
 *
 * @param others how many tags the snapshot has beside these.
 */
export function billTags(purls: readonly string[], others: number): OwnTags | undefined {
  return recordTags(prefix, compressRecord(Buffer.from(condense(purls))), others);
}

/** The keys of the record on a snapshot that has no room for these tags of the user's beside it. */
export function billInTheWay(snapshot: Snapshot, wanted: readonly string[]): string[] {
  return recordInTheWay(prefix, snapshot, wanted);
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
  const bill = tags.map((each) => recordIn(prefix, each)).find((each) => each !== undefined);
  const requirements = tags
    .map((each) => toRecord(each)[requirementsKey])
    .find((each) => each !== undefined);
  return {
    ...(bill !== undefined && { bill }),
    ...(requirements !== undefined && { requirements }),
  };
}

/** The package URLs in the text of the tags. Undefined if somebody changed the tags. */
export function readBill(text: string): readonly string[] | undefined {
  const packed = expandRecord(text, mostBytes);
  return packed && expand(packed.toString("latin1"));
}
