import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  ImportKeyPairCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createGroup, serving } from "./auto-scaling/web-group.ts";
import { type Account, buildTier, openAccount } from "./tier.ts";

/**
 * What the real AWS sends for such objects: each member was in at least nine of ten recorded answers
 * of the real AWS (2016 to 2026), or is named with its reason. A path leads to objects; `[]` is each
 * one of a list. A client that was written against AWS may rely on every one of them.
 */
const recorded: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DescribeAutoScalingGroups: {
    "AutoScalingGroups[]":
      "AutoScalingGroupARN AutoScalingGroupName AvailabilityZones CreatedTime DefaultCooldown DesiredCapacity EnabledMetrics HealthCheckGracePeriod HealthCheckType Instances LoadBalancerNames MaxSize MinSize NewInstancesProtectedFromScaleIn SuspendedProcesses Tags TerminationPolicies VPCZoneIdentifier",
    "AutoScalingGroups[].Instances[]":
      "AvailabilityZone HealthStatus InstanceId LifecycleState ProtectedFromScaleIn",
    "AutoScalingGroups[].Instances[].LaunchTemplate": "LaunchTemplateId LaunchTemplateName Version",
    "AutoScalingGroups[].LaunchTemplate": "LaunchTemplateId LaunchTemplateName Version",
  },
  DescribeImages: {
    "Images[]":
      "Architecture BlockDeviceMappings CreationDate Hypervisor ImageId ImageLocation ImageType Name OwnerId Public RootDeviceName RootDeviceType SriovNetSupport State VirtualizationType",
    "Images[].BlockDeviceMappings[].Ebs":
      "DeleteOnTermination Encrypted SnapshotId VolumeSize VolumeType",
  },
  DescribeInstances: {
    "Reservations[]": "Groups Instances OwnerId ReservationId",
    "Reservations[].Instances[]":
      "AmiLaunchIndex Architecture BlockDeviceMappings ClientToken EbsOptimized Hypervisor ImageId InstanceId InstanceType LaunchTime Monitoring NetworkInterfaces Placement PrivateDnsName ProductCodes PublicDnsName RootDeviceName RootDeviceType SecurityGroups State StateTransitionReason VirtualizationType",
    "Reservations[].Instances[].BlockDeviceMappings[].Ebs":
      "AttachTime DeleteOnTermination Status VolumeId",
    "Reservations[].Instances[].MetadataOptions":
      "HttpEndpoint HttpPutResponseHopLimit HttpTokens State",
    "Reservations[].Instances[].NetworkInterfaces[]":
      "Attachment Description Groups MacAddress NetworkInterfaceId OwnerId PrivateIpAddress PrivateIpAddresses SourceDestCheck Status SubnetId VpcId",
    "Reservations[].Instances[].NetworkInterfaces[].Association":
      "IpOwnerId PublicDnsName PublicIp",
    "Reservations[].Instances[].NetworkInterfaces[].Attachment":
      "AttachTime AttachmentId DeleteOnTermination DeviceIndex Status",
    "Reservations[].Instances[].NetworkInterfaces[].PrivateIpAddresses[]":
      "Primary PrivateIpAddress",
    "Reservations[].Instances[].Placement": "AvailabilityZone GroupName Tenancy",
    "Reservations[].Instances[].State": "Code Name",
  },
  DescribeKeyPairs: { "KeyPairs[]": "KeyFingerprint KeyName" },
  DescribeLaunchTemplateVersions: {
    "LaunchTemplateVersions[]":
      "CreateTime CreatedBy DefaultVersion LaunchTemplateData LaunchTemplateId LaunchTemplateName VersionNumber",
    "LaunchTemplateVersions[].LaunchTemplateData": "ImageId InstanceType",
  },
  DescribeLaunchTemplates: {
    "LaunchTemplates[]":
      "CreateTime CreatedBy DefaultVersionNumber LatestVersionNumber LaunchTemplateId LaunchTemplateName",
  },
  DescribeNetworkInterfaces: {
    "NetworkInterfaces[]":
      "AvailabilityZone Description Groups Ipv6Addresses MacAddress NetworkInterfaceId OwnerId PrivateIpAddress PrivateIpAddresses RequesterManaged SourceDestCheck Status SubnetId TagSet VpcId",
    "NetworkInterfaces[].Association": "IpOwnerId PublicDnsName PublicIp",
    "NetworkInterfaces[].Attachment":
      "AttachmentId DeleteOnTermination DeviceIndex InstanceOwnerId Status",
    "NetworkInterfaces[].PrivateIpAddresses[]": "Primary PrivateIpAddress",
    "NetworkInterfaces[].PrivateIpAddresses[].Association": "IpOwnerId PublicDnsName PublicIp",
  },
  DescribeSecurityGroups: {
    "SecurityGroups[]":
      "Description GroupId GroupName IpPermissions IpPermissionsEgress OwnerId VpcId",
    "SecurityGroups[].IpPermissions[]":
      "IpProtocol IpRanges Ipv6Ranges PrefixListIds UserIdGroupPairs",
    "SecurityGroups[].IpPermissions[].UserIdGroupPairs[]": "GroupId UserId",
  },
  DescribeSnapshots: {
    "Snapshots[]":
      "Description Encrypted OwnerId Progress SnapshotId StartTime State VolumeId VolumeSize",
  },
  DescribeSubnets: {
    "Subnets[]":
      "AssignIpv6AddressOnCreation AvailabilityZone AvailableIpAddressCount CidrBlock DefaultForAz Ipv6CidrBlockAssociationSet MapPublicIpOnLaunch State SubnetId VpcId",
  },
  DescribeVolumes: {
    "Volumes[]":
      "Attachments AvailabilityZone CreateTime Encrypted Iops Size SnapshotId State VolumeId VolumeType",
    "Volumes[].Attachments[]": "AttachTime DeleteOnTermination Device InstanceId State VolumeId",
  },
  DescribeVpcs: {
    "Vpcs[]": "CidrBlock DhcpOptionsId InstanceTenancy IsDefault State VpcId",
    "Vpcs[].CidrBlockAssociationSet[]": "AssociationId CidrBlock CidrBlockState",
  },
  DescribeLoadBalancers: {
    "LoadBalancerDescriptions[]":
      "AvailabilityZones BackendServerDescriptions CanonicalHostedZoneNameID CreatedTime DNSName HealthCheck Instances ListenerDescriptions LoadBalancerName Policies Scheme SecurityGroups SourceSecurityGroup Subnets VPCId",
    "LoadBalancerDescriptions[].Policies":
      "AppCookieStickinessPolicies LBCookieStickinessPolicies OtherPolicies",
    "LoadBalancerDescriptions[].SourceSecurityGroup": "GroupName OwnerAlias",
  },
  // ResourceArn, which most recordings have, is of the newer load balancers: the classic API has none.
  DescribeTags: { "TagDescriptions[]": "LoadBalancerName Tags" },
};

