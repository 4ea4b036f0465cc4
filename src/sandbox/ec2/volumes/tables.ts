import type { GuestDisk } from "../../guest/guest.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

export interface VolumeRecord {
  readonly id: string;
  readonly zone: string;
  /** GiB. */
  readonly size: number;
  readonly type: string;
  readonly iops?: number;
  readonly throughput?: number;
  readonly encrypted: boolean;
  /** ARN of the KMS key, if the launch named one. */
  readonly kmsKeyId?: string;
  readonly snapshotId?: string;
  readonly createTime: number;
  attachment?: { readonly instanceId: string; readonly device: string; readonly since: number };
  tags: Tags;
}

export interface SnapshotRecord {
  readonly id: string;
  readonly volumeId: string;
  readonly size: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string;
  readonly description: string;
  readonly startTime: number;
  state: "pending" | "completed" | "error";
  tags: Tags;
}

export interface ImageRecord {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Twelve digits: the account's own id, or a publisher's. */
  readonly ownerId: string;
  readonly ownerAlias?: string;
  readonly public: boolean;
  readonly creationDate: number;
  deprecationTime?: number;
  deregistrationProtected?: boolean;
  state: "pending" | "available" | "failed" | "deregistered";
  stateReason?: string;
  readonly architecture: string;
  readonly rootDeviceName: string;
  readonly volumes: readonly ImageVolume[];
  readonly tokensRequired: boolean;
  readonly sourceInstanceId?: string;
  readonly sourceImageId?: string;
  /** The system on the image: see `src/sandbox/guest`. */
  readonly family: string;
  readonly release: string;
  readonly disk: GuestDisk | null;
  tags: Tags;
}

export interface ImageVolume {
  readonly device: string;
  readonly snapshotId: string;
  readonly size: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly deleteOnTermination: boolean;
}

export const volumes = defineTable<VolumeRecord>("volume", (volume, id) => ({
  id,
  state: volume.attachment === undefined ? "available" : "in-use",
  tags: volume.tags,
}));

export const snapshots = defineTable<SnapshotRecord>("snapshot", (snapshot, id) => ({
  id,
  state: snapshot.state,
  tags: snapshot.tags,
}));

/** The inventory of the account does not contain publishers' images. */
export const images = defineTable<ImageRecord>("image", (image, id) =>
  image.public || image.state === "deregistered"
    ? undefined
    : { id, name: image.name, state: image.state, tags: image.tags },
);
