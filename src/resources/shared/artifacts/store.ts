import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { isAwsError } from "../../../aws/errors.ts";
import { lookUpAccount } from "../../../aws/facts.ts";
import { everyPage } from "../../../aws/paging.ts";
import { consistencyDeadline, retry } from "../../../aws/retry.ts";
import { OutsideError } from "../../../engine/errors.ts";
import type { ResourceContext } from "../context.ts";
import { type Artifact, type ArtifactPlace, artifactIn, folderOf } from "./artifact.ts";

/** Stores a content in a bucket of this account. Repeating it stores nothing twice. */
export async function storeArtifact(
  context: ResourceContext,
  { bucket, image }: Pick<ArtifactPlace, "bucket" | "image">,
  content: Uint8Array,
): Promise<Artifact> {
  const artifact = artifactIn(
    { bucket, image, stack: context.stack },
    createHash("sha256").update(content).digest("hex"),
  );
  const body = await pack(content);
  const s3 = await context.clients.s3();
  const command = new PutObjectCommand({
    ...(await addressOf(context, artifact)),
    Body: body,
    ContentType: "application/gzip",
    // S3 compares it with what has arrived.
    ChecksumSHA256: createHash("sha256").update(body).digest("base64"),
    IfNoneMatch: "*",
  });
  try {
    await retry(() => s3.send(command), {
      // A new bucket is not known everywhere at once. A conflict is another apply that stores the same.
      while: ({ code }) => code === "NoSuchBucket" || code === "ConditionalRequestConflict",
      reason: `S3 does not know the bucket ${bucket} everywhere yet`,
      deadline: consistencyDeadline,
      context,
    });
  } catch (error) {
    // It is stored already. Its name is the hash of its content.
    if (!isAwsError(error) || error.code !== "PreconditionFailed") throw error;
  }
  return artifact;
}

/** Below this many bytes, another thread would take longer. A megabyte takes some 30 ms. */
const mostAtOnce = 2 ** 20;

/** Always: an application that is compressed already grows by a few bytes. */
async function pack(content: Uint8Array): Promise<Uint8Array> {
  return content.length <= mostAtOnce ? gzipSync(content) : promisify(gzip)(content);
}

/** Deletes everything that was stored for a build. Succeeds if the objects or their bucket are gone. */
export async function removeArtifacts(
  context: ResourceContext,
  { bucket, image }: Pick<ArtifactPlace, "bucket" | "image">,
): Promise<void> {
  const s3 = await context.clients.s3();
  const named = { Bucket: bucket, ExpectedBucketOwner: await lookUpAccount(context.clients) };
  const Prefix = folderOf({ stack: context.stack, image });
  try {
    const stored = await everyPage(
      paginateListObjectsV2({ client: s3 }, { ...named, Prefix }),
      // An empty list has no element in the answer.
      ({ Contents, KeyCount }) => Contents ?? (KeyCount === 0 ? [] : undefined),
    );
    for (const { Key } of stored) await s3.send(new DeleteObjectCommand({ ...named, Key }));
  } catch (error) {
    if (!isAwsError(error) || error.code !== "NoSuchBucket") throw error;
  }
}

async function addressOf({ clients }: ResourceContext, { bucket, key }: Artifact) {
  return { Bucket: bucket, Key: key, ExpectedBucketOwner: await lookUpAccount(clients) };
}

/**
 * An address from which anybody who knows it can download the gzipped content for so long. It is a secret: it belongs
 * in no output, tag or log.
 */
export async function signArtifact(
  context: ResourceContext,
  artifact: Artifact,
  seconds: number,
): Promise<string> {
  const [s3, observed] = await Promise.all([context.clients.unobservedS3(), context.clients.s3()]);
  return getSignedUrl(s3, new GetObjectCommand(await addressOf(context, artifact)), {
    expiresIn: seconds,
    // AWS's time, which may differ from this machine's. The client that has stored the content knows it.
    signingDate: new Date(context.clock.now() + observed.config.systemClockOffset),
  });
}

/** A builder boots and fetches within this time, in seconds. */
const fetchSeconds = 10 * 60;

/**
 * A signed address ends with the credentials that signed it. If they end before a build of this duration can, says so.
 *
 * @throws OutsideError if they end before a builder that starts now can fetch anything.
 */
export async function checkCredentials(context: ResourceContext, seconds: number): Promise<void> {
  const [s3, observed] = await Promise.all([context.clients.unobservedS3(), context.clients.s3()]);
  const now = context.clock.now() + observed.config.systemClockOffset;
  let { expiration } = await s3.config.credentials();
  const end = () => expiration?.getTime() ?? Number.POSITIVE_INFINITY;
  if (end() < now + seconds * 1000) {
    // The chain may have newer ones by now.
    ({ expiration } = await s3.config.credentials({ forceRefresh: true }));
  }
  if (end() >= now + seconds * 1000) return;
  const left = Math.max(0, Math.floor((end() - now) / 60_000));
  const when = `the AWS credentials expire at ${expiration?.toISOString()}, in ${left} min`;
  if (end() < now + fetchSeconds * 1000) {
    throw new OutsideError(
      `${when}. The builder's address for its script would expire with them, before the builder can use it`,
      {
        code: "CredentialsTooShort",
        remedy:
          'Renew the credentials ("aws sso login", or a new session token), then run the same command again. Nothing was launched.',
      },
    );
  }
  context.report.noted(
    `${when}. The build may take ${Math.ceil(seconds / 60)} min (image.builder.timeout): if they are not renewed by then, run the same command again with new credentials to resume.`,
  );
}
