import { AwsError } from "../../error.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

export interface VpcRecord {
  readonly id: string;
  readonly cidrBlock: string;
  readonly isDefault: boolean;
  /** These two are optional. Default: AWS's default for the kind of VPC. */
  dnsSupport?: boolean;
  dnsHostnames?: boolean;
  tags: Tags;
}

export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly cidrBlock: string;
  readonly defaultForZone: boolean;
  publicAddresses: boolean;
  /** The host part of the next private address. AWS reserves the first four. */
  nextHost: number;
  tags: Tags;
}

/** An address in a subnet with its security groups: of an instance, or of a load balancer's node. */
export interface NetworkInterfaceRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly description: string;
  readonly privateAddress: string;
  publicAddress?: string;
  groupIds: string[];
  readonly attachmentId?: string;
  readonly instanceId?: string;
  /**
   * The AWS service that created it, for example `amazon-elb`. Such an interface cannot be deleted
   * by hand.
   */
  readonly requesterId?: string;
  /** `InterfaceType`, where it is not a plain `interface`. */
  readonly kind?: ServiceInterface;
  /** The Elastic IP address that is its public address. */
  readonly elastic?: ElasticAssociation;
  readonly attachTime: number;
  tags: Tags;
}

export type ServiceInterface = "nat_gateway" | "vpc_endpoint";

export interface ElasticAssociation {
  readonly allocationId: string;
  readonly associationId: string;
}

export const vpcs = defineTable<VpcRecord>("vpc", (vpc, id) => ({
  id,
  state: "available",
  tags: vpc.tags,
}));

export const subnets = defineTable<SubnetRecord>("subnet", (subnet, id) => ({
  id,
  state: "available",
  tags: subnet.tags,
}));

/** @throws AwsError when there is none of that id. */
export function requireVpc(region: Region, id = ""): VpcRecord {
  const vpc = region.table(vpcs).use(id);
  if (vpc !== undefined) return vpc;
  throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
}

/** @throws AwsError when there is none of that id. */
export function requireSubnet(region: Region, id = ""): SubnetRecord {
  const subnet = region.table(subnets).use(id);
  if (subnet !== undefined) return subnet;
  throw new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
}

export const networkInterfaces = defineTable<NetworkInterfaceRecord>(
  "network-interface",
  (networkInterface, id) => ({
    id,
    name: networkInterface.description,
    state: interfaceStatus(networkInterface),
    tags: networkInterface.tags,
  }),
);

/** Whether it is attached to something. */
export function interfaceStatus(item: Readonly<NetworkInterfaceRecord>): "available" | "in-use" {
  const { attachmentId, instanceId, requesterId } = item;
  return (attachmentId ?? instanceId ?? requesterId) === undefined ? "available" : "in-use";
}

export interface NetworkInterfaceRequest {
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly description: string;
  readonly publicAddress: boolean;
  readonly instanceId?: string;
  readonly requesterId?: string;
  /** Undefined: attached to the object that it was created for. */
  readonly attached?: false;
  readonly kind?: ServiceInterface;
  /** An Elastic IP address instead of any public address. */
  readonly elastic?: ElasticAssociation & { readonly publicAddress: string };
  readonly tags?: Tags;
}

/** Creates an interface with the next private address of the subnet. The subnet must exist. */
export function createNetworkInterface(
  region: Region,
  request: NetworkInterfaceRequest,
): NetworkInterfaceRecord {
  const subnet = region.table(subnets).latest(request.subnetId);
  if (subnet === undefined) throw new Error(`The subnet ${request.subnetId} does not exist.`);
  const { instanceId, requesterId, kind, elastic } = request;
  const attachment = kind === undefined ? "eni-attach" : "ela-attach";
  const record: NetworkInterfaceRecord = {
    id: region.id("eni"),
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    description: request.description,
    privateAddress: addressIn(subnet.cidrBlock, subnet.nextHost),
    groupIds: [...request.groupIds],
    attachTime: region.now,
    tags: request.tags ?? {},
    ...(request.attached === false ? {} : { attachmentId: region.id(attachment) }),
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(requesterId === undefined ? {} : { requesterId }),
    ...(request.publicAddress ? { publicAddress: publicAddress(region) } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(elastic === undefined ? {} : elasticPart(elastic)),
  };
  subnet.nextHost += 1;
  return region.table(networkInterfaces).add(record.id, record);
}

function elasticPart({
  publicAddress,
  ...association
}: NonNullable<NetworkInterfaceRequest["elastic"]>) {
  return { publicAddress, elastic: association };
}

/** AWS reserves five addresses of each subnet ("Subnet sizing", Amazon VPC User Guide). */
export function freeAddresses(
  region: Region,
  { id, cidrBlock }: Pick<SubnetRecord, "id" | "cidrBlock">,
): number {
  const used = region
    .table(networkInterfaces)
    .all()
    .filter(({ subnetId }) => subnetId === id).length;
  return Math.max(0, 2 ** (32 - Number(cidrBlock.split("/")[1])) - 5 - used);
}

/**
 * Blocks such as 203.0.113.0/24 are reserved for documentation (RFC 5737), so they belong to
 * nobody.
 */
export function publicAddress(region: Region): string {
  const networks = ["192.0.2", "198.51.100", "203.0.113"];
  const network = networks[Math.floor(region.random.next() * networks.length)];
  return `${network}.${1 + Math.floor(region.random.next() * 254)}`;
}

function addressIn(cidrBlock: string, host: number): string {
  const [network = "", bits = "32"] = cidrBlock.split("/");
  const base = network.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  // Addresses repeat when a subnet is used up.
  const size = 2 ** (32 - Number(bits));
  const address = base + 4 + ((host - 4) % (size - 5));
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export interface Zone {
  /** `ap-southeast-2a`. */
  readonly name: string;
  /** `apse2-az1`. */
  readonly id: string;
}

/** The zones of a region. Most regions have at least three, so the sandbox has three. */
export function zonesOf(regionName: string): Zone[] {
  // ap-southeast-2 is apse2, us-east-1 is use1, us-gov-west-1 is usgw1.
  const short = regionName
    .split("-")
    .map((part, index) =>
      index === 0
        ? part
        : part.replace(/(north|south|east|west|central|gov)/g, (word) => word.charAt(0)),
    )
    .join("");
  return ["a", "b", "c"].map((letter, index) => ({
    name: `${regionName}${letter}`,
    id: `${short}-az${index + 1}`,
  }));
}
