import { DescribeImagesCommand, type Image, paginateDescribeImages } from "@aws-sdk/client-ec2";
import type { Clients } from "./clients.ts";
import type { Clock } from "./clock.ts";
import { isAwsError } from "./errors.ts";
import { FactError } from "./fact-error.ts";
import { compareNumbered } from "./order.ts";
import { everyPage } from "./paging.ts";
import { partitionOf } from "./regions.ts";

export interface BaseImage {
  readonly id: string;
  readonly name: string;
  /** `amazon-linux-2023`. */
  readonly family: string;
  /** The release in the image's name: `2023.9.20251117.1`. For a custom base image, its id. */
  readonly release: string;
  readonly architecture: Architecture;
  /** `/dev/xvda`. */
  readonly rootDeviceName: string;
  /** GiB. Absent if AWS does not say it. */
  readonly rootVolumeSize?: number;
}

type Architecture = "x86_64" | "arm64";

/** The requested image: the newest release of a family, one release, or one image by its id. */
export type WantedBase =
  | {
      readonly family: string;
      readonly release: string;
      /** Default: `x86_64`. */
      readonly architecture?: Architecture;
    }
  | { readonly family: string; readonly id: string };

interface Publisher {
  /** The publisher's account in each partition, by the partition's name. */
  readonly owners: Readonly<Record<string, string>>;
  /** The publisher's alias, for the other partitions. */
  readonly alias?: string;
  /** The pattern of its image names. `*` matches any release. */
  readonly name: (release: string, architecture: Architecture) => string;
  readonly release: RegExp;
}

/** What Debian and Ubuntu call the architectures. */
const debianName: Readonly<Record<Architecture, string>> = { x86_64: "amd64", arm64: "arm64" };

/** Owners and names as each publisher documents them. */
const publishers: Readonly<Record<string, Publisher>> = {
  // "Finding AL2023 AMIs", AL2023 User Guide. In all partitions the owner has the alias `amazon`, which
  // AWS gives to no account but Amazon's own.
  "amazon-linux-2023": {
    owners: { aws: "137112412989" },
    alias: "amazon",
    name: (release, architecture) =>
      `al2023-ami-${release === "*" ? "2023.*" : `${release}*`}-kernel-*-${architecture}`,
    release: /^al2023-ami-(2023[\d.]*)-kernel-/,
  },
  // "Amazon EC2 AMIs", wiki.debian.org/Cloud/AmazonEC2Image, which names no account of another partition.
  "debian-12": {
    owners: { aws: "136693071363" },
    name: (release, architecture) =>
      `debian-12-${debianName[architecture]}-${release === "*" ? "" : release}*`,
    release: /^debian-12-a(?:md|rm)64-([\d-]+)$/,
  },
  // "Find Ubuntu images on AWS", documentation.ubuntu.com/aws.
  "ubuntu-24.04": {
    owners: { aws: "099720109477", "aws-us-gov": "513442679011", "aws-cn": "837727238323" },
    name: (release, architecture) =>
      `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${debianName[architecture]}-server-${release === "*" ? "" : release}*`,
    release: /-server-([\d.]+)$/,
  },
};

/**
 * Finds the base image. `release: "latest"` means the newest release that is not deprecated.
 *
 * @throws FactError when the image does not exist. The message lists the existing releases.
 */
export async function lookUpBaseImage(
  clients: Clients,
  clock: Clock,
  wanted: WantedBase,
): Promise<BaseImage> {
  if ("id" in wanted) return byId(clients, wanted.family, wanted.id);
  const { family, release, architecture = "x86_64" } = wanted;
  const publisher = publishers[family];
  if (publisher === undefined) throw new Error(`no publisher is known for ${family}`);
  const latest = release === "latest";
  const owner = await ownerOf(clients, publisher, family);
  const source = { owner, publisher, architecture };
  const found = await sweep(clients, source, latest ? "*" : release, !latest);
  const candidates = found
    .flatMap((image) => toBaseImage(image, family, source))
    .filter(
      (image) => latest || image.release === release || image.release.startsWith(`${release}.`),
    )
    .filter((image) => !latest || !(image.deprecatedAt <= clock.now()))
    .sort(newestFirst);
  const newest = candidates[0];
  if (newest === undefined) throw await noSuchRelease(clients, source, wanted);
  // Each kernel line has its own image of a release, published seconds apart. Choosing by date would
  // switch kernels at random. The lowest line, whichever is the system's default, stays the same.
  const [chosen = newest] = candidates
    .filter((image) => image.release === newest.release)
    .sort((one, other) => compareNumbered(one.name, other.name));
  const { id, name, rootDeviceName } = chosen;
  const { rootVolumeSize: size } = chosen;
  return {
    id,
    name,
    family,
    release: chosen.release,
    architecture,
    rootDeviceName,
    ...(size !== undefined && { rootVolumeSize: size }),
  };
}

/** The images of one architecture of a publisher, with its account in this partition. */
interface Source {
  readonly owner: string;
  readonly publisher: Publisher;
  readonly architecture: Architecture;
}

