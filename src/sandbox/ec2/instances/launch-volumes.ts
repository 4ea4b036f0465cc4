import type { BlockDeviceMapping } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import type { Region } from "../../region.ts";
import type { Tags } from "../tags.ts";
import { type ImageRecord, snapshots, volumes } from "../volumes/tables.ts";
import type { InstanceRecord } from "./tables.ts";

export interface VolumePlan {
  readonly device: string;
  readonly size: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly snapshotId: string | undefined;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly deleteOnTermination: boolean;
}

/** Amazon EBS User Guide: the volume types, and their baseline if they have one. */
const VOLUME_TYPES = ["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"];
const GP3_IOPS = 3000;
const GP3_THROUGHPUT = 125;

/** The image's volumes with the changes of the request. @throws AwsError */
export function volumePlans(
  region: Region,
  image: Readonly<ImageRecord>,
  mappings: readonly BlockDeviceMapping[] = [],
): VolumePlan[] {
  const wanted = new Map(mappings.map((mapping) => [mapping.DeviceName, mapping.Ebs]));
  const plans = image.volumes.map((volume): VolumePlan => {
    const ebs = wanted.get(volume.device);
    wanted.delete(volume.device);
    if (ebs?.Encrypted === false && volume.encrypted) {
      throw invalidMapping("Cannot launch an unencrypted volume from an encrypted snapshot.");
    }
    if (ebs?.SnapshotId !== undefined && ebs.SnapshotId !== volume.snapshotId) {
      throw invalidMapping(
        `snapshotId can only be modified on EBS devices other than the root device`,
      );
    }
    const size = ebs?.VolumeSize ?? volume.size;
    if (size < volume.size) {
      throw invalidMapping(
        `Volume of size ${size}GB is smaller than snapshot '${volume.snapshotId}', expect size >= ${volume.size}GB`,
      );
    }
    return {
      device: volume.device,
      size,
      ...volumeKind(ebs, volume.type),
      encrypted: ebs?.Encrypted ?? volume.encrypted,
      kmsKeyId: keyOf(region, ebs) ?? keyOfSnapshot(region, volume.snapshotId),
      snapshotId: volume.snapshotId,
      deleteOnTermination: ebs?.DeleteOnTermination ?? volume.deleteOnTermination,
    };
  });
  for (const [device, ebs] of wanted) {
    if (device === undefined) throw invalidMapping("A block device mapping needs a device name.");
    if (ebs?.VolumeSize === undefined) {
      throw new AwsError(
        "MissingParameter",
        "The request must contain the parameter size or snapshotId",
      );
    }
    plans.push({
      device,
      size: ebs.VolumeSize,
      ...volumeKind(ebs, "gp2"),
      encrypted: ebs.Encrypted ?? false,
      kmsKeyId: keyOf(region, ebs),
      snapshotId: undefined,
      deleteOnTermination: ebs.DeleteOnTermination ?? true,
    });
  }
  return plans;
}

/**
 * The sandbox has no KMS, so it takes every key for one that exists and may be used. The happening
 * `disk-key` plays one that may not.
 */
function keyOf(region: Region, ebs: BlockDeviceMapping["Ebs"]): string | undefined {
  const key = ebs?.KmsKeyId;
  if (key === undefined) return undefined;
  // "EbsBlockDevice", Amazon EC2 API Reference: only for encrypted volumes.
  if (ebs?.Encrypted !== true) {
    throw new AwsError(
      "InvalidParameterDependency",
      "The parameter KmsKeyId requires the parameter Encrypted to be set.",
    );
  }
  if (key.startsWith("arn:")) return key;
  const resource = key.startsWith("alias/") ? key : `key/${key}`;
  return `arn:${region.partition}:kms:${region.name}:${region.account}:${resource}`;
}

/** Without a key in the request, a volume has that of its encrypted snapshot. */
function keyOfSnapshot(region: Region, id: string): string | undefined {
  return region.table(snapshots).latest(id)?.kmsKeyId;
}

function volumeKind(
  ebs: BlockDeviceMapping["Ebs"],
  fallback: string,
): Pick<VolumePlan, "type" | "iops" | "throughput"> {
  const type = ebs?.VolumeType ?? fallback;
  if (!VOLUME_TYPES.includes(type)) {
    throw invalidValue(`Invalid value '${type}' for VolumeType.`);
  }
  const gp3 = type === "gp3";
  return {
    type,
    iops: ebs?.Iops ?? (gp3 ? GP3_IOPS : undefined),
    throughput: ebs?.Throughput ?? (gp3 ? GP3_THROUGHPUT : undefined),
  };
}

function invalidMapping(message: string): AwsError {
  return new AwsError("InvalidBlockDeviceMapping", message);
}

/** Creates the volumes of an instance. */
export function createVolumes(
  region: Region,
  plans: readonly VolumePlan[],
  instance: { readonly instanceId: string; readonly zone: string },
  tags: Readonly<Tags>,
): InstanceRecord["volumes"] {
  return plans.map((plan) => {
    const id = region.id("vol");
    region.table(volumes).add(id, {
      id,
      zone: instance.zone,
      size: plan.size,
      type: plan.type,
      ...(plan.iops === undefined ? {} : { iops: plan.iops }),
      ...(plan.throughput === undefined ? {} : { throughput: plan.throughput }),
      encrypted: plan.encrypted,
      ...(plan.kmsKeyId === undefined ? {} : { kmsKeyId: plan.kmsKeyId }),
      ...(plan.snapshotId === undefined ? {} : { snapshotId: plan.snapshotId }),
      createTime: region.now,
      attachment: { instanceId: instance.instanceId, device: plan.device, since: region.now },
      tags: { ...tags },
    });
    return { device: plan.device, volumeId: id, deleteOnTermination: plan.deleteOnTermination };
  });
}
