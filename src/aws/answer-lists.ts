import { AnswerError, notAws } from "./answer-error.ts";
import { destinationOfAnswer } from "./destination.ts";

/**
 * The main list of an operation's answer. When no objects exist, AWS sends an empty list and the SDK
 * returns an empty array. When the element is missing, the answer is incomplete.
 */
export const answeredLists: Readonly<Record<string, string>> = {
  "autoscaling:DescribeAutoScalingGroups": "AutoScalingGroups",
  "autoscaling:DescribeInstanceRefreshes": "InstanceRefreshes",
  "autoscaling:DescribeLifecycleHooks": "LifecycleHooks",
  "autoscaling:DescribeScalingActivities": "Activities",
  "ec2:DescribeImages": "Images",
  "ec2:DescribeInstanceStatus": "InstanceStatuses",
  "ec2:DescribeInstances": "Reservations",
  "ec2:DescribeInstanceTypeOfferings": "InstanceTypeOfferings",
  "ec2:DescribeKeyPairs": "KeyPairs",
  "ec2:DescribeLaunchTemplates": "LaunchTemplates",
  "ec2:DescribeLaunchTemplateVersions": "LaunchTemplateVersions",
  "ec2:DescribeNetworkInterfaces": "NetworkInterfaces",
  "ec2:DescribeRouteTables": "RouteTables",
  "ec2:DescribeSecurityGroupRules": "SecurityGroupRules",
  "ec2:DescribeSecurityGroups": "SecurityGroups",
  "ec2:DescribeSnapshots": "Snapshots",
  "ec2:DescribeSubnets": "Subnets",
  "ec2:DescribeTags": "Tags",
  "ec2:DescribeVolumes": "Volumes",
  "ec2:RunInstances": "Instances",
  "elasticloadbalancing:DescribeInstanceHealth": "InstanceStates",
  "elasticloadbalancing:DescribeLoadBalancers": "LoadBalancerDescriptions",
  "elasticloadbalancing:DescribeTags": "TagDescriptions",
};

/**
 * Checks that an answer has its main list, because without it nothing is known about existing objects.
 * `operation` is in IAM's notation.
 *
 * @throws AnswerError when the list is missing.
 */
export function requireList(operation: string, output: object, response: unknown): void {
  const list = answeredLists[operation];
  if (list === undefined || Array.isArray(Reflect.get(output, list))) return;
  const what = `the answer to ${operation} has no list of ${list}, not even an empty one`;
  const destination = destinationOfAnswer(response);
  throw destination === undefined
    ? new Error(what)
    : new AnswerError(notAws(destination, what), { destination });
}
