import { createHash } from "node:crypto";
import { AwsError } from "../../error.ts";
import type { Region } from "../../region.ts";
import { type ImageRecord, images } from "../volumes/tables.ts";

/** The publisher of a family, and the names of its images. */
interface Publisher {
  /** The publisher's account in each partition that it publishes in, by the partition's name. */
  readonly owners: Readonly<Record<string, string>>;
  readonly ownerAlias?: string;
  readonly rootDeviceName: string;
  /** Amazon Linux 2023 images ask for IMDSv2 (their `ImdsSupport` is `v2.0`). */
  readonly tokensRequired: boolean;
  /** The images of one release. The first one is the family's standard image. */
  readonly names: (release: string) => readonly { name: string; architecture: string }[];
  /** Oldest first. */
  readonly releases: readonly Release[];
  readonly next: (latest: string, day: string) => string;
}

interface Release {
  readonly release: string;
  readonly created: string;
  /** Undefined: not deprecated until a newer release is published. */
  readonly deprecated?: string;
}

const x86 = "x86_64";
const arm = "arm64";

/** AL2023 User Guide: an image is deprecated 90 days after its release. */
const DEPRECATION_DELAY = 90 * 24 * 3_600_000;

/** The partitions for which Amazon documents the alias alone, with numbers that stand for its accounts. */
const undisclosed = {
  "aws-eusc": "210000000001",
  "aws-iso": "210000000002",
  "aws-iso-b": "210000000003",
  "aws-iso-e": "210000000004",
  "aws-iso-f": "210000000005",
};

/**
 * Owners and names as the publishers document them. Also similar names that a careless pattern would
 * match: minimal and ECS variants, other kernels, other architectures.
 */
const PUBLISHERS: Readonly<Record<string, Publisher>> = {
  "amazon-linux-2023": {
    owners: {
      aws: "137112412989",
      "aws-us-gov": "045324592363",
      "aws-cn": "141808717104",
      ...undisclosed,
    },
    ownerAlias: "amazon",
    rootDeviceName: "/dev/xvda",
    tokensRequired: true,
    names: (release) => [
      { name: `al2023-ami-${release}-kernel-6.1-x86_64`, architecture: x86 },
      { name: `al2023-ami-${release}-kernel-6.12-x86_64`, architecture: x86 },
      { name: `al2023-ami-minimal-${release}-kernel-6.1-x86_64`, architecture: x86 },
      { name: `al2023-ami-ecs-hvm-${release}-kernel-6.1-x86_64`, architecture: x86 },
      { name: `al2023-ami-${release}-kernel-6.1-arm64`, architecture: arm },
    ],
    releases: [
      { release: "2023.7.20250331.0", created: "2025-04-01", deprecated: "2025-06-30" },
      { release: "2023.8.20250818.0", created: "2025-08-19", deprecated: "2025-11-17" },
      { release: "2023.9.20251105.0", created: "2025-11-06" },
      { release: "2023.9.20251117.1", created: "2025-11-18" },
    ],
    next: (latest, day) => {
      const [year = "", minor = "", date = "", patch = ""] = latest.split(".");
      return day > date
        ? `${year}.${Number(minor) + 1}.${day}.0`
        : `${year}.${minor}.${date}.${Number(patch) + 1}`;
    },
  },
  "debian-12": {
    // wiki.debian.org/Cloud/AmazonEC2Image names no account of another partition.
    owners: { aws: "136693071363" },
    rootDeviceName: "/dev/xvda",
    tokensRequired: false,
    names: (release) => [
      { name: `debian-12-amd64-${release}`, architecture: x86 },
      { name: `debian-12-backports-amd64-${release}`, architecture: x86 },
      { name: `debian-12-arm64-${release}`, architecture: arm },
    ],
    releases: [
      { release: "20230910-1499", created: "2023-09-10", deprecated: "2025-09-10" },
      { release: "20250316-2053", created: "2025-03-16" },
      { release: "20251112-2294", created: "2025-11-12" },
    ],
    next: (latest, day) => {
      const [date = "", build = "0"] = latest.split("-");
      return `${day > date ? day : date}-${Number(build) + 14}`;
    },
  },
  "ubuntu-24.04": {
    // "Verify the OwnerId", documentation.ubuntu.com/aws.
    owners: { aws: "099720109477", "aws-us-gov": "513442679011", "aws-cn": "837727238323" },
    rootDeviceName: "/dev/sda1",
    tokensRequired: false,
    names: (release) => [
      {
        name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-${release}`,
        architecture: x86,
      },
      {
        name: `ubuntu-minimal/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-minimal-${release}`,
        architecture: x86,
      },
      {
        name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-${release}`,
        architecture: arm,
      },
    ],
    releases: [
      { release: "20240423", created: "2024-04-23", deprecated: "2026-04-23" },
      { release: "20250821", created: "2025-08-21" },
      { release: "20251022", created: "2025-10-22" },
    ],
    next: (latest, day) => {
      const [date = "", patch = "0"] = latest.split(".");
      return day > date ? day : `${date}.${Number(patch) + 1}`;
    },
  },
};

