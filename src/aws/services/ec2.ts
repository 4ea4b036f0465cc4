import type { AwsService } from "./service.ts";

/** The codes are from "Error codes for the Amazon EC2 API". */
export const ec2: AwsService = {
  name: "ec2",
  endpointVariable: "AWS_ENDPOINT_URL_EC2",
  lists: {
    DescribeImages: "Images",
    DescribeInstanceStatus: "InstanceStatuses",
    DescribeInstances: "Reservations",
    DescribeInstanceTypeOfferings: "InstanceTypeOfferings",
    DescribeInstanceTypes: "InstanceTypes",
    DescribeKeyPairs: "KeyPairs",
    DescribeLaunchTemplates: "LaunchTemplates",
    DescribeLaunchTemplateVersions: "LaunchTemplateVersions",
    DescribeNetworkInterfaces: "NetworkInterfaces",
    DescribeRouteTables: "RouteTables",
    DescribeSecurityGroupRules: "SecurityGroupRules",
    DescribeSecurityGroups: "SecurityGroups",
    DescribeSnapshots: "Snapshots",
    DescribeSubnets: "Subnets",
    DescribeTags: "Tags",
    DescribeVolumes: "Volumes",
    DescribeVpcEndpoints: "VpcEndpoints",
    RunInstances: "Instances",
  },
  codes: {
    // Also returned for a new object until all parts of EC2 know it.
    "not-found": ["InvalidAMIID.Unavailable", "InvalidLaunchTemplateId.VersionNotFound"],
    "in-use": ["DependencyViolation", "InvalidGroup.InUse", "InvalidSnapshot.InUse"],
    "in-progress": ["IncorrectInstanceState", "IncorrectState"],
    throttled: ["SnapshotCreationPerVolumeRateExceeded"],
    capacity: [
      "InsufficientInstanceCapacity",
      "InsufficientHostCapacity",
      "InsufficientCapacity",
      "Unsupported",
    ],
    account: ["PendingVerification", "Blocked"],
    // Of the KMS key that encrypts a volume.
    key: ["InvalidKMSKey.InvalidState", "Client.InvalidKMSKey.InvalidState"],
    quota: ["MaxSpotInstanceCountExceeded"],
    "token-spent": ["IdempotentInstanceTerminated"],
    "token-mismatch": ["IdempotentParameterMismatch"],
  },
};
