/**
 * Actions that AWS demands of a caller besides the operation's own, by operation: "Elastic Load Balancing
 * API permissions" (the 2012-06-01 API) and "Elastic Load Balancing API permissions to tag resources
 * during creation"; for groups "Control Amazon EC2 launch template usage in Auto Scaling groups".
 */
export const checkedBesides: Readonly<Record<string, readonly string[]>> = {
  CreateLoadBalancer: [
    "ec2:CreateSecurityGroup",
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "iam:CreateServiceLinkedRole",
    "elasticloadbalancing:AddTags",
  ],
  DescribeLoadBalancers: ["ec2:DescribeSecurityGroups"],
  ApplySecurityGroupsToLoadBalancer: [
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeSecurityGroups",
  ],
  AttachLoadBalancerToSubnets: ["ec2:DescribeSubnets"],
  DescribeInstanceHealth: ["ec2:DescribeClassicLinkInstances", "ec2:DescribeInstances"],
  RegisterInstancesWithLoadBalancer: [
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeClassicLinkInstances",
    "ec2:DescribeInstances",
    "ec2:DescribeVpcClassicLink",
  ],
  // With a role in the launch template, iam:PassRole, too.
  CreateAutoScalingGroup: [
    "ec2:CreateTags",
    "ec2:RunInstances",
    "iam:CreateServiceLinkedRole",
    "iam:PassRole",
  ],
  UpdateAutoScalingGroup: ["ec2:CreateTags", "ec2:RunInstances", "iam:PassRole"],
  StartInstanceRefresh: ["ec2:CreateTags", "ec2:RunInstances", "iam:PassRole"],
  // "CreateRole", "CreateInstanceProfile" and "AddRoleToInstanceProfile", IAM API Reference.
  CreateRole: ["iam:TagRole"],
  CreateInstanceProfile: ["iam:TagInstanceProfile"],
  AddRoleToInstanceProfile: ["iam:PassRole"],
  // "CreateBucket", Amazon S3 API Reference: with tags in the request.
  CreateBucket: ["s3:TagResource", "s3:PutBucketOwnershipControls"],
  DeleteObjects: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  // Whoever signs an address needs what it allows.
  PutObject: ["s3:GetObject"],
};

/** The actions of S3's operations that are not named like them: "Actions, resources, and condition keys for Amazon S3". */
export const namedOtherwise: Readonly<Record<string, string>> = {
  DeleteObjects: "s3:DeleteObject",
  GetBucketEncryption: "s3:GetEncryptionConfiguration",
  GetObjectLockConfiguration: "s3:GetBucketObjectLockConfiguration",
  GetPublicAccessBlock: "s3:GetBucketPublicAccessBlock",
  ListBuckets: "s3:ListAllMyBuckets",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
  ListObjectVersions: "s3:ListBucketVersions",
  ListObjectsV2: "s3:ListBucket",
  PutBucketEncryption: "s3:PutEncryptionConfiguration",
  PutPublicAccessBlock: "s3:PutBucketPublicAccessBlock",
};
