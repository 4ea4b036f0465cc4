import {
  CreateBucketCommand,
  type CreateBucketConfiguration,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { ownTags, tagChanges, toRecord, toTagList } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import { allPublicAccessBlocked } from "../shared/artifacts/public-access.ts";
import { adopt, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { identity } from "../shared/owned.ts";
import { otherAccountRemedy, ownedByOther } from "./foreign.ts";
import {
  type BucketFields,
  type LiveBucket,
  ownBucket,
  settingsOf,
  sweepBuckets,
  tagsOf,
} from "./live.ts";
import { tlsOnlyPolicy } from "./policy.ts";

/** Settings that a call of its own sets. */
export type Setting = "publicAccess" | "encryption" | "ownership" | "policy";

/** In this order: a bucket is closed before it gets a policy. */
const settings: readonly Setting[] = ["publicAccess", "ownership", "encryption", "policy"];

/** Creates the bucket with its tags, or resumes an interrupted create, and makes all its settings. */
export async function createBucket(
  context: ResourceContext,
  target: Target,
  fields: BucketFields,
): Promise<LiveBucket> {
  const { physicalName: name } = target;
  const what = `the bucket ${name}`;
  const look = async () => (await sweepBuckets(context, name))[0];
  const [s3, region] = await Promise.all([context.clients.s3(), context.clients.region()]);
  const place: CreateBucketConfiguration =
    // The oldest region is the default, and has no name here.
    region === "us-east-1"
      ? {}
      : {
          LocationConstraint: region as NonNullable<
            CreateBucketConfiguration["LocationConstraint"]
          >,
        };
  const command = new CreateBucketCommand({
    Bucket: name,
    ObjectOwnership: "BucketOwnerEnforced",
    CreateBucketConfiguration: {
      ...place,
      Tags: ownTags(identity(context, target), fields.tags),
    },
  });
  try {
    await settled(context, what, () => s3.send(command));
  } catch (error) {
    if (!isAwsError(error, "already-exists")) throw error;
    if (error.code === "BucketAlreadyExists") {
      throw new OutsideError(ownedByOther(name), {
        code: error.code,
        operation: error.operation,
        remedy: otherAccountRemedy,
        cause: error,
      });
    }
    await adopt(context, what, look, error);
  }
  // us-east-1 answers that it has created a bucket that this account had before. Nothing is changed in a bucket
  // without the stack's tags.
  await untilSeen(context, what, look);
  await makeSettings(context, name, settings);
  return untilSeen(context, what, look);
}

/** Makes these settings, and ends when S3 shows them. */
export async function makeSettings(
  context: ResourceContext,
  name: string,
  names: readonly Setting[],
): Promise<void> {
  const [s3, named, region] = await Promise.all([
    context.clients.s3(),
    ownBucket(context, name),
    context.clients.region(),
  ]);
  const calls: Readonly<Record<Setting, () => Promise<unknown>>> = {
    publicAccess: () =>
      s3.send(
        new PutPublicAccessBlockCommand({
          ...named,
          PublicAccessBlockConfiguration: allPublicAccessBlocked,
        }),
      ),
    ownership: () =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          ...named,
          OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        }),
      ),
    encryption: () =>
      s3.send(
        new PutBucketEncryptionCommand({
          ...named,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
          },
        }),
      ),
    policy: () =>
      s3.send(new PutBucketPolicyCommand({ ...named, Policy: tlsOnlyPolicy(name, region) })),
  };
  // One after the other: S3 refuses two changes of one bucket at the same time.
  for (const setting of settings) {
    if (names.includes(setting)) await settled(context, `the bucket ${name}`, calls[setting]);
  }
  await untilSeen(
    context,
    `the settings of the bucket ${name}`,
    () => settingsOf(context, name),
    (seen) => {
      const late = names.find((setting) => seen[setting] !== made[setting]);
      return late && `${late} is still ${seen[late]}`;
    },
  );
}

const made: Readonly<Record<Setting, string>> = {
  publicAccess: "blocked",
  ownership: "BucketOwnerEnforced",
  encryption: "AES256",
  policy: "tls-only",
};

/** Retries a change while S3 does not show a new bucket everywhere, or still works on an earlier change. */
function settled<T>(context: ResourceContext, what: string, call: () => Promise<T>): Promise<T> {
  return retry(call, {
    while: ({ code }) => code === "NoSuchBucket" || code === "OperationAborted",
    reason: `S3 has not finished an earlier change of ${what}`,
    deadline: consistencyDeadline,
    context,
  });
}

/** Changes the user's tags. A call replaces all tags of a bucket, so those of other people are written again. */
export async function changeBucketTags(
  context: ResourceContext,
  name: string,
  live: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const what = `the tags of the bucket ${name}`;
  const [s3, named] = await Promise.all([context.clients.s3(), ownBucket(context, name)]);
  const { set, remove } = tagChanges(live, wanted);
  const present = toRecord(await tagsOf(context, name));
  const all = Object.fromEntries(
    [...Object.entries(present), ...set.map(({ Key, Value }) => [Key, Value] as const)].filter(
      // AWS keeps its own.
      ([key]) => !remove.includes(key) && !key.startsWith("aws:"),
    ),
  );
  await settled(context, what, () =>
    s3.send(new PutBucketTaggingCommand({ ...named, Tagging: { TagSet: toTagList(all) } })),
  );
  await untilSeen(
    context,
    what,
    async () => toRecord(await tagsOf(context, name)),
    (seen) => {
      const isSet = Object.entries(all).every(([key, value]) => seen[key] === value);
      const isRemoved = remove.every((key) => !(key in seen));
      return isSet && isRemoved ? undefined : "the new tags are not all visible yet";
    },
  );
}
