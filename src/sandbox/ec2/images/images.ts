import type {
  CreateImageRequest,
  DeregisterImageRequest,
  DescribeImagesRequest,
} from "@aws-sdk/client-ec2";
import { CreateImage$, DeregisterImage$, DescribeImages$ } from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { interruptedDisk } from "../../guest/guest.ts";
import { operation } from "../../operation.ts";
import { defineEvent, type Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { durations } from "../durations.ts";
import { instanceNotFound } from "../instances/instances.ts";
import { rebootInstance } from "../instances/life.ts";
import { type InstanceRecord, instances } from "../instances/tables.ts";
import { tagsFor } from "../tags.ts";
import {
  type ImageRecord,
  type ImageVolume,
  images,
  type SnapshotRecord,
  snapshots,
  volumes,
} from "../volumes/tables.ts";

/** Amazon EC2 API Reference, CreateImage: 3 to 128 characters of these. */
const NAME = /^[a-zA-Z0-9()[\] ./\-'@_]{3,128}$/;

const createImage = operation<CreateImageRequest>(
  CreateImage$,
  ["InstanceId", "Name", "Description", "NoReboot", "TagSpecifications"],
  (region, input) => {
    const { InstanceId: instanceId = "", Name: name = "", Description: description } = input;
    const instance = region.table(instances).use(instanceId);
    if (instance === undefined) throw instanceNotFound(instanceId);
    if (!NAME.test(name)) {
      throw new AwsError(
        "InvalidAMIName.Malformed",
        "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
      );
    }
    if (instance.state !== "running" && instance.state !== "stopped") {
      throw new AwsError(
        "IncorrectInstanceState",
        `The instance '${instance.id}' is not in a valid state for creating an image: it is ${instance.state}.`,
      );
    }
    const types = ["image", "snapshot"];
    const tags = tagsFor(input.TagSpecifications, "image", types);
    const snapshotTags = tagsFor(input.TagSpecifications, "snapshot", types);
    // The name of a failed or deregistered image can be used again.
    const taken = region
      .table(images)
      .all()
      .find((image) => isOwn(region, image) && image.name === name && image.state !== "failed");
    if (taken !== undefined) {
      throw new AwsError(
        "InvalidAMIName.Duplicate",
        `AMI name ${name} is already in use by AMI ${taken.id}`,
      );
    }
    const id = region.id("ami");
    const disk = diskOf(region, instance);
    const image: ImageRecord = {
      id,
      name,
      ...(description === undefined ? {} : { description }),
      ownerId: region.account,
      public: false,
      creationDate: region.now,
      state: "pending",
      architecture: instance.architecture,
      rootDeviceName: instance.rootDeviceName,
      volumes: snapshotsOf(region, instance, id, snapshotTags),
      tokensRequired: false,
      sourceInstanceId: instance.id,
      sourceImageId: instance.imageId,
      family: instance.guest.family,
      release: instance.guest.release,
      disk,
      tags,
    };
    region.table(images).add(id, image);
    region.schedule(imageDone, durations.imageAvailable * 1000, { id });
    if (instance.state === "running" && input.NoReboot !== true) rebootInstance(region, instance);
    return { ImageId: id };
  },
);

/** The current content of the root volume. */
function diskOf(region: Region, instance: InstanceRecord): ImageRecord["disk"] {
  const { disk, pending } = instance.guest;
  if (pending === null) return disk;
  return pending.at <= region.now ? pending.disk : interruptedDisk(pending.disk);
}

function snapshotsOf(
  region: Region,
  instance: InstanceRecord,
  imageId: string,
  tags: SnapshotRecord["tags"],
): ImageVolume[] {
  return instance.volumes.map(({ device, volumeId, deleteOnTermination }) => {
    const volume = region.table(volumes).latest(volumeId);
    if (volume === undefined) throw new Error(`The volume ${volumeId} is gone.`);
    const id = region.id("snap");
    region.table(snapshots).add(id, {
      id,
      volumeId,
      size: volume.size,
      encrypted: volume.encrypted,
      ...(volume.kmsKeyId === undefined ? {} : { kmsKeyId: volume.kmsKeyId }),
      description: `Created by CreateImage(${instance.id}) for ${imageId}`,
      startTime: region.now,
      state: "pending",
      tags: { ...tags },
    });
    return {
      device,
      snapshotId: id,
      size: volume.size,
      type: volume.type,
      encrypted: volume.encrypted,
      deleteOnTermination,
    };
  });
}

const imageDone = defineEvent<{ id: string }>("ec2.image-done", (region, { id }) => {
  const image = region.table(images).latest(id);
  if (image?.state !== "pending") return;
  const failed = region.world.happens({
    kind: "image-fails",
    region: region.name,
    subject: id,
    at: region.now,
  });
  image.state = failed ? "failed" : "available";
  if (failed) image.stateReason = "Server.InternalError: Internal error on image creation";
  for (const { snapshotId } of image.volumes) {
    const snapshot = region.table(snapshots).latest(snapshotId);
    if (snapshot !== undefined) snapshot.state = failed ? "error" : "completed";
  }
});

/** Whether the image belongs to the account and not to a publisher. */
export function isOwn(region: Region, image: Readonly<ImageRecord>): boolean {
  return image.ownerId === region.account;
}

/** @throws AwsError for a malformed id, or for an id that does not exist. */
export function imageNotFound(id: string): AwsError {
  return /^ami-[0-9a-f]{8,17}$/.test(id)
    ? new AwsError("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`)
    : new AwsError("InvalidAMIID.Malformed", `Invalid id: "${id}" (expecting "ami-...")`);
}

const deregisterImage = operation<DeregisterImageRequest>(
  DeregisterImage$,
  ["ImageId", "DeleteAssociatedSnapshots"],
  (region, input) => {
    const id = input.ImageId ?? "";
    const image = region.table(images).use(id);
    if (image === undefined) throw imageNotFound(id);
    if (!isOwn(region, image)) {
      throw new AwsError("AuthFailure", `Not authorized for image:${id}`, 403);
    }
    if (image.deregistrationProtected) {
      throw new AwsError(
        "OperationNotPermitted",
        `The image '${id}' may not be deregistered while deregistration protection is enabled.`,
      );
    }
    region.table(images).remove(id);
    if (input.DeleteAssociatedSnapshots !== true) return { Return: true };
    const results = image.volumes.map(({ snapshotId }) => {
      const usedBy = imageUsing(region, snapshotId);
      if (usedBy !== undefined) return { SnapshotId: snapshotId, ReturnCode: "skipped" };
      region.table(snapshots).remove(snapshotId);
      return { SnapshotId: snapshotId, ReturnCode: "success" };
    });
    return { Return: true, DeleteSnapshotResults: results };
  },
);

/** The registered image that uses a snapshot. */
export function imageUsing(region: Region, snapshotId: string): string | undefined {
  return region
    .table(images)
    .all()
    .find((image) => image.volumes.some((volume) => volume.snapshotId === snapshotId))?.id;
}

const describeImages = operation<DescribeImagesRequest>(
  DescribeImages$,
  ["ImageIds", "Owners", "Filters", "MaxResults", "NextToken", "IncludeDeprecated"],
  (region, input) => {
    const owners = input.Owners ?? [];
    const { items, nextToken } = described(region, region.table(images), input, {
      ids: input.ImageIds,
      notFound: imageNotFound,
      // A deprecated image is listed for its owner, for callers that include deprecated images, or by
      // its id.
      among: (image) =>
        (owners.length === 0 || owners.some((owner) => isOwnedBy(region, image, owner))) &&
        (input.IncludeDeprecated === true ||
          isOwn(region, image) ||
          (image.deprecationTime ?? Infinity) > region.now),
      filters: {
        "image-id": (image) => image.id,
        name: (image) => image.name,
        description: (image) => image.description,
        "owner-id": (image) => image.ownerId,
        "owner-alias": (image) => image.ownerAlias,
        state: (image) => image.state,
        architecture: (image) => image.architecture,
        "is-public": (image) => image.public,
        "root-device-type": () => "ebs",
        "root-device-name": (image) => image.rootDeviceName,
        "virtualization-type": () => "hvm",
        "image-type": () => "machine",
        hypervisor: () => "xen",
        "ena-support": () => true,
        "platform-details": () => "Linux/UNIX",
        "creation-date": (image) => new Date(image.creationDate).toISOString(),
        "source-instance-id": (image) => image.sourceInstanceId,
        "block-device-mapping.snapshot-id": (image) =>
          image.volumes.map((volume) => volume.snapshotId),
        "block-device-mapping.volume-type": (image) => image.volumes.map((volume) => volume.type),
      },
    });
    return { Images: items.map((image) => imageAnswer(region, image)), NextToken: nextToken };
  },
);

function isOwnedBy(region: Region, image: Readonly<ImageRecord>, owner: string): boolean {
  if (owner === "self") return isOwn(region, image);
  return owner === image.ownerId || owner === image.ownerAlias;
}

function imageAnswer(region: Region, image: Readonly<ImageRecord>) {
  const { deprecationTime, stateReason, ownerAlias } = image;
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    ImageLocation: `${ownerAlias ?? image.ownerId}/${image.name}`,
    OwnerId: image.ownerId,
    ImageOwnerAlias: ownerAlias,
    Public: image.public,
    State: image.state,
    StateReason:
      stateReason === undefined
        ? undefined
        : { Code: stateReason.split(":")[0], Message: stateReason },
    CreationDate: new Date(image.creationDate).toISOString(),
    DeprecationTime:
      deprecationTime === undefined ? undefined : new Date(deprecationTime).toISOString(),
    Architecture: image.architecture,
    ImageType: "machine",
    Hypervisor: "xen",
    VirtualizationType: "hvm",
    EnaSupport: true,
    SriovNetSupport: "simple",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    ImdsSupport: image.tokensRequired ? "v2.0" : undefined,
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: "ebs",
    DeregistrationProtection: image.deregistrationProtected
      ? "enabled-without-cooldown"
      : "disabled",
    SourceInstanceId: image.sourceInstanceId,
    SourceImageId: image.sourceImageId,
    SourceImageRegion: image.sourceImageId === undefined ? undefined : region.name,
    BlockDeviceMappings: image.volumes.map((volume) => ({
      DeviceName: volume.device,
      Ebs: {
        SnapshotId: volume.snapshotId,
        VolumeSize: volume.size,
        VolumeType: volume.type,
        Encrypted: volume.encrypted,
        DeleteOnTermination: volume.deleteOnTermination,
      },
    })),
    Tags: tagList(image.tags),
  };
}

export const imageOperations = [createImage, deregisterImage, describeImages];
export const imageEvents = [imageDone];
