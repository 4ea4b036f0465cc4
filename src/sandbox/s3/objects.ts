import { createHash } from "node:crypto";
import {
  AbortMultipartUpload$,
  type AbortMultipartUploadRequest,
  CreateMultipartUpload$,
  type CreateMultipartUploadRequest,
  DeleteObject$,
  type DeleteObjectRequest,
  DeleteObjects$,
  type DeleteObjectsRequest,
  GetObject$,
  type GetObjectRequest,
  ListMultipartUploads$,
  type ListMultipartUploadsRequest,
  ListObjectsV2$,
  type ListObjectsV2Request,
  ListObjectVersions$,
  type ListObjectVersionsRequest,
  PutObject$,
  type PutObjectRequest,
} from "@aws-sdk/client-s3";
import { AwsError, notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { requireBucket } from "./bucket.ts";
import { notFound } from "./errors.ts";
import { type BucketRecord, buckets, type ObjectRecord, objects, uploads } from "./tables.ts";

/** Objects are strongly consistent ("Amazon S3 data consistency model"). */
const atOnce = { immediate: true };

const putObject = operation<PutObjectRequest>(
  PutObject$,
  [
    "Bucket",
    "Key",
    "Body",
    "ContentType",
    "ContentLength",
    "IfNoneMatch",
    "ExpectedBucketOwner",
    "ChecksumAlgorithm",
    "ChecksumCRC32",
    "ChecksumSHA256",
  ],
  (region, input) => {
    const bucket = requireBucket(region, input);
    const key = input.Key ?? "";
    if (Buffer.byteLength(key) > 1024) {
      throw new AwsError("KeyTooLongError", "Your key is too long");
    }
    const { Body: given, IfNoneMatch: condition } = input;
    if (!(given instanceof Uint8Array)) throw notModelled("A body that is a stream");
    const body = Buffer.from(given);
    const checksum = input.ChecksumSHA256;
    if (checksum !== undefined && checksum !== digest("sha256", body).toString("base64")) {
      throw new AwsError(
        "BadDigest",
        "The SHA256 you specified did not match the calculated checksum.",
      );
    }
    if (condition !== undefined && condition !== "*") {
      throw new AwsError(
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        501,
      );
    }
    if (condition === "*" && currentOf(region, bucket.name, key) !== undefined) {
      throw new AwsError(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
        412,
      );
    }
    const etag = digest("md5", body).toString("hex");
    const made = write(region, bucket, {
      key,
      isDeleteMarker: false,
      body: body.toString("base64"),
      etag,
      ...(input.ContentType !== undefined && { contentType: input.ContentType }),
    });
    return {
      ETag: `"${etag}"`,
      ServerSideEncryption: bucket.encryption.algorithm,
      ...versionId(made),
    };
  },
);

function digest(algorithm: "md5" | "sha256", body: Uint8Array): Buffer {
  return createHash(algorithm).update(body).digest();
}

function versionId({ versionId: id }: ObjectRecord): { VersionId?: string } {
  return id === "null" ? {} : { VersionId: id };
}

/** Adds a version, or replaces the version `null` of a bucket that keeps no versions. */
function write(
  region: Region,
  bucket: BucketRecord,
  content: Omit<ObjectRecord, "bucket" | "versionId" | "modified">,
): ObjectRecord {
  const id = bucket.versioning === "Enabled" ? nextVersion(region, bucket) : "null";
  const record = { ...content, bucket: bucket.name, versionId: id, modified: region.now };
  const table = region.table(objects);
  table.remove(idOf(record), atOnce);
  return table.add(idOf(record), record, atOnce);
}

function nextVersion(region: Region, { name }: BucketRecord): string {
  const { nextVersion: number } = region.table(buckets).change(
    name,
    (bucket) => {
      bucket.nextVersion += 1;
    },
    atOnce,
  );
  return `v${String(number).padStart(31, "0")}`;
}

function idOf({
  bucket,
  key,
  versionId: version,
}: Pick<ObjectRecord, "bucket" | "key" | "versionId">) {
  return `${bucket}\n${version}\n${key}`;
}

/** All versions in a bucket, the newest of each key last. */
function versionsIn(
  region: Region,
  bucket: string,
  prefix = "",
): readonly Readonly<ObjectRecord>[] {
  return region
    .table(objects)
    .list()
    .filter((each) => each.bucket === bucket && each.key.startsWith(prefix));
}

/** The current version of an object. Undefined behind a delete marker. */
function currentOf(region: Region, bucket: string, key: string): ObjectRecord | undefined {
  const last = versionsIn(region, bucket, key).findLast((each) => each.key === key);
  return last?.isDeleteMarker === true ? undefined : last;
}

/** The content of an object. @throws AwsError NoSuchBucket, NoSuchKey. */
export function readObject(region: Region, name: string, key: string): ObjectRecord {
  const bucket = requireBucket(region, { Bucket: name });
  const found = currentOf(region, bucket.name, key);
  if (found === undefined) throw notFound("NoSuchKey", "The specified key does not exist.");
  return found;
}

const getObject = operation<GetObjectRequest>(
  GetObject$,
  ["Bucket", "Key", "ExpectedBucketOwner", "ChecksumMode"],
  (region, input) => {
    requireBucket(region, input);
    const found = readObject(region, input.Bucket ?? "", input.Key ?? "");
    return {
      Body: new Uint8Array(Buffer.from(found.body, "base64")),
      ETag: `"${found.etag}"`,
      LastModified: new Date(found.modified),
      ContentType: found.contentType ?? "binary/octet-stream",
      ...versionId(found),
    };
  },
);

const deleteObject = operation<DeleteObjectRequest>(
  DeleteObject$,
  ["Bucket", "Key", "VersionId", "ExpectedBucketOwner"],
  (region, input) => {
    const bucket = requireBucket(region, input);
    return remove(region, bucket, input.Key ?? "", input.VersionId);
  },
);

/** Without a version, a bucket that keeps versions gets a delete marker. Deleting nothing succeeds. */
function remove(region: Region, bucket: BucketRecord, key: string, version?: string): object {
  const name = bucket.name;
  if (version === undefined && bucket.versioning !== "") {
    const marker = write(region, bucket, { key, isDeleteMarker: true, body: "", etag: "" });
    return { DeleteMarker: true, ...versionId(marker) };
  }
  region.table(objects).remove(idOf({ bucket: name, key, versionId: version ?? "null" }), atOnce);
  return version === undefined ? {} : { VersionId: version };
}

const deleteObjects = operation<DeleteObjectsRequest>(
  DeleteObjects$,
  [
    "Bucket",
    "Delete.Objects.Key",
    "Delete.Objects.VersionId",
    "Delete.Quiet",
    "ExpectedBucketOwner",
    "ChecksumAlgorithm",
    "MFA",
  ],
  (region, input) => {
    const bucket = requireBucket(region, input);
    const given = input.Delete?.Objects ?? [];
    if (given.length === 0 || given.length > 1000) {
      throw new AwsError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
      );
    }
    const deleted = given.map(({ Key = "", VersionId }) => ({
      Key,
      ...remove(region, bucket, Key, VersionId),
    }));
    return input.Delete?.Quiet === true ? {} : { Deleted: deleted };
  },
);

