import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the Elastic Load Balancing API Reference 2012-06-01. */
export const loadBalancing: AwsService = {
  name: "elasticloadbalancing",
  calls: ["ec2"],
  endpointVariable: "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING",
  lists: {
    DescribeInstanceHealth: "InstanceStates",
    DescribeLoadBalancers: "LoadBalancerDescriptions",
    DescribeTags: "TagDescriptions",
  },
  codes: {
    "not-found": [
      "LoadBalancerNotFound",
      "AccessPointNotFoundException",
      "InvalidInstance",
      "InvalidEndPointException",
      "InvalidSecurityGroup",
      "InvalidSecurityGroupException",
      "SubnetNotFound",
      "SubnetNotFoundException",
    ],
    "already-exists": [
      "DuplicateLoadBalancerName",
      "DuplicateAccessPointNameException",
      "DuplicateListener",
      "DuplicateListenerException",
    ],
    throttled: ["DependencyThrottle", "DependencyThrottleException"],
  },
};
