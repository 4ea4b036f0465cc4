import type { Image } from "@aws-sdk/client-ec2";
import { userTagsOf } from "../../aws/tags.ts";
import type { Live, LiveStatus } from "../../engine/resource.ts";
import type { ContentTexts, ImageContents } from "../../image/contents.ts";
import { imageProtection } from "../shared/deletion-protection.ts";
import { checksIn, type ImageAudit } from "./audit.ts";
import { type PackageRecord, packageRecord } from "./bill.ts";
import { type ImageInputs, inputsIn } from "./inputs.ts";
import { bucketOf, type ImageParts, straySnapshots } from "./parts.ts";
import { sourceRecordIn } from "./source-record.ts";

/** The fields of a machine image. */
export interface ImageFields extends ImageInputs, PackageRecord {
  /** The build script, packed as user data, base64. Null on a live image. */
  readonly userData: string | null;
  /**
   * The bucket that the builder fetches the script and the application from. Absent if EC2's user data has room for all
   * of it.
   */
  readonly bucket?: ImageBucket;
  /** Where and how the image is built. Null on a live image. */
  readonly builder: ImageBuilder | null;
  /** What the texts of the inputs stand for, in full. Absent on a live image. */
  readonly contents?: ImageContents;
  /** The same texts whole; of a live image, as far as its tags store them. */
  readonly texts?: ContentTexts;
  /** Of a live image, what its tags record of the application's directory (`readSourceRecord`). */
  readonly sourceRecord?: string;
  /** The same of the playbook's folder. */
  readonly playbookRecord?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where the contents of a build are stored that do not fit into user data. */
export interface ImageBucket {
  readonly name: string;
  /** Whether it is the stack's own bucket, and none that the stack file names. */
  readonly own: boolean;
  /** The SHA-256 of every content that the builder fetches beside its script, in hexadecimal digits. */
  readonly contents: readonly string[];
}

/** The instance that the image is made from, and its limits. */
export interface ImageBuilder {
  readonly instanceType: string;
  readonly vpcId: string;
  /** A subnet whose instances can reach the system's package repositories. */
  readonly subnetId: string;
  /** Only in a private subnet, which has a way out of its own, or none. Omitted: the builder has a public address. */
  readonly publicAddress?: false;
  /** Of the base image: `/dev/xvda`. */
  readonly rootDeviceName: string;
  readonly rootVolume: RootVolume;
  /** Seconds from launch to power-off. */
  readonly timeout: number;
}

/** The disk of the builder. The image and its snapshots get its size, type and key. */
interface RootVolume {
  /** GiB. Null: as large as the base image's. */
  readonly size: number | null;
  readonly type: "gp3" | "gp2";
  /** Null: the account's default key for EBS. */
  readonly key: string | null;
}

export interface ImageOutputs extends Partial<ImageAudit> {
  readonly id: string;
  readonly name: string;
  /** `/dev/xvda`. */
  readonly rootDeviceName: string;
  /** AWS's own word, which no tag can change. */
  readonly architecture?: string;
}

type LiveImage = Live<ImageFields, ImageOutputs>;

/**
 * The live objects of one name. A finished image is one object. A builder that its build left
 * behind is another, and so are snapshots whose image is gone, even if a new image has that name.
 * Without a finished image, all parts together are one unfinished image.
 */
export function toLiveImages(parts: ImageParts): LiveImage[] {
  const { image, address, builders, groups, snapshots } = parts;
  const [builder] = builders;
  const [group] = groups;
  const leftover = builder?.InstanceId ?? group?.GroupId;
  const tools = builder?.Tags ?? group?.Tags;
  if (image?.State === "available") {
    const [stray] = straySnapshots(parts);
    return [
      finishedImage(image.Tags, address, image, packageRecord(parts)),
      ...(leftover === undefined
        ? []
        : [unfinished(parts, leftover, tools, "partial", "its builder still exists")]),
      ...(stray === undefined
        ? []
        : [
            unfinished(
              parts,
              stray,
              image.Tags,
              "partial",
              "snapshots of an earlier image still exist",
            ),
          ]),
    ];
  }
  if (image?.State === "failed" || image?.State === "error") {
    const reason = image.StateReason?.Message ?? "AWS gives no reason";
    return [unfinished(parts, image.ImageId ?? "", image.Tags, "failed", reason)];
  }
  if (image !== undefined) {
    return [
      unfinished(parts, image.ImageId ?? "", image.Tags, "partial", "AWS is creating the image"),
    ];
  }
  const orphans = snapshots.slice(0, builder ? 0 : 1);
  return [
    ...(leftover === undefined
      ? []
      : [unfinished(parts, leftover, tools, "partial", stateWords(builder?.State?.Name))]),
    ...orphans.map(({ SnapshotId: id = "", Tags }) =>
      unfinished(
        parts,
        id,
        Tags,
        "failed",
        "its snapshot exists, but no image that carries the stack's tags does",
      ),
    ),
  ];
}

/** Adds the notes on the image itself. A builder left behind is another object. */
export function withImageNotes(live: LiveImage, { image }: ImageParts, region: string): LiveImage {
  const notes = image?.ImageId === live.id ? imageProtection(image, region) : [];
  return notes.length === 0 ? live : { ...live, notes };
}

function stateWords(state: string | undefined): string {
  return state === undefined ? "it has no builder" : `its builder is ${state}`;
}

/** An image that can be used. */
export function finishedImage(
  tags: Image["Tags"],
  address: LiveImage["address"],
  image: Image,
  record?: PackageRecord,
): LiveImage {
  const id = image.ImageId ?? "";
  const name = image.Name ?? "";
  const { family, base, release } = inputsIn(tags);
  return {
    id,
    address,
    physicalName: name,
    status: "ready",
    createdAt: Date.parse(String(image.CreationDate)) || 0,
    fields: { ...fieldsOf(tags), ...record },
    outputs: {
      id,
      name,
      rootDeviceName: image.RootDeviceName ?? "",
      ...(image.Architecture !== undefined && { architecture: image.Architecture }),
      family,
      base,
      release,
      builtAt: image.CreationDate ?? "",
      ...checksIn(tags),
    },
    uses: [],
  };
}

function unfinished(
  parts: ImageParts,
  id: string,
  tags: Image["Tags"],
  status: LiveStatus,
  statusReason: string,
): LiveImage {
  const { address, name, image, builders } = parts;
  return {
    id,
    address,
    physicalName: name,
    status,
    statusReason,
    createdAt: builders[0]?.LaunchTime?.getTime() ?? 0,
    fields: fieldsOf(tags),
    outputs: { id, name, rootDeviceName: image?.RootDeviceName ?? "" },
    ...usesOf(parts),
  };
}

/**
 * A builder may still fetch its script. So the bucket is deleted after it, whatever the record of types says. The network
 * of the builder and of its security group is, too.
 */
function usesOf(parts: ImageParts): Pick<LiveImage, "uses" | "usesTypes"> {
  const bucket = bucketOf(parts);
  const place = [
    ...parts.builders.flatMap(({ SubnetId, VpcId }) => [SubnetId, VpcId]),
    ...parts.groups.map(({ VpcId }) => VpcId),
  ].filter((id) => id !== undefined);
  const uses = [...new Set(place)];
  return bucket === undefined ? { uses } : { uses: [bucket, ...uses], usesTypes: ["bucket"] };
}

function fieldsOf(tags: Image["Tags"]): ImageFields {
  const inputs = inputsIn(tags);
  const { packages, sources, services, files, run, verify, allow, environment } = inputs;
  const { ansible, application } = inputs;
  const texts = {
    packages,
    sources,
    services,
    files,
    run,
    verify,
    allow,
    ansible,
    environment,
    application,
  };
  const sourceRecord = sourceRecordIn("application", tags);
  const playbookRecord = sourceRecordIn("playbook", tags);
  return {
    ...inputs,
    userData: null,
    builder: null,
    texts,
    ...(sourceRecord !== undefined && { sourceRecord }),
    ...(playbookRecord !== undefined && { playbookRecord }),
    tags: userTagsOf(tags),
  };
}
