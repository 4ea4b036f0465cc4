import type {
  DescribeAccountAttributesRequest,
  DescribeAvailabilityZonesRequest,
  DescribeNetworkInterfacesRequest,
  DescribeRegionsRequest,
  DescribeSubnetsRequest,
  DescribeVpcsRequest,
} from "@aws-sdk/client-ec2";
import {
  DescribeAccountAttributes$,
  DescribeAvailabilityZones$,
  DescribeNetworkInterfaces$,
  DescribeRegions$,
  DescribeSubnets$,
  DescribeVpcs$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { filtered } from "../../filters.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { domainOf, regionsBeside } from "../../regions.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { addressQuota } from "./address-tables.ts";
import { networkInterfaceAnswer } from "./interface-answers.ts";
import {
  freeAddresses,
  interfaceStatus,
  networkInterfaces,
  type SubnetRecord,
  subnets,
  type VpcRecord,
  vpcs,
  zonesOf,
} from "./tables.ts";

const describeVpcs = operation<DescribeVpcsRequest>(
  DescribeVpcs$,
  ["VpcIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(vpcs), input, {
      ids: input.VpcIds,
      notFound: (id) => new AwsError("InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`),
      minimum: 5,
      filters: {
        "vpc-id": (vpc) => vpc.id,
        cidr: (vpc) => vpc.cidrBlock,
        "cidr-block-association.cidr-block": (vpc) => vpc.cidrBlock,
        "is-default": (vpc) => vpc.isDefault,
        isDefault: (vpc) => vpc.isDefault,
        "owner-id": () => region.account,
        state: () => "available",
      },
    });
    return { Vpcs: items.map((vpc) => vpcAnswer(region, vpc)), NextToken: nextToken };
  },
);

export function vpcAnswer(region: Region, vpc: Readonly<VpcRecord>) {
  return {
    VpcId: vpc.id,
    CidrBlock: vpc.cidrBlock,
    CidrBlockAssociationSet: [
      {
        AssociationId: vpc.id.replace("vpc-", "vpc-cidr-assoc-"),
        CidrBlock: vpc.cidrBlock,
        CidrBlockState: { State: "associated" },
      },
    ],
    IsDefault: vpc.isDefault,
    State: "available",
    OwnerId: region.account,
    InstanceTenancy: "default",
    DhcpOptionsId: vpc.id.replace("vpc", "dopt"),
    Tags: tagList(vpc.tags),
  };
}

const describeSubnets = operation<DescribeSubnetsRequest>(
  DescribeSubnets$,
  ["SubnetIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(subnets), input, {
      ids: input.SubnetIds,
      notFound: (id) =>
        new AwsError("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`),
      minimum: 5,
      filters: {
        "subnet-id": (subnet) => subnet.id,
        "vpc-id": (subnet) => subnet.vpcId,
        "availability-zone": (subnet) => subnet.zone,
        availabilityZone: (subnet) => subnet.zone,
        "availability-zone-id": (subnet) => subnet.zoneId,
        "cidr-block": (subnet) => subnet.cidrBlock,
        "default-for-az": (subnet) => subnet.defaultForZone,
        defaultForAz: (subnet) => subnet.defaultForZone,
        "map-public-ip-on-launch": (subnet) => subnet.publicAddresses,
        "owner-id": () => region.account,
        state: () => "available",
      },
    });
    return { Subnets: items.map((subnet) => subnetAnswer(region, subnet)), NextToken: nextToken };
  },
);

export function subnetAnswer(region: Region, subnet: Readonly<SubnetRecord>) {
  return {
    SubnetId: subnet.id,
    SubnetArn: `arn:${region.partition}:ec2:${region.name}:${region.account}:subnet/${subnet.id}`,
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidrBlock,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: subnet.zoneId,
    AvailableIpAddressCount: freeAddresses(region, subnet),
    DefaultForAz: subnet.defaultForZone,
    MapPublicIpOnLaunch: subnet.publicAddresses,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    EnableDns64: false,
    MapCustomerOwnedIpOnLaunch: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: "ip-name",
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: "off" },
    State: "available",
    OwnerId: region.account,
    Tags: tagList(subnet.tags),
  };
}