const listObjectsV2 = operation<ListObjectsV2Request>(
  ListObjectsV2$,
  ["Bucket", "Prefix", "MaxKeys", "StartAfter", "ExpectedBucketOwner"],
  (region, input) => {
    const { name } = requireBucket(region, input);
    const keys = new Set(versionsIn(region, name, input.Prefix).map(({ key }) => key));
    const current = [...keys]
      .toSorted()
      .filter((key) => key > (input.StartAfter ?? ""))
      .flatMap((key) => currentOf(region, name, key) ?? []);
    const page = current.slice(0, mostIn(region, input.MaxKeys));
    return {
      Name: name,
      Prefix: input.Prefix ?? "",
      KeyCount: page.length,
      MaxKeys: input.MaxKeys ?? 1000,
      IsTruncated: page.length < current.length,
      Contents: page.map(({ key, etag, body, modified }) => ({
        Key: key,
        ETag: `"${etag}"`,
        Size: Buffer.from(body, "base64").length,
        LastModified: new Date(modified),
        StorageClass: "STANDARD",
      })),
    };
  },
);

function mostIn(region: Region, size = 1000): number {
  return Math.min(size, 1000, region.world.pageSize);
}

const listObjectVersions = operation<ListObjectVersionsRequest>(
  ListObjectVersions$,
  ["Bucket", "Prefix", "MaxKeys", "ExpectedBucketOwner"],
  (region, input) => {
    const { name } = requireBucket(region, input);
    const all = versionsIn(region, name, input.Prefix);
    const page = all.slice(0, mostIn(region, input.MaxKeys));
    const described = ({ key, versionId: VersionId, modified }: Readonly<ObjectRecord>) => ({
      Key: key,
      VersionId,
      IsLatest: all.findLast((each) => each.key === key)?.versionId === VersionId,
      LastModified: new Date(modified),
    });
    return {
      Name: name,
      Prefix: input.Prefix ?? "",
      MaxKeys: input.MaxKeys ?? 1000,
      IsTruncated: page.length < all.length,
      Versions: page
        .filter(({ isDeleteMarker }) => !isDeleteMarker)
        .map((each) => ({
          ...described(each),
          ETag: `"${each.etag}"`,
          Size: Buffer.from(each.body, "base64").length,
          StorageClass: "STANDARD",
        })),
      DeleteMarkers: page.filter(({ isDeleteMarker }) => isDeleteMarker).map(described),
    };
  },
);

