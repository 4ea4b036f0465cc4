import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { OutsideError } from "../../engine/errors.ts";
import { untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownBucket, sweepBuckets } from "./live.ts";

/** Empties the bucket and deletes it. A program that still writes to it may have to be stopped first. */
export async function deleteBucket(context: ResourceContext, name: string): Promise<void> {
  const [s3, named] = await Promise.all([context.clients.s3(), ownBucket(context, name)]);
  const emptied = async () => {
    await emptyBucket(context, name);
    await s3.send(new DeleteBucketCommand(named));
  };
  try {
    await retry(emptied, {
      while: ["in-use", "in-progress"],
      reason: `something still writes to the bucket ${name}`,
      deadline: consistencyDeadline,
      context,
    });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  await untilGone(context, `the bucket ${name}`, async () =>
    (await sweepBuckets(context, name)).length > 0 ? "S3 still lists it" : undefined,
  );
}

function isGone(error: unknown): boolean {
  return isAwsError(error) && error.code === "NoSuchBucket";
}

/**
 * Deletes every version of every object, and every unfinished upload. Somebody may have switched versioning on, so an
 * object's deletion alone would leave its versions.
 */
async function emptyBucket(context: ResourceContext, name: string): Promise<void> {
  const [s3, named] = await Promise.all([context.clients.s3(), ownBucket(context, name)]);
  let deleted = 0;
  for (;;) {
    context.signal.throwIfAborted();
    // What was deleted is not listed again, so the first page is always the next one. At most 1,000 versions.
    const page = await s3.send(new ListObjectVersionsCommand(named));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({ Key, VersionId }),
    );
    if (Objects.length === 0) break;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ ...named, Delete: { Objects, Quiet: true } }),
    );
    const [error] = Errors;
    if (error !== undefined) {
      throw new OutsideError(
        `S3 does not delete ${error.Key} in the bucket ${name}: ${error.Code}: ${error.Message}`,
        {
          code: error.Code ?? "Unknown",
          operation: "s3:DeleteObjects",
          remedy:
            "Check the object's retention (Object Lock), the bucket's policy, and the IAM policy of these credentials. Then run the same command again.",
        },
      );
    }
    deleted += Objects.length;
    context.report.progress(`deleting the objects: ${deleted} deleted`);
  }
  for (;;) {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand(named));
    if (Uploads.length === 0) return;
    for (const { Key, UploadId } of Uploads) {
      await s3.send(new AbortMultipartUploadCommand({ ...named, Key, UploadId })).catch(ignoreGone);
    }
  }
}

/** Somebody else aborted or completed the upload. */
function ignoreGone(error: unknown): void {
  if (!isAwsError(error) || error.code !== "NoSuchUpload") throw error;
}