/** @throws FactError when no publisher is known. The images of other accounts are not trusted. */
async function ownerOf(clients: Clients, publisher: Publisher, family: string): Promise<string> {
  const region = await clients.region();
  const { name } = partitionOf(region);
  const owner = publisher.owners[name] ?? publisher.alias;
  if (owner !== undefined) return owner;
  throw new FactError(
    `no publisher of ${family} is known in the partition ${name} (region ${region})`,
    `Set image.base to an image that you trust: { id: ami-…, family: ${family} }. Or choose amazon-linux-2023.`,
  );
}

interface Candidate extends BaseImage {
  readonly createdAt: string;
  /** Milliseconds. NaN for an image that is not deprecated. */
  readonly deprecatedAt: number;
}

async function sweep(
  clients: Clients,
  { owner, publisher, architecture }: Source,
  release: string,
  includeDeprecated: boolean,
): Promise<Image[]> {
  return everyPage(
    paginateDescribeImages(
      { client: clients.ec2 },
      {
        Owners: [owner],
        IncludeDeprecated: includeDeprecated,
        MaxResults: 1000,
        Filters: [
          { Name: "name", Values: [publisher.name(release, architecture)] },
          { Name: "architecture", Values: [architecture] },
          { Name: "virtualization-type", Values: ["hvm"] },
          { Name: "root-device-type", Values: ["ebs"] },
          { Name: "state", Values: ["available"] },
        ],
      },
    ),
    (page) => page.Images,
  );
}

function toBaseImage(
  image: Image,
  family: string,
  { publisher, architecture }: Source,
): Candidate[] {
  const { ImageId, Name = "", RootDeviceName, CreationDate = "", DeprecationTime } = image;
  const release = publisher.release.exec(Name)?.[1];
  if (ImageId === undefined || RootDeviceName === undefined || release === undefined) return [];
  return [
    {
      id: ImageId,
      name: Name,
      family,
      release,
      architecture,
      rootDeviceName: RootDeviceName,
      ...sizeOf(image),
      createdAt: CreationDate,
      deprecatedAt: Date.parse(DeprecationTime ?? ""),
    },
  ];
}

function sizeOf({ RootDeviceName, BlockDeviceMappings = [] }: Image): {
  readonly rootVolumeSize?: number;
} {
  const root = BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName);
  const size = root?.Ebs?.VolumeSize;
  return size === undefined ? {} : { rootVolumeSize: size };
}

function newestFirst(one: Candidate, other: Candidate): number {
  return one.createdAt < other.createdAt ? 1 : one.createdAt > other.createdAt ? -1 : 0;
}

async function noSuchRelease(
  clients: Clients,
  source: Source,
  wanted: { readonly family: string; readonly release: string },
): Promise<FactError> {
  const region = await clients.region();
  const all = (await sweep(clients, source, "*", true)).flatMap((image) =>
    toBaseImage(image, wanted.family, source),
  );
  // The usual architecture needs no words.
  const kind = source.architecture === "x86_64" ? "" : ` for ${source.architecture}`;
  const releases = [...new Set(all.sort(newestFirst).map((image) => image.release))].slice(0, 5);
  return new FactError(
    wanted.release === "latest"
      ? `${region} has no image of ${wanted.family}${kind} that is not deprecated`
      : `${region} has no release ${wanted.release} of ${wanted.family}${kind}`,
    releases.length > 0
      ? `Set image.release to "latest" or to an existing release. The newest are ${releases.join(", ")}.`
      : `Choose another region: account ${source.owner} publishes no image of ${wanted.family}${kind} there.`,
  );
}

async function byId(clients: Clients, family: string, id: string): Promise<BaseImage> {
  const [image] = await imagesById(clients, id);
  if (image?.State !== "available") {
    throw new FactError(
      image === undefined
        ? `${await clients.region()} has no image ${id} that this account may use`
        : `the image ${id} is ${image.State}, not available`,
      "Check image.base.id and the region: an image's id belongs to one region.",
    );
  }
  const { Architecture: architecture } = image;
  const isKnown = architecture === "x86_64" || architecture === "arm64";
  if (!isKnown || image.RootDeviceType !== "ebs") {
    throw new FactError(
      `the image ${id} has the architecture ${architecture} and a root device of type ${image.RootDeviceType}`,
      "Set image.base.id to an x86_64 or arm64 image with an EBS root volume.",
    );
  }
  const { Name: name = id, RootDeviceName: rootDeviceName } = image;
  if (rootDeviceName === undefined) {
    throw new FactError(
      `the image ${id} has no root device`,
      "Name another image in image.base.id.",
    );
  }
  return { id, name, family, release: id, architecture, rootDeviceName, ...sizeOf(image) };
}

async function imagesById(clients: Clients, id: string): Promise<readonly Image[]> {
  try {
    const { Images } = await clients.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    return Images ?? [];
  } catch (error) {
    if (
      isAwsError(error, "not-found") ||
      (isAwsError(error) && error.code === "InvalidAMIID.Malformed")
    )
      return [];
    throw error;
  }
}
