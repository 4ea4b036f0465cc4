import {
  CreateBucket$,
  type CreateBucketRequest,
  DeleteBucket$,
  type DeleteBucketRequest,
  GetBucketTagging$,
  type GetBucketTaggingRequest,
  HeadBucket$,
  type HeadBucketRequest,
  ListBuckets$,
  type ListBucketsRequest,
  PutBucketTagging$,
  type PutBucketTaggingRequest,
  type Tag,
} from "@aws-sdk/client-s3";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Quota, Region } from "../region.ts";
import { partitionName } from "../regions.ts";
import { tagList } from "../tag-list.ts";
import { checkBucketName, holderOf, newBucketSettings, requireBucket } from "./bucket.ts";
import { notFound } from "./errors.ts";
import { buckets, objects, uploads } from "./tables.ts";

/** "Quotas": 10,000 general purpose buckets for an account. */
export const bucketQuota: Quota = { name: "s3.buckets", usual: 10_000 };

const createBucket = operation<CreateBucketRequest>(
  CreateBucket$,
  [
    "Bucket",
    "ObjectOwnership",
    "ObjectLockEnabledForBucket",
    "CreateBucketConfiguration.LocationConstraint",
    "CreateBucketConfiguration.Tags",
  ],
  (region, input) => {
    const name = input.Bucket ?? "";
    checkBucketName(name);
    const { LocationConstraint: place, Tags = [] } = input.CreateBucketConfiguration ?? {};
    checkPlace(region, place);
    const tags = readTags(Tags);
    const answer = {
      Location: `/${name}`,
      BucketArn: `arn:${partitionName(region.name)}:s3:::${name}`,
    };
    const holder = holderOf(region, name);
    if (holder !== undefined) {
      const isOwn = holder.bucket.owner !== "other";
      // Only the oldest region answers a repeated call with success.
      if (isOwn && region.name === "us-east-1" && holder.region.name === region.name) return answer;
      throw isOwn ? ownedByYou() : taken();
    }
    const own = region.world
      .openRegions()
      .flatMap((each) => each.table(buckets).all())
      .filter(({ owner }) => owner !== "other");
    if (own.length >= region.quota(bucketQuota)) {
      throw new AwsError(
        "TooManyBuckets",
        "You have attempted to create more buckets than allowed",
      );
    }
    const objectLock = input.ObjectLockEnabledForBucket === true;
    region.table(buckets).add(name, {
      name,
      owner: region.account,
      createdAt: region.now,
      tags,
      ...newBucketSettings,
      ownership: input.ObjectOwnership ?? newBucketSettings.ownership,
      versioning: objectLock ? "Enabled" : "",
      objectLock,
    });
    return answer;
  },
);

/** us-east-1 has no name here; every other region's endpoint takes its own name alone. */
function checkPlace(region: Region, place: string | undefined): void {
  const needed = region.name === "us-east-1" ? undefined : region.name;
  if (place === needed) return;
  if (place === "us-east-1") {
    throw new AwsError(
      "InvalidLocationConstraint",
      "The specified location-constraint is not valid",
    );
  }
  throw new AwsError(
    "IllegalLocationConstraintException",
    `The ${place ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

function ownedByYou(): AwsError {
  return new AwsError(
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    409,
  );
}

function taken(): AwsError {
  return new AwsError(
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    409,
  );
}

const headBucket = operation<HeadBucketRequest>(
  HeadBucket$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => {
    requireBucket(region, input);
    return { BucketRegion: region.name, AccessPointAlias: false };
  },
);

const listBuckets = operation<ListBucketsRequest>(
  ListBuckets$,
  ["Prefix", "BucketRegion", "MaxBuckets", "ContinuationToken"],
  (region, input) => {
    const regions = region.world
      .openRegions()
      .filter(({ name }) => input.BucketRegion === undefined || name === input.BucketRegion);
    if (input.BucketRegion !== undefined && input.BucketRegion !== region.name) {
      throw new AwsError(
        "InvalidArgument",
        "Argument value is not supported for the endpoint of this region",
      );
    }
    const found = regions.flatMap((each) =>
      each
        .table(buckets)
        .list()
        .filter(({ name, owner }) => owner !== "other" && name.startsWith(input.Prefix ?? ""))
        .map((bucket) => ({ bucket, place: each, order: each.table(buckets).order(bucket.name) })),
    );
    const page = paged(
      region,
      found.toSorted((one, other) => one.order - other.order),
      ({ order }) => order,
      { size: input.MaxBuckets, token: input.ContinuationToken, maximum: 10_000 },
    );
    return {
      Owner: { ID: "0".repeat(64) },
      Prefix: input.Prefix,
      ContinuationToken: page.nextToken,
      Buckets: page.items.map(({ bucket, place }) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdAt),
        BucketRegion: place.name,
        BucketArn: `arn:${partitionName(place.name)}:s3:::${bucket.name}`,
      })),
    };
  },
);

const deleteBucket = operation<DeleteBucketRequest>(
  DeleteBucket$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => {
    const { name } = requireBucket(region, input);
    const isIn = ({ bucket }: { readonly bucket: string }) => bucket === name;
    if (region.table(objects).all().some(isIn) || region.table(uploads).all().some(isIn)) {
      throw new AwsError(
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        409,
      );
    }
    region.table(buckets).remove(name);
    return {};
  },
);

const getBucketTagging = operation<GetBucketTaggingRequest>(
  GetBucketTagging$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => {
    requireBucket(region, input);
    const tags = region.table(buckets).find(input.Bucket ?? "")?.tags ?? {};
    if (Object.keys(tags).length === 0) {
      throw notFound("NoSuchTagSet", "The TagSet does not exist");
    }
    return { TagSet: tagList(tags) };
  },
);

const putBucketTagging = operation<PutBucketTaggingRequest>(
  PutBucketTagging$,
  ["Bucket", "ExpectedBucketOwner", "Tagging", "ChecksumAlgorithm"],
  (region, input) => {
    const { name } = requireBucket(region, input);
    const tags = readTags(input.Tagging?.TagSet ?? []);
    region.table(buckets).change(name, (bucket) => {
      bucket.tags = tags;
    });
    return {};
  },
);

/** "Using cost allocation S3 bucket tags": 50 tags, keys of 128 and values of 256 characters. */
function readTags(list: readonly Tag[]): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const { Key: key = "", Value: value = "" } of list) {
    const invalid = (message: string) => new AwsError("InvalidTag", message);
    if (key === "" || key.length > 128) throw invalid("The TagKey you have provided is invalid");
    if (value.length > 256) throw invalid("The TagValue you have provided is invalid");
    if (/^aws:/i.test(key)) throw invalid("System tags cannot be added/updated by requester");
    if (Object.hasOwn(tags, key)) {
      throw invalid("Cannot provide multiple Tags with the same key");
    }
    tags[key] = value;
  }
  if (Object.keys(tags).length > 50) {
    throw new AwsError("BadRequest", "Bucket tag count cannot be greater than 50");
  }
  return tags;
}

export const bucketOperations = [
  createBucket,
  headBucket,
  listBuckets,
  deleteBucket,
  getBucketTagging,
  putBucketTagging,
];
