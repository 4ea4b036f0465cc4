import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  type Image,
} from "@aws-sdk/client-ec2";
import { type AwsError, isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline, retry } from "../../aws/retry.ts";
import { addressIn, nameKey, stackKey } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Address } from "../../engine/resource.ts";
import { deleteSecurityGroup } from "../security-group/deletion.ts";
import { awsCommand } from "../shared/aws-command.ts";
import { untilGone } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { terminateInstances } from "../shared/instances.ts";
import {
  bucketOf,
  type ImageParts,
  idsOf,
  lookAtParts,
  snapshotsOf,
  straySnapshots,
} from "./parts.ts";

/**
 * Deletes the object with this id: an image with its snapshots and builder, a builder that a finished
 * build left behind, or snapshots whose image is gone.
 */
export async function deleteParts(
  context: ResourceContext,
  live: { readonly id: string; readonly address: Address; readonly physicalName: string },
): Promise<void> {
  const parts = await lookAtParts(context, live);
  const whole = live.id.startsWith("ami-");
  // An existing image keeps its own snapshots. It may have become visible only now.
  const orphans = parts.image === undefined ? idsOf(parts.snapshots) : straySnapshots(parts);
  if (whole || !live.id.startsWith("snap-")) await removeBuilders(context, parts);
  if (whole && parts.image !== undefined) await deregister(context, parts.image, parts.snapshots);
  else await deleteSnapshots(context, orphans);
  await untilGone(context, `the image ${live.physicalName}`, async () => {
    const left = await lookAtParts(context, live);
    const stays = whole
      ? left.image !== undefined || left.snapshots.length > 0
      : idsOf(left.snapshots).some((id) => orphans.includes(id));
    return stays ? "AWS still lists it" : undefined;
  });
}

/** Deregisters the image, then deletes its snapshots, which deregistration alone would leave behind. */
export async function deregister(
  context: ResourceContext,
  image: Image,
  snapshots: ImageParts["snapshots"],
): Promise<void> {
  try {
    await context.clients.ec2.send(new DeregisterImageCommand({ ImageId: image.ImageId }));
  } catch (error) {
    if (!isAwsError(error, "not-found")) throw error;
  }
  // The image lists its snapshots before their tags are visible. A failed image may list none.
  await deleteSnapshots(context, [...new Set([...snapshotsOf(image), ...idsOf(snapshots)])]);
}

/** @throws OutsideError at once if a snapshot belongs to an image outside the stack. */
export async function deleteSnapshots(
  context: ResourceContext,
  ids: readonly string[],
): Promise<void> {
  for (const id of ids) {
    const send = async () => {
      try {
        await context.clients.ec2.send(new DeleteSnapshotCommand({ SnapshotId: id }));
      } catch (error) {
        if (isAwsError(error, "in-use")) await refuseForeignImage(context, id, error);
        throw error;
      }
    };
    try {
      await retry(send, {
        while: ["in-use"],
        reason: `AWS still counts ${id} as used by the image`,
        deadline: consistencyDeadline,
        context,
      });
    } catch (error) {
      if (!isAwsError(error, "not-found")) throw error;
    }
  }
}

/** An image that lost its tags still uses its snapshots, which kept theirs. Waiting does not help. */
async function refuseForeignImage(
  context: ResourceContext,
  snapshot: string,
  cause: AwsError,
): Promise<void> {
  const { Images = [] } = await context.clients.ec2.send(
    new DescribeImagesCommand({
      Owners: ["self"],
      Filters: [{ Name: "block-device-mapping.snapshot-id", Values: [snapshot] }],
    }),
  );
  const foreign = Images.find(({ Tags }) => addressIn(Tags, context.stack, "image") === undefined);
  if (foreign?.ImageId === undefined) return;
  const { ImageId: id, Name } = foreign;
  const region = await context.clients.region();
  const command = awsCommand(region, "ec2 deregister-image", { "image-id": id });
  throw new OutsideError(
    `${snapshot} carries this stack's tags, but it belongs to the image ${id} (${Name}), which does not`,
    {
      code: cause.code,
      operation: cause.operation,
      remedy: `Deregister the image if nothing needs it: ${command}. Or remove the tags ${stackKey} and ${nameKey} from ${snapshot}. Then run the same command again.`,
      cause,
    },
  );
}

/**
 * Terminates builders, which cost money, deletes what is stored for the build, then deletes the security groups: their
 * tags name the bucket, so that the next attempt finds what this one could not delete.
 */
export async function removeBuilders(
  context: ResourceContext,
  parts: Pick<ImageParts, "name" | "builders" | "groups">,
): Promise<void> {
  const ids = parts.builders.flatMap((builder) => builder.InstanceId ?? []);
  if (ids.length > 0) await terminateInstances(context, "the builder", ids);
  const bucket = bucketOf(parts);
  if (bucket !== undefined) {
    const { removeArtifacts } = await import("../shared/artifacts/store.ts");
    await removeArtifacts(context, { bucket, image: parts.name });
  }
  for (const group of parts.groups) {
    const { GroupId: id = "", GroupName: physicalName = "" } = group;
    await deleteSecurityGroup(context, { id, physicalName });
  }
}
