import {
  type Bucket,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  paginateListBuckets,
  type S3Client,
  type Tag,
} from "@aws-sdk/client-s3";
import { isAwsError } from "../../aws/errors.ts";
import { lookUpAccount } from "../../aws/facts.ts";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, toRecord, userTagsOf } from "../../aws/tags.ts";
import type { Live, TaggedObject } from "../../engine/resource.ts";
import { blocksPublicAccess } from "../shared/artifacts/public-access.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { type PolicyKind, policyKind } from "./policy.ts";

/** A private bucket for what an image's build fetches. */
export interface BucketFields {
  /** The account and the region are part of the name, because names are unique over all of them. */
  readonly account: string;
  readonly region: string;
  /** `blocked`: all four settings that block public access are on. */
  readonly publicAccess: string;
  /** `BucketOwnerEnforced`: no access control lists. */
  readonly ownership: string;
  /** The default encryption: `AES256`. */
  readonly encryption: string;
  readonly policy: PolicyKind;
  readonly tags: Readonly<Record<string, string>>;
}

export interface BucketOutputs {
  readonly name: string;
}

export type LiveBucket = Live<BucketFields, BucketOutputs>;

/** What follows the stack's name in the names that this program gives: the generation. */
const generation = /^[0-9a-f]{8}$/;

/** The stack's buckets in this region. S3 lists no tags, so each bucket with such a name is asked for its own. */
export async function sweepBuckets(context: ResourceContext, name?: string): Promise<LiveBucket[]> {
  const prefix = `${context.stack}-`;
  const listed = await listBuckets(context, name ?? prefix);
  // Of a stack "shop", and not of "shop-eu", which begins with the same name.
  const candidates = listed.filter(({ Name = "" }) =>
    name === undefined ? generation.test(Name.slice(prefix.length)) : Name === name,
  );
  const found = await Promise.all(candidates.map((bucket) => toLive(context, bucket)));
  return found.filter((live) => live !== undefined);
}

/** Every bucket whose name starts with the stack's, with its tags. Without those whose own policy denies it. */
export async function taggedBuckets(context: ResourceContext): Promise<readonly TaggedObject[]> {
  const listed = await listBuckets(context, `${context.stack}-`);
  const found = await Promise.all(
    listed.map(async ({ Name: id = "" }) => {
      try {
        return { id, tags: toRecord((await tagsOf(context, id)) ?? []) };
      } catch (error) {
        // A log archive of somebody else's may begin with the stack's name.
        if (isAwsError(error, "denied")) return undefined;
        throw error;
      }
    }),
  );
  return found.filter((tagged) => tagged !== undefined);
}

async function listBuckets({ clients }: ResourceContext, prefix: string): Promise<Bucket[]> {
  const [client, region] = await Promise.all([clients.s3(), clients.region()]);
  return lookUpBuckets(client, { prefix, region });
}

/** A status asks for the stack's buckets, and for those that are none of its types'. */
const lookUpBuckets = sharedLookUp(async (client: S3Client, { prefix, region }: Place) => {
  const found = await everyPage(
    // With a page size, S3 answers in pages at all.
    paginateListBuckets({ client, pageSize: 1000 }, { Prefix: prefix, BucketRegion: region }),
    (page) => page.Buckets,
  );
  return found.filter(
    ({ Name = "", BucketRegion = region }) => Name.startsWith(prefix) && BucketRegion === region,
  );
});

interface Place {
  readonly prefix: string;
  readonly region: string;
}

/** Undefined for a bucket that is gone, or that no stack's tags name. */
async function toLive(context: ResourceContext, bucket: Bucket): Promise<LiveBucket | undefined> {
  const name = bucket.Name ?? "";
  const tags = await tagsOf(context, name);
  const address = addressIn(tags, context.stack, "bucket");
  if (address === undefined) return undefined;
  const [settings, account, region] = await Promise.all([
    settingsOf(context, name),
    lookUpAccount(context.clients),
    context.clients.region(),
  ]);
  if (settings === undefined) return undefined;
  return {
    id: name,
    address,
    physicalName: name,
    status: "ready",
    createdAt: bucket.CreationDate?.getTime() ?? 0,
    fields: { account, region, ...settings, tags: userTagsOf(tags) },
    outputs: { name },
    uses: [],
  };
}

/** Undefined for a bucket that does not exist. A bucket without tags has an empty list. */
export async function tagsOf(
  context: ResourceContext,
  name: string,
): Promise<readonly Tag[] | undefined> {
  const [s3, named] = await Promise.all([context.clients.s3(), ownBucket(context, name)]);
  const found = await lookUpTags(s3, named);
  return found === "gone" ? undefined : (found?.TagSet ?? []);
}

const lookUpTags = sharedLookUp((s3: S3Client, named: Awaited<ReturnType<typeof ownBucket>>) =>
  unless(["NoSuchTagSet"], () => s3.send(new GetBucketTaggingCommand(named))),
);

/** A bucket of this account: S3 refuses the call if the name is another account's. */
export async function ownBucket(context: ResourceContext, name: string) {
  return { Bucket: name, ExpectedBucketOwner: await lookUpAccount(context.clients) };
}

type Settings = Omit<BucketFields, "account" | "region" | "tags">;

/** The bucket's settings. Undefined if the bucket is gone. */
export async function settingsOf(
  context: ResourceContext,
  name: string,
): Promise<Settings | undefined> {
  const [s3, named, region] = await Promise.all([
    context.clients.s3(),
    ownBucket(context, name),
    context.clients.region(),
  ]);
  const [access, policy, encryption, ownership] = await Promise.all([
    unless(["NoSuchPublicAccessBlockConfiguration"], () =>
      s3.send(new GetPublicAccessBlockCommand(named)),
    ),
    unless(["NoSuchBucketPolicy"], () => s3.send(new GetBucketPolicyCommand(named))),
    unless(["ServerSideEncryptionConfigurationNotFoundError"], () =>
      s3.send(new GetBucketEncryptionCommand(named)),
    ),
    unless(["OwnershipControlsNotFoundError"], () =>
      s3.send(new GetBucketOwnershipControlsCommand(named)),
    ),
  ]);
  if (access === "gone" || policy === "gone" || encryption === "gone" || ownership === "gone") {
    return undefined;
  }
  const isBlocked = blocksPublicAccess(access?.PublicAccessBlockConfiguration);
  const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  return {
    publicAccess: isBlocked ? "blocked" : "not blocked",
    policy: policyKind(policy?.Policy, name, region),
    encryption: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? "none",
    ownership: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? "ObjectWriter",
  };
}

/** Undefined where S3 answers with one of these codes: the bucket has no such setting. */
async function unless<T>(
  codes: readonly string[],
  call: () => Promise<T>,
): Promise<T | undefined | "gone"> {
  try {
    return await call();
  } catch (error) {
    if (isAwsError(error) && codes.includes(error.code)) return undefined;
    if (isAwsError(error) && error.code === "NoSuchBucket") return "gone";
    throw error;
  }
}