const describeAvailabilityZones = operation<DescribeAvailabilityZonesRequest>(
  DescribeAvailabilityZones$,
  ["ZoneNames", "ZoneIds", "Filters", "AllAvailabilityZones"],
  (region, input) => {
    const zones = zonesOf(region.name);
    for (const name of input.ZoneNames ?? []) {
      if (!zones.some((zone) => zone.name === name)) {
        throw invalidValue(`Invalid availability zone: [${name}]`);
      }
    }
    for (const id of input.ZoneIds ?? []) {
      if (!zones.some((zone) => zone.id === id)) {
        throw invalidValue(`Invalid availability zone-id: [${id}]`);
      }
    }
    const chosen = zones.filter(
      (zone) =>
        (input.ZoneNames ?? [zone.name]).includes(zone.name) &&
        (input.ZoneIds ?? [zone.id]).includes(zone.id),
    );
    const matching = filtered(chosen, input.Filters, {
      "zone-name": (zone) => zone.name,
      "zone-id": (zone) => zone.id,
      "zone-type": () => "availability-zone",
      "region-name": () => region.name,
      "group-name": () => region.name,
      "opt-in-status": () => "opt-in-not-required",
      state: () => "available",
    });
    return {
      AvailabilityZones: matching.map((zone) => ({
        ZoneName: zone.name,
        ZoneId: zone.id,
        ZoneType: "availability-zone",
        RegionName: region.name,
        GroupName: region.name,
        NetworkBorderGroup: region.name,
        OptInStatus: "opt-in-not-required",
        State: "available",
        Messages: [],
      })),
    };
  },
);

const describeRegions = operation<DescribeRegionsRequest>(
  DescribeRegions$,
  ["RegionNames", "Filters", "AllRegions"],
  (region, input) => {
    const all = regionsBeside(region.name).map(({ name, isOptIn }) => ({
      RegionName: name,
      Endpoint: `ec2.${name}.${domainOf(name)}`,
      OptInStatus: isOptIn ? "opted-in" : "opt-in-not-required",
    }));
    for (const name of input.RegionNames ?? []) {
      if (!all.some(({ RegionName }) => RegionName === name)) {
        throw invalidValue(`Invalid region provided: ${name}`);
      }
    }
    const chosen = all.filter(({ RegionName }) => input.RegionNames?.includes(RegionName) ?? true);
    return {
      Regions: filtered(chosen, input.Filters, {
        "region-name": ({ RegionName }) => RegionName,
        endpoint: ({ Endpoint }) => Endpoint,
        "opt-in-status": ({ OptInStatus }) => OptInStatus,
      }),
    };
  },
);

const describeNetworkInterfaces = operation<DescribeNetworkInterfacesRequest>(
  DescribeNetworkInterfaces$,
  ["NetworkInterfaceIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(networkInterfaces), input, {
      ids: input.NetworkInterfaceIds,
      notFound: (id) =>
        new AwsError(
          "InvalidNetworkInterfaceID.NotFound",
          `The networkInterface ID '${id}' does not exist`,
        ),
      minimum: 5,
      filters: {
        "network-interface-id": (item) => item.id,
        "group-id": (item) => item.groupIds,
        "subnet-id": (item) => item.subnetId,
        "vpc-id": (item) => item.vpcId,
        "availability-zone": (item) => item.zone,
        description: (item) => item.description,
        "attachment.instance-id": (item) => item.instanceId,
        "private-ip-address": (item) => item.privateAddress,
        "interface-type": (item) => item.kind ?? "interface",
        "association.allocation-id": (item) => item.elastic?.allocationId,
        "association.public-ip": (item) => item.publicAddress,
        "requester-id": (item) => item.requesterId,
        "requester-managed": (item) => item.requesterId !== undefined,
        "owner-id": () => region.account,
        status: interfaceStatus,
      },
    });
    return {
      NetworkInterfaces: items.map((item) => networkInterfaceAnswer(region, item)),
      NextToken: nextToken,
    };
  },
);

/** The values of a new account, for the attributes in Amazon EC2's API reference. */
const ATTRIBUTES: Readonly<Record<string, (region: Region) => string>> = {
  "supported-platforms": () => "VPC",
  "default-vpc": (region) =>
    region
      .table(vpcs)
      .list()
      .find((vpc) => vpc.isDefault)?.id ?? "none",
  "max-instances": () => "20",
  "vpc-max-security-groups-per-interface": () => "5",
  "max-elastic-ips": (region) => String(region.quota(addressQuota)),
  "vpc-max-elastic-ips": (region) => String(region.quota(addressQuota)),
};

const describeAccountAttributes = operation<DescribeAccountAttributesRequest>(
  DescribeAccountAttributes$,
  ["AttributeNames"],
  (region, input) => {
    const names: readonly string[] = input.AttributeNames ?? Object.keys(ATTRIBUTES);
    return {
      AccountAttributes: names.map((name) => {
        const value = ATTRIBUTES[name];
        if (value === undefined) {
          throw invalidValue(`Value (${name}) for parameter attributeName is invalid.`);
        }
        return { AttributeName: name, AttributeValues: [{ AttributeValue: value(region) }] };
      }),
    };
  },
);

export const networkOperations = [
  describeVpcs,
  describeSubnets,
  describeAvailabilityZones,
  describeRegions,
  describeNetworkInterfaces,
  describeAccountAttributes,
];