/** In fewer recordings, since AWS has had them only for some years: every such object has them today. */
const newer: typeof recorded = {
  // API reference, `Instance` of Auto Scaling.
  DescribeAutoScalingGroups: {
    "AutoScalingGroups[]": "DeletionProtection",
    "AutoScalingGroups[].Instances[]": "AvailabilityZoneId ImageId",
  },
  // API reference, `Image`: of one that CreateImage made.
  DescribeImages: {
    "Images[]": "DeregistrationProtection SourceInstanceId SourceImageId SourceImageRegion",
  },
  DescribeInstances: {
    "Reservations[].Instances[]":
      "CapacityReservationSpecification CpuOptions CurrentInstanceBootMode EnclaveOptions EnaSupport HibernationOptions MaintenanceOptions MetadataOptions NetworkPerformanceOptions Operator PlatformDetails PrivateDnsNameOptions UsageOperation UsageOperationUpdateTime",
    // Not recorded where a VPC's DNS is switched off; the interface's kind came in 2019.
    "Reservations[].Instances[].NetworkInterfaces[]": "InterfaceType Ipv6Addresses PrivateDnsName",
    "Reservations[].Instances[].NetworkInterfaces[].PrivateIpAddresses[]": "PrivateDnsName",
    "Reservations[].Instances[].Placement": "AvailabilityZoneId",
  },
  // API reference, `KeyPairInfo`.
  DescribeKeyPairs: { "KeyPairs[]": "KeyType CreateTime KeyPairId" },
  DescribeNetworkInterfaces: {
    "NetworkInterfaces[]": "InterfaceType PrivateDnsName",
    "NetworkInterfaces[].Attachment": "NetworkCardIndex",
  },
  DescribeSubnets: {
    "Subnets[]":
      "BlockPublicAccessStates EnableDns64 Ipv6Native MapCustomerOwnedIpOnLaunch PrivateDnsNameOptionsOnLaunch",
  },
};