/** Adds the images of every publisher to a new region. */
export function addBaseImages(region: Region): void {
  for (const [family, publisher] of Object.entries(PUBLISHERS)) {
    if (publisher.owners[region.partition] === undefined) continue;
    for (const { release, created, deprecated } of publisher.releases) {
      const deprecationTime = deprecated === undefined ? undefined : Date.parse(deprecated);
      const creationDate = Date.parse(created);
      addRelease(region, { family, publisher, release, creationDate, deprecationTime });
    }
  }
}

/**
 * Publishes a newer release of a family, as its publisher would do today. The existing releases become
 * deprecated some months from now.
 *
 * @throws AwsError for a family that does not exist.
 */
export function publishBaseImage(
  region: Region,
  family: string,
): { readonly id: string; readonly name: string; readonly release: string } {
  const publisher = PUBLISHERS[family];
  if (publisher === undefined) {
    const known = Object.keys(PUBLISHERS).join(", ");
    throw new AwsError(
      "InvalidParameterValue",
      `The image family ${family} does not exist. Known families: ${known}.`,
    );
  }
  const earlier = region
    .table(images)
    .all()
    .filter((image) => image.public && image.family === family);
  for (const image of earlier) image.deprecationTime ??= region.now + DEPRECATION_DELAY;
  const day = new Date(region.now).toISOString().slice(0, 10).replaceAll("-", "");
  const release = publisher.next(earlier.at(-1)?.release ?? "", day);
  const image = addRelease(region, { family, publisher, release, creationDate: region.now });
  return { id: image.id, name: image.name, release };
}

interface AddedRelease {
  readonly family: string;
  readonly publisher: Publisher;
  readonly release: string;
  readonly creationDate: number;
  readonly deprecationTime?: number | undefined;
}

function addRelease(
  region: Region,
  { family, publisher, release, creationDate, deprecationTime }: AddedRelease,
): ImageRecord {
  const ownerId = publisher.owners[region.partition];
  if (ownerId === undefined) {
    throw new AwsError(
      "InvalidParameterValue",
      `Nobody publishes ${family} in the partition ${region.partition}.`,
    );
  }
  const added = publisher.names(release).map(({ name, architecture }): ImageRecord => {
    // The ids are the same in every account, like real ones.
    const digits = createHash("sha256").update(`${region.name} ${name}`).digest("hex");
    return {
      id: `ami-0${digits.slice(0, 16)}`,
      name,
      description: name,
      ownerId,
      ...(publisher.ownerAlias === undefined ? {} : { ownerAlias: publisher.ownerAlias }),
      public: true,
      creationDate,
      ...(deprecationTime === undefined ? {} : { deprecationTime }),
      state: "available",
      architecture,
      rootDeviceName: publisher.rootDeviceName,
      volumes: [
        {
          device: publisher.rootDeviceName,
          snapshotId: `snap-0${digits.slice(16, 32)}`,
          size: 8,
          type: "gp3",
          encrypted: false,
          deleteOnTermination: true,
        },
      ],
      tokensRequired: publisher.tokensRequired,
      family,
      release,
      disk: null,
      tags: {},
    };
  });
  for (const image of added) region.table(images).add(image.id, image, { immediate: true });
  const [standard] = added;
  if (standard === undefined) throw new Error(`${family} has no images.`);
  return standard;
}
