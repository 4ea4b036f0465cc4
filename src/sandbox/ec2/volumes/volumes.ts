import type {
  DeleteSnapshotRequest,
  DeleteVolumeRequest,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotsRequest,
  DescribeVolumesRequest,
} from "@aws-sdk/client-ec2";
import {
  DeleteSnapshot$,
  DeleteVolume$,
  DescribeSnapshotAttribute$,
  DescribeSnapshots$,
  DescribeVolumes$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { imageUsing } from "../images/images.ts";
import { instances } from "../instances/tables.ts";
import { snapshots, type VolumeRecord, volumes } from "./tables.ts";

const describeSnapshots = operation<DescribeSnapshotsRequest>(
  DescribeSnapshots$,
  ["SnapshotIds", "OwnerIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const owners = input.OwnerIds ?? ["self"];
    const { items, nextToken } = described(region, region.table(snapshots), input, {
      ids: input.SnapshotIds,
      notFound: snapshotNotFound,
      minimum: 5,
      among: () => owners.includes("self") || owners.includes(region.account),
      filters: {
        "snapshot-id": (snapshot) => snapshot.id,
        "volume-id": (snapshot) => snapshot.volumeId,
        status: (snapshot) => snapshot.state,
        description: (snapshot) => snapshot.description,
        encrypted: (snapshot) => snapshot.encrypted,
        "volume-size": (snapshot) => String(snapshot.size),
        "start-time": (snapshot) => new Date(snapshot.startTime).toISOString(),
        "owner-id": () => region.account,
      },
    });
    return {
      Snapshots: items.map((snapshot) => ({
        SnapshotId: snapshot.id,
        VolumeId: snapshot.volumeId,
        VolumeSize: snapshot.size,
        Encrypted: snapshot.encrypted,
        KmsKeyId: snapshot.kmsKeyId,
        Description: snapshot.description,
        StartTime: new Date(snapshot.startTime),
        State: snapshot.state,
        Progress: snapshot.state === "completed" ? "100%" : "0%",
        OwnerId: region.account,
        StorageTier: "standard",
        Tags: tagList(snapshot.tags),
      })),
      NextToken: nextToken,
    };
  },
);

const describeSnapshotAttribute = operation<DescribeSnapshotAttributeRequest>(
  DescribeSnapshotAttribute$,
  ["SnapshotId", "Attribute"],
  (region, { SnapshotId: id = "", Attribute: attribute }) => {
    if (region.table(snapshots).find(id) === undefined) throw snapshotNotFound(id);
    switch (attribute) {
      // Snapshots of this account cannot be shared or sold.
      case "createVolumePermission":
        return { SnapshotId: id, CreateVolumePermissions: [] };
      case "productCodes":
        return { SnapshotId: id, ProductCodes: [] };
      default:
        throw invalidValue(`Value (${attribute}) for parameter attribute is invalid.`);
    }
  },
);

function snapshotNotFound(id: string): AwsError {
  return /^snap-[0-9a-f]{8,17}$/.test(id)
    ? new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`)
    : new AwsError("InvalidSnapshotID.Malformed", `Invalid id: "${id}" (expecting "snap-...")`);
}

const deleteSnapshot = operation<DeleteSnapshotRequest>(
  DeleteSnapshot$,
  ["SnapshotId"],
  (region, input) => {
    const id = input.SnapshotId ?? "";
    if (region.table(snapshots).use(id) === undefined) throw snapshotNotFound(id);
    const image = imageUsing(region, id);
    if (image !== undefined) {
      throw new AwsError(
        "InvalidSnapshot.InUse",
        `The snapshot ${id} is currently in use by ${image}`,
      );
    }
    region.table(snapshots).remove(id);
    return {};
  },
);

const describeVolumes = operation<DescribeVolumesRequest>(
  DescribeVolumes$,
  ["VolumeIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(volumes), input, {
      ids: input.VolumeIds,
      notFound: volumeNotFound,
      minimum: 5,
      filters: {
        "volume-id": (volume) => volume.id,
        "availability-zone": (volume) => volume.zone,
        encrypted: (volume) => volume.encrypted,
        "snapshot-id": (volume) => volume.snapshotId,
        "volume-type": (volume) => volume.type,
        size: (volume) => String(volume.size),
        status: (volume) => (volume.attachment === undefined ? "available" : "in-use"),
        "attachment.instance-id": (volume) => volume.attachment?.instanceId,
        "attachment.device": (volume) => volume.attachment?.device,
      },
    });
    return {
      Volumes: items.map((volume) => ({
        VolumeId: volume.id,
        AvailabilityZone: volume.zone,
        CreateTime: new Date(volume.createTime),
        Encrypted: volume.encrypted,
        KmsKeyId: volume.kmsKeyId,
        Size: volume.size,
        SnapshotId: volume.snapshotId ?? "",
        VolumeType: volume.type,
        Iops: volume.iops,
        Throughput: volume.throughput,
        State: volume.attachment === undefined ? "available" : "in-use",
        MultiAttachEnabled: false,
        Attachments:
          volume.attachment === undefined
            ? []
            : [
                {
                  VolumeId: volume.id,
                  InstanceId: volume.attachment.instanceId,
                  Device: volume.attachment.device,
                  DeleteOnTermination: isDeletedWithInstance(region, volume),
                  State: "attached",
                  AttachTime: new Date(volume.attachment.since),
                },
              ],
        Tags: tagList(volume.tags),
      })),
      NextToken: nextToken,
    };
  },
);

/** The instance has this attribute of the attachment, and it can be changed there. */
function isDeletedWithInstance(region: Region, volume: Readonly<VolumeRecord>): boolean {
  const instance = region.table(instances).latest(volume.attachment?.instanceId ?? "");
  return (
    instance?.volumes.find((attached) => attached.volumeId === volume.id)?.deleteOnTermination ??
    false
  );
}

function volumeNotFound(id: string): AwsError {
  return new AwsError("InvalidVolume.NotFound", `The volume '${id}' does not exist.`);
}

const deleteVolume = operation<DeleteVolumeRequest>(
  DeleteVolume$,
  ["VolumeId"],
  (region, input) => {
    const id = input.VolumeId ?? "";
    const volume = region.table(volumes).use(id);
    if (volume === undefined) throw volumeNotFound(id);
    if (volume.attachment !== undefined) {
      throw new AwsError(
        "VolumeInUse",
        `Volume ${id} is currently attached to ${volume.attachment.instanceId}`,
      );
    }
    region.table(volumes).remove(id);
    return {};
  },
);

export const volumeOperations = [
  describeSnapshots,
  describeSnapshotAttribute,
  deleteSnapshot,
  describeVolumes,
  deleteVolume,
];