const answers = new Map<string, object>();

beforeAll(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  const [instance] = await serving(account, 2);
  await account.ec2.send(new CreateImageCommand({ Name: "made", InstanceId: instance }));
  const PublicKeyMaterial = Buffer.from(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6HnTf7s8Z8cFzYb0ZCdvf6sBMsNOHGSpmTsMnL7iZl",
  );
  await account.ec2.send(new ImportKeyPairCommand({ KeyName: "key", PublicKeyMaterial }));
  account.pass(600);
  for (const [name, answer] of await everything(account)) answers.set(name, answer);
});

afterAll(() => {
  vi.useRealTimers();
});

async function everything({
  ec2,
  autoScaling,
  loadBalancing,
}: Account): Promise<[string, object][]> {
  return [
    ["DescribeAutoScalingGroups", await autoScaling.send(new DescribeAutoScalingGroupsCommand({}))],
    ["DescribeImages", await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }))],
    ["DescribeInstances", await ec2.send(new DescribeInstancesCommand({}))],
    ["DescribeKeyPairs", await ec2.send(new DescribeKeyPairsCommand({}))],
    ["DescribeLaunchTemplates", await ec2.send(new DescribeLaunchTemplatesCommand({}))],
    [
      "DescribeLaunchTemplateVersions",
      await ec2.send(new DescribeLaunchTemplateVersionsCommand({ Versions: ["$Latest"] })),
    ],
    ["DescribeNetworkInterfaces", await ec2.send(new DescribeNetworkInterfacesCommand({}))],
    ["DescribeSecurityGroups", await ec2.send(new DescribeSecurityGroupsCommand({}))],
    ["DescribeSnapshots", await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }))],
    ["DescribeSubnets", await ec2.send(new DescribeSubnetsCommand({}))],
    ["DescribeVolumes", await ec2.send(new DescribeVolumesCommand({}))],
    ["DescribeVpcs", await ec2.send(new DescribeVpcsCommand({}))],
    ["DescribeLoadBalancers", await loadBalancing.send(new DescribeLoadBalancersCommand({}))],
    [
      "DescribeTags",
      await loadBalancing.send(new DescribeTagsCommand({ LoadBalancerNames: ["front"] })),
    ],
  ];
}

/** The objects that a path leads to. */
function objectsAt(from: object, path: string): object[] {
  let found: unknown[] = [from];
  for (const step of path.split(".")) {
    found = found.flatMap((each) => {
      const inner: unknown = Reflect.get(Object(each), step.replace("[]", ""));
      return Array.isArray(inner) ? inner : inner === undefined ? [] : [inner];
    });
  }
  return found.filter((each) => typeof each === "object" && each !== null);
}

const cases = [recorded, newer].flatMap((table) =>
  Object.entries(table).flatMap(([operation, paths]) =>
    Object.entries(paths).map(([path, members]) => ({ operation, path, members })),
  ),
);

describe("an answer has what the real AWS sends", () => {
  test.each(cases)("$operation, $path: $members", ({ operation, path, members }) => {
    const objects = objectsAt(answers.get(operation) ?? {}, path);
    expect(objects.length).toBeGreaterThan(0);
    for (const each of objects) {
      const absent = members.split(" ").filter((name) => Reflect.get(each, name) === undefined);
      expect(absent).toEqual([]);
    }
  });
});

test("the members that tell where something is are of AWS's form", () => {
  const [instance] = objectsAt(
    answers.get("DescribeInstances") ?? {},
    "Reservations[].Instances[]",
  );
  expect(instance).toMatchObject({
    ClientToken: "",
    ProductCodes: [],
    PrivateDnsName: expect.stringMatching(/^ip-172-31-\d+-\d+\.ap-southeast-2\.compute\.internal$/),
    NetworkInterfaces: [
      {
        MacAddress: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
        Attachment: { Status: "attached", DeviceIndex: 0, DeleteOnTermination: true },
        Association: {
          PublicDnsName: expect.stringMatching(
            /^ec2-\d+-\d+-\d+-\d+\.ap-southeast-2\.compute\.amazonaws\.com$/,
          ),
        },
      },
    ],
  });
  expect(answers.get("DescribeLoadBalancers")).toMatchObject({
    LoadBalancerDescriptions: [{ CanonicalHostedZoneNameID: "Z1GM3OXH4ZPM65" }],
  });
});
