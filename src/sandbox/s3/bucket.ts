import { AwsError } from "../error.ts";
import type { Region } from "../region.ts";
import { domainOf } from "../regions.ts";
import { accessDenied, notFound } from "./errors.ts";
import { type BucketRecord, buckets } from "./tables.ts";

/** What a request says of the bucket that it means. */
export interface NamedBucket {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** A bucket of the world, and the region that it is in. */
export interface FoundBucket {
  readonly region: Region;
  readonly bucket: BucketRecord;
}

/** The holder of a name, whoever and wherever it is. Readers may not see it yet. */
export function holderOf(region: Region, name: string): FoundBucket | undefined {
  for (const each of region.world.openRegions()) {
    const bucket = each.table(buckets).latest(name);
    if (bucket !== undefined) return { region: each, bucket };
  }
  return undefined;
}

/**
 * The bucket of a request.
 *
 * @throws AwsError for a bucket that readers do not see, of another region, or of another account.
 */
export function requireBucket(
  region: Region,
  { Bucket: name = "", ExpectedBucketOwner: expected }: NamedBucket,
): BucketRecord {
  const holder = holderOf(region, name);
  const seen = holder?.region.table(buckets).use(name);
  if (holder === undefined || seen === undefined) {
    throw notFound("NoSuchBucket", "The specified bucket does not exist");
  }
  if (holder.region.name !== region.name) throw elsewhere(holder.region.name, name);
  if (seen.owner === "other") throw accessDenied();
  // "Verifying bucket ownership with bucket owner condition", Amazon S3 User Guide.
  if (expected !== undefined && expected !== region.account) throw accessDenied();
  return seen;
}

function elsewhere(region: string, name: string): AwsError {
  return new AwsError(
    "PermanentRedirect",
    `The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint. (${name}.s3.${region}.${domainOf(region)})`,
    301,
    { "x-amz-bucket-region": region },
  );
}

/** "General purpose bucket naming rules", Amazon S3 User Guide. */
export function checkBucketName(name: string): void {
  const isValid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$/.test(name);
  if (!isValid) throw new AwsError("InvalidBucketName", "The specified bucket is not valid.");
}

/** Another account takes a name. */
export function takeBucketName(region: Region, name: string): void {
  region.table(buckets).add(
    name,
    {
      name,
      owner: "other",
      createdAt: region.now,
      tags: {},
      ...newBucketSettings,
      versioning: "",
      objectLock: false,
    },
    { immediate: true },
  );
}

/** "Default settings for new S3 buckets": private, encrypted, without access control lists. */
export const newBucketSettings = {
  ownership: "BucketOwnerEnforced",
  publicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
  policy: null,
  encryption: { algorithm: "AES256" },
  nextVersion: 1,
} as const;
