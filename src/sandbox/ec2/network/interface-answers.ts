import { createHash } from "node:crypto";
import type { Region } from "../../region.ts";
import { domainOf } from "../../regions.ts";
import { tagList } from "../../tag-list.ts";
import { securityGroups } from "../security-groups/tables.ts";
import { interfaceStatus, type NetworkInterfaceRecord } from "./tables.ts";
import { hasDnsHostnames } from "./vpc-attributes.ts";

/** Amazon VPC User Guide, "DNS hostnames": names in us-east-1 do not contain the region. */
export function privateDnsName(regionName: string, address: string): string {
  const domain = regionName === "us-east-1" ? "ec2" : `${regionName}.compute`;
  return `ip-${address.replaceAll(".", "-")}.${domain}.internal`;
}

/** The DNS name of a public address (same page). */
export function publicDnsName(regionName: string, address: string): string {
  const domain = regionName === "us-east-1" ? "compute-1" : `${regionName}.compute`;
  return `ec2-${address.replaceAll(".", "-")}.${domain}.${domainOf(regionName)}`;
}

/** A network interface as DescribeNetworkInterfaces answers it. */
export function networkInterfaceAnswer(region: Region, item: Readonly<NetworkInterfaceRecord>) {
  return {
    ...common(region, item, true),
    AvailabilityZone: item.zone,
    InterfaceType: item.kind ?? "interface",
    RequesterId: item.requesterId,
    RequesterManaged: item.requesterId !== undefined,
    ...(interfaceStatus(item) === "in-use" && {
      Attachment: {
        ...attachment(item, true),
        InstanceId: item.instanceId,
        InstanceOwnerId:
          item.kind === undefined ? (item.requesterId ?? region.account) : "amazon-aws",
      },
    }),
    TagSet: tagList(item.tags),
  };
}

/** The interface of an instance in the form of RunInstances and DescribeInstances. */
export function instanceInterfaceAnswer(
  region: Region,
  item: Readonly<NetworkInterfaceRecord>,
  attached: boolean,
) {
  return {
    ...common(region, item, attached),
    InterfaceType: "interface",
    Attachment: attachment(item, attached),
  };
}

function common(region: Region, item: Readonly<NetworkInterfaceRecord>, attached: boolean) {
  const { privateAddress, publicAddress } = item;
  const association =
    publicAddress === undefined || !attached
      ? {}
      : {
          Association: {
            PublicIp: publicAddress,
            ...(hasDnsHostnames(region, item.vpcId) && {
              PublicDnsName: publicDnsName(region.name, publicAddress),
            }),
            IpOwnerId: item.elastic === undefined ? "amazon" : region.account,
            AllocationId: item.elastic?.allocationId,
            AssociationId: item.elastic?.associationId,
          },
        };
  const PrivateDnsName = privateDnsName(region.name, privateAddress);
  return {
    NetworkInterfaceId: item.id,
    Description: item.description,
    SubnetId: item.subnetId,
    VpcId: item.vpcId,
    OwnerId: region.account,
    Status: interfaceStatus(item),
    MacAddress: macAddress(item.id),
    SourceDestCheck: item.kind !== "nat_gateway",
    Groups: item.groupIds.map((id) => ({
      GroupId: id,
      GroupName: region.table(securityGroups).latest(id)?.name ?? "",
    })),
    PrivateIpAddress: privateAddress,
    PrivateDnsName,
    PrivateIpAddresses: [
      { Primary: true, PrivateIpAddress: privateAddress, PrivateDnsName, ...association },
    ],
    Ipv6Addresses: [],
    ...association,
  };
}

function attachment(item: Readonly<NetworkInterfaceRecord>, attached: boolean) {
  return {
    AttachmentId: item.attachmentId,
    AttachTime: new Date(item.attachTime),
    DeleteOnTermination: item.kind === undefined,
    DeviceIndex: item.kind === undefined ? 0 : 1,
    NetworkCardIndex: 0,
    Status: attached ? "attached" : "attaching",
  };
}

/** A locally administered address (the second digit), always the same for an interface. */
function macAddress(id: string): string {
  const digits = createHash("sha256").update(id).digest("hex").slice(0, 10);
  return ["02", ...(digits.match(/../g) ?? [])].join(":");
}
