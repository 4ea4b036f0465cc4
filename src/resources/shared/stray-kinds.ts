import {
  DescribeKeyPairsCommand,
  paginateDescribeImages,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import { everyPage } from "../../aws/paging.ts";
import { stackKey } from "../../aws/tags.ts";
import { describeTemplates } from "../launch-template/live.ts";
import { describeSecurityGroups } from "../security-group/calls.ts";
import type { ResourceContext } from "./context.ts";
import { isPresent, sweepInstances } from "./instances.ts";
import { networkLookers } from "./network-strays.ts";
import { ownFilters } from "./owned.ts";

/** A kind of EC2 object that can carry the stack's tag. */
export interface Kind {
  /** The resource types whose sweep finds such an object. */
  readonly handled: readonly string[];
  /** Whether it may be part of an image, which the image tag then shows. */
  readonly byImage: boolean;
  /** Whether servers may need it, as a part of their network, although it has lost some of its tags. */
  readonly ofNetwork: boolean;
  /** The AWS CLI's operation that removes it, and its options. */
  remove(id: string): readonly [operation: string, options: Readonly<Record<string, string>>];
}

const known: Readonly<Record<string, Kind>> = {
  instance: kind("ec2 terminate-instances", "instance-ids", ["auto-scaling-group"], true),
  image: kind("ec2 deregister-image", "image-id", undefined, true),
  snapshot: kind("ec2 delete-snapshot", "snapshot-id", undefined, true),
  "security-group": kind("ec2 delete-security-group", "group-id", ["security-group"], true),
  "launch-template": kind("ec2 delete-launch-template", "launch-template-id", ["launch-template"]),
  "key-pair": kind("ec2 delete-key-pair", "key-pair-id", ["key-pair"]),
  vpc: part("ec2 delete-vpc", "vpc-id", "vpc"),
  subnet: part("ec2 delete-subnet", "subnet-id", "subnet"),
  "internet-gateway": part(
    "ec2 delete-internet-gateway",
    "internet-gateway-id",
    "internet-gateway",
  ),
  "route-table": part("ec2 delete-route-table", "route-table-id", "route-table"),
  "elastic-ip": part("ec2 release-address", "allocation-id", "address"),
  natgateway: part("ec2 delete-nat-gateway", "nat-gateway-id", "nat-gateway"),
  "vpc-endpoint": part("ec2 delete-vpc-endpoints", "vpc-endpoint-ids", "vpc-endpoint"),
  // A part of the VPC, whose address it has.
  "vpc-flow-log": kind("ec2 delete-flow-logs", "flow-log-ids", ["vpc"]),
  volume: kind("ec2 delete-volume", "volume-id"),
  "network-interface": kind("ec2 delete-network-interface", "network-interface-id"),
};

/** Kinds by EC2's name. For any other kind, only the tag can be removed. */
export const kinds = {
  of(type: string): Kind {
    return known[type] ?? other;
  },
};

const other: Kind = {
  handled: [],
  byImage: false,
  ofNetwork: false,
  remove: removeTag,
};

/** Takes an object out of the stack, and changes nothing else. */
export function removeTag(id: string): ReturnType<Kind["remove"]> {
  return ["ec2 delete-tags", { resources: id, tags: `Key=${stackKey}` }];
}

function kind(
  operation: string,
  option: string,
  handled: readonly string[] = [],
  byImage = false,
): Kind {
  return { handled, byImage, ofNetwork: false, remove: (id) => [operation, { [option]: id }] };
}

function part(operation: string, option: string, type: string): Kind {
  return { ...kind(operation, option, [type]), ofNetwork: true };
}

/**
 * Ids of the existing objects that carry the stack's tag. EC2 returns the tags of deleted objects
 * for some time. Undefined for a kind without a lookup here: then only the tag is known.
 *
 * @param attached Whether volumes and network interfaces of an instance count, which are deleted
 *   with it.
 */
export async function presentOf(
  context: ResourceContext,
  type: string,
  attached: boolean,
): Promise<ReadonlySet<string> | undefined> {
  const ids = await lookers[type]?.(context, attached);
  return ids && new Set(ids.filter((id) => id !== undefined));
}

type Look = (
  context: ResourceContext,
  attached: boolean,
) => Promise<readonly (string | undefined)[]>;

const lookers: Readonly<Record<string, Look>> = {
  ...networkLookers,
  async instance(context) {
    const found = await sweepInstances(context);
    return found.filter(isPresent).map(({ InstanceId }) => InstanceId);
  },
  async image(context) {
    const found = await everyPage(
      paginateDescribeImages(
        { client: context.clients.ec2 },
        { Owners: ["self"], Filters: ownFilters(context), MaxResults: 1000 },
      ),
      (page) => page.Images,
    );
    return found.map(({ ImageId }) => ImageId);
  },
  async snapshot(context) {
    const found = await everyPage(
      paginateDescribeSnapshots(
        { client: context.clients.ec2 },
        { OwnerIds: ["self"], Filters: ownFilters(context), MaxResults: 1000 },
      ),
      (page) => page.Snapshots,
    );
    return found.map(({ SnapshotId }) => SnapshotId);
  },
  async "security-group"(context) {
    const found = await describeSecurityGroups(context, ownFilters(context));
    return found.map(({ GroupId }) => GroupId);
  },
  async "launch-template"(context) {
    const found = await describeTemplates(context, ownFilters(context));
    return found.map(({ LaunchTemplateId }) => LaunchTemplateId);
  },
  async "key-pair"(context) {
    const command = new DescribeKeyPairsCommand({ Filters: ownFilters(context) });
    const { KeyPairs = [] } = await context.clients.ec2.send(command);
    return KeyPairs.map(({ KeyPairId }) => KeyPairId);
  },
  async volume(context, attached) {
    const found = await everyPage(
      paginateDescribeVolumes(
        { client: context.clients.ec2 },
        { Filters: ownFilters(context), MaxResults: 1000 },
      ),
      (page) => page.Volumes,
    );
    const others = ["deleting", "deleted", ...(attached ? [] : ["in-use", "creating"])];
    return found
      .filter(({ State = "" }) => !others.includes(State))
      .map(({ VolumeId }) => VolumeId);
  },
  async "network-interface"(context, attached) {
    const found = await everyPage(
      paginateDescribeNetworkInterfaces(
        { client: context.clients.ec2 },
        { Filters: ownFilters(context), MaxResults: 1000 },
      ),
      (page) => page.NetworkInterfaces,
    );
    return found
      .filter(({ Status }) => attached || Status === "available")
      .map(({ NetworkInterfaceId }) => NetworkInterfaceId);
  },
};
