import {
  type Filter,
  type Image,
  type Instance,
  paginateDescribeImages,
  paginateDescribeSnapshots,
  type SecurityGroup,
  type Snapshot,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, type Tag, toRecord } from "../../aws/tags.ts";
import type { Address } from "../../engine/resource.ts";
import { describeSecurityGroups } from "../security-group/calls.ts";
import type { ResourceContext } from "../shared/context.ts";
import { isPresent, sweepInstances } from "../shared/instances.ts";
import { ownFilters } from "../shared/owned.ts";
import { bucketKey, imageKey } from "./inputs.ts";

/** All AWS objects of one image, finished or unfinished. */
export interface ImageParts {
  readonly address: Address;
  /** The image's physical name. */
  readonly name: string;
  readonly image?: Image;
  readonly snapshots: readonly Snapshot[];
  /** Instances that are not terminating, the one with the most progress first. */
  readonly builders: readonly Instance[];
  readonly groups: readonly SecurityGroup[];
}

/** The parts of all images of the stack, or of the image with that name. */
export async function sweepParts(context: ResourceContext, name?: string): Promise<ImageParts[]> {
  const named = (Name: string) => (name === undefined ? [] : [{ Name, Values: [name] }]);
  const tagged = named(`tag:${imageKey}`);
  const [images, snapshots, instances, groups] = await Promise.all([
    sweepImages(context, named("name")),
    sweepSnapshots(context, tagged),
    sweepInstances(context, tagged),
    describeSecurityGroups(context, ownFilters(context, tagged)),
  ]);
  const parts = new Map<string, Mutable<ImageParts>>();
  const partsOf = (tags: readonly Tag[] | undefined, owner = toRecord(tags)[imageKey]) => {
    const address = addressIn(tags, context.stack, "image");
    if (address === undefined || owner === undefined) return undefined;
    const known = parts.get(owner);
    if (known !== undefined) return known;
    const made: Mutable<ImageParts> = {
      address,
      name: owner,
      snapshots: [],
      builders: [],
      groups: [],
    };
    parts.set(owner, made);
    return made;
  };
  for (const image of images) {
    // By name, which nobody can change. An image whose tags a person restored has only the two
    // identity tags.
    const owner = partsOf(image.Tags, image.Name);
    if (owner !== undefined) owner.image = image;
  }
  for (const each of snapshots) partsOf(each.Tags)?.snapshots.push(each);
  for (const each of instances.filter(isPresent)) partsOf(each.Tags)?.builders.push(each);
  for (const each of groups) partsOf(each.Tags)?.groups.push(each);
  for (const each of parts.values()) each.builders.sort(furthestFirst);
  return [...parts.values()];
}

type Mutable<Parts> = {
  -readonly [Key in keyof Parts]: Parts[Key] extends readonly (infer Element)[]
    ? Element[]
    : Parts[Key];
};

/** One image of the stack by its physical name. Empty parts if nothing exists. */
export async function lookAtParts(
  context: ResourceContext,
  target: { readonly address: Address; readonly physicalName: string },
): Promise<ImageParts> {
  const { address, physicalName: name } = target;
  const found = await sweepParts(context, name);
  return (
    found.find((parts) => parts.name === name) ?? {
      address,
      name,
      snapshots: [],
      builders: [],
      groups: [],
    }
  );
}

/** The bucket that a builder fetches its contents from: its group is created before any is stored. */
export function bucketOf({
  groups,
  builders,
}: Pick<ImageParts, "groups" | "builders">): string | undefined {
  return [...groups, ...builders]
    .map(({ Tags }) => toRecord(Tags)[bucketKey])
    .find((bucket) => bucket !== undefined);
}

/** The snapshots that the image lists. An unfinished image may list none. */
export function snapshotsOf(image: Image): string[] {
  return image.BlockDeviceMappings?.flatMap((each) => each.Ebs?.SnapshotId ?? []) ?? [];
}

/**
 * Snapshots with the name of a finished image that the image does not list: somebody deregistered an
 * earlier image of that name and left its snapshots.
 */
export function straySnapshots({
  image,
  snapshots,
}: Pick<ImageParts, "image" | "snapshots">): string[] {
  const own = image?.State === "available" ? snapshotsOf(image) : [];
  if (own.length === 0) return [];
  return idsOf(snapshots).filter((id) => !own.includes(id));
}

export function idsOf(snapshots: ImageParts["snapshots"]): string[] {
  return snapshots.flatMap((snapshot) => snapshot.SnapshotId ?? []);
}

function sweepImages(context: ResourceContext, further: Filter[]): Promise<Image[]> {
  return everyPage(
    paginateDescribeImages(
      { client: context.clients.ec2 },
      { Owners: ["self"], Filters: ownFilters(context, further), MaxResults: 1000 },
    ),
    (page) => page.Images,
  );
}

function sweepSnapshots(context: ResourceContext, further: Filter[]): Promise<Snapshot[]> {
  return everyPage(
    paginateDescribeSnapshots(
      { client: context.clients.ec2 },
      { OwnerIds: ["self"], Filters: ownFilters(context, further), MaxResults: 1000 },
    ),
    (page) => page.Snapshots,
  );
}

const advance: Readonly<Record<string, number>> = { stopped: 0, stopping: 1, running: 2 };

function furthestFirst(one: Instance, other: Instance): number {
  const place = ({ State, InstanceId }: Instance) =>
    `${advance[String(State?.Name)] ?? 3} ${InstanceId}`;
  return place(one) < place(other) ? -1 : 1;
}
