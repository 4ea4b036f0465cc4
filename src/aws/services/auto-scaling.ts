import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the Amazon EC2 Auto Scaling API Reference. */
export const autoScaling: AwsService = {
  name: "autoscaling",
  calls: ["ec2", "elasticloadbalancing"],
  endpointVariable: "AWS_ENDPOINT_URL_AUTO_SCALING",
  lists: {
    DescribeAutoScalingGroups: "AutoScalingGroups",
    DescribeInstanceRefreshes: "InstanceRefreshes",
    DescribeLifecycleHooks: "LifecycleHooks",
    DescribeLoadBalancers: "LoadBalancers",
    DescribeLoadBalancerTargetGroups: "LoadBalancerTargetGroups",
    DescribeNotificationConfigurations: "NotificationConfigurations",
    DescribePolicies: "ScalingPolicies",
    DescribeScheduledActions: "ScheduledUpdateGroupActions",
    DescribeScalingActivities: "Activities",
  },
  codes: {
    "not-found": ["ActiveInstanceRefreshNotFound", "ActiveInstanceRefreshNotFoundFault"],
    "in-use": ["ResourceInUse", "ResourceInUseFault"],
    "in-progress": [
      "InstanceRefreshInProgress",
      "InstanceRefreshInProgressFault",
      "ScalingActivityInProgress",
      "ScalingActivityInProgressFault",
      "ResourceContention",
      "ResourceContentionFault",
    ],
    quota: ["LimitExceededFault"],
  },
};
