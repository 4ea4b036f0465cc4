import { defineTable } from "../table.ts";

/** The four settings of a bucket that block public access. */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export interface BucketRecord {
  /** Unique over all accounts and regions. */
  readonly name: string;
  /** Whose it is: this account, or another one that has taken the name. */
  readonly owner: string;
  readonly createdAt: number;
  tags: Record<string, string>;
  ownership: string;
  publicAccessBlock: PublicAccessBlock | null;
  policy: string | null;
  encryption: { readonly algorithm: string; readonly key?: string };
  versioning: "" | "Enabled" | "Suspended";
  readonly objectLock: boolean;
  /** The number of the next version of an object. */
  nextVersion: number;
}

export const buckets = defineTable<BucketRecord>("bucket", ({ name, tags, owner }) =>
  // Other accounts' buckets are not in this account.
  owner === "other" ? undefined : { id: name, name, tags },
);

/** One version of an object. Buckets without versioning have only the version `null`. */
export interface ObjectRecord {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  /** Base64. */
  readonly body: string;
  readonly etag: string;
  readonly modified: number;
  readonly contentType?: string;
}

export const objects = defineTable<ObjectRecord>("object", ({ bucket, key, versionId }) => ({
  id: versionId === "null" ? `${bucket}/${key}` : `${bucket}/${key}?versionId=${versionId}`,
  tags: {},
}));

/** An upload in parts that nobody has completed. */
export interface UploadRecord {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: number;
}

export const uploads = defineTable<UploadRecord>("multipart-upload", ({ id, bucket, key }) => ({
  id,
  name: `${bucket}/${key}`,
  tags: {},
}));