const createMultipartUpload = operation<CreateMultipartUploadRequest>(
  CreateMultipartUpload$,
  ["Bucket", "Key", "ExpectedBucketOwner", "ChecksumAlgorithm"],
  (region, input) => {
    const { name } = requireBucket(region, input);
    const id = region.random.hex(32);
    const key = input.Key ?? "";
    const record = { id, bucket: name, key, initiated: region.now };
    region.table(uploads).add(id, record, atOnce);
    return { Bucket: name, Key: key, UploadId: id };
  },
);

const listMultipartUploads = operation<ListMultipartUploadsRequest>(
  ListMultipartUploads$,
  ["Bucket", "Prefix", "MaxUploads", "ExpectedBucketOwner"],
  (region, input) => {
    const { name } = requireBucket(region, input);
    const all = region
      .table(uploads)
      .list()
      .filter(({ bucket, key }) => bucket === name && key.startsWith(input.Prefix ?? ""));
    const page = all.slice(0, mostIn(region, input.MaxUploads));
    return {
      Bucket: name,
      IsTruncated: page.length < all.length,
      Uploads: page.map(({ id, key, initiated }) => ({
        UploadId: id,
        Key: key,
        Initiated: new Date(initiated),
      })),
    };
  },
);

const abortMultipartUpload = operation<AbortMultipartUploadRequest>(
  AbortMultipartUpload$,
  ["Bucket", "Key", "UploadId", "ExpectedBucketOwner"],
  (region, input) => {
    requireBucket(region, input);
    const id = input.UploadId ?? "";
    if (region.table(uploads).latest(id) === undefined) {
      throw notFound(
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      );
    }
    region.table(uploads).remove(id, atOnce);
    return {};
  },
);

export const objectOperations = [
  putObject,
  getObject,
  deleteObject,
  deleteObjects,
  listObjectsV2,
  listObjectVersions,
  createMultipartUpload,
  listMultipartUploads,
  abortMultipartUpload,
];
