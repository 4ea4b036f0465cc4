import type { Permissions } from "../../engine/resource.ts";

/** Whoever lets a group launch servers hands them their role ("Launch template support", the user guide). */
const passRole = { action: "iam:PassRole", service: "ec2.amazonaws.com" } as const;

/**
 * Of what is put into the group by calls of its own. The alarms of a target are made by Auto Scaling's own role
 * ("Service-linked roles for Amazon EC2 Auto Scaling", the user guide).
 */
const ofParts = [
  "autoscaling:PutScalingPolicy",
  "autoscaling:DeletePolicy",
  "autoscaling:PutScheduledUpdateGroupAction",
  "autoscaling:DeleteScheduledAction",
  "autoscaling:PutLifecycleHook",
  "autoscaling:PutNotificationConfiguration",
  "autoscaling:EnableMetricsCollection",
  "autoscaling:PutWarmPool",
  "autoscaling:SuspendProcesses",
] as const;

/** The IAM actions of an Auto Scaling group, its servers and what forwards requests to them. */
export const permissions: Permissions = {
  discover: [
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeLifecycleHooks",
    "autoscaling:DescribePolicies",
    "autoscaling:DescribeScheduledActions",
    "autoscaling:DescribeNotificationConfigurations",
    "cloudwatch:DescribeAlarms",
    "elasticloadbalancing:DescribeInstanceHealth",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    // AWS checks these with it ("Elastic Load Balancing API permissions", 2012-06-01).
    "ec2:DescribeClassicLinkInstances",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceStatus",
  ],
  create: [
    "autoscaling:CreateAutoScalingGroup",
    "autoscaling:CreateOrUpdateTags",
    "autoscaling:DescribeScalingActivities",
    ...ofParts,
    // A group with a launch template needs the permissions to launch its instances.
    "ec2:RunInstances",
    "ec2:CreateTags",
    passRole,
    // The first group of an account needs this once. Encrypting volumes with the account's default
    // key needs nothing beyond EC2's own grant.
    { action: "iam:CreateServiceLinkedRole", service: "autoscaling.amazonaws.com" },
    // The first Spot Instance of an account needs this once ("Service-linked role for Spot Instance requests").
    { action: "iam:CreateServiceLinkedRole", service: "spot.amazonaws.com" },
  ],
  update: [
    "autoscaling:UpdateAutoScalingGroup",
    "autoscaling:AttachLoadBalancers",
    "autoscaling:DetachLoadBalancers",
    "autoscaling:DescribeLoadBalancers",
    "autoscaling:AttachLoadBalancerTargetGroups",
    "autoscaling:DetachLoadBalancerTargetGroups",
    "autoscaling:DescribeLoadBalancerTargetGroups",
    "autoscaling:CreateOrUpdateTags",
    "autoscaling:DeleteTags",
    ...ofParts,
    "autoscaling:ResumeProcesses",
    "autoscaling:DeleteLifecycleHook",
    "autoscaling:DeleteNotificationConfiguration",
    "autoscaling:DisableMetricsCollection",
    "autoscaling:DeleteWarmPool",
    "autoscaling:StartInstanceRefresh",
    "autoscaling:DescribeInstanceRefreshes",
    "autoscaling:CancelInstanceRefresh",
    "elasticloadbalancing:RegisterInstancesWithLoadBalancer",
    "elasticloadbalancing:DeregisterInstancesFromLoadBalancer",
    "elasticloadbalancing:RegisterTargets",
    "elasticloadbalancing:DeregisterTargets",
    // AWS checks these with it (the same page).
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeClassicLinkInstances",
    "ec2:DescribeInstances",
    "ec2:DescribeVpcClassicLink",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "autoscaling:DescribeScalingActivities",
    "ec2:RunInstances",
    "ec2:CreateTags",
    passRole,
    "ec2:DeleteTags",
    "ec2:DescribeTags",
  ],
  delete: ["autoscaling:DeleteAutoScalingGroup"],
};
