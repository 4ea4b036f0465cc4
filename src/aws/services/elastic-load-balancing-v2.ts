import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the Elastic Load Balancing API Reference 2015-12-01. */
export const loadBalancingV2: AwsService = {
  name: "elasticloadbalancing",
  calls: ["ec2"],
  endpointVariable: "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2",
  lists: {
    DescribeListeners: "Listeners",
    DescribeLoadBalancerAttributes: "Attributes",
    DescribeLoadBalancers: "LoadBalancers",
    DescribeRules: "Rules",
    DescribeTags: "TagDescriptions",
    DescribeTargetGroupAttributes: "Attributes",
    DescribeTargetGroups: "TargetGroups",
    DescribeTargetHealth: "TargetHealthDescriptions",
  },
  codes: {
    "not-found": [
      "ListenerNotFound",
      "ListenerNotFoundException",
      "LoadBalancerNotFound",
      "LoadBalancerNotFoundException",
      "RuleNotFound",
      "RuleNotFoundException",
      "TargetGroupNotFound",
      "TargetGroupNotFoundException",
      "InvalidTarget",
      "InvalidTargetException",
      "CertificateNotFound",
      "CertificateNotFoundException",
    ],
    // A certificate that was issued some seconds ago may still count as pending.
    "in-progress": ["UnsupportedCertificate", "UnsupportedCertificateException"],
    "already-exists": [
      "DuplicateListener",
      "DuplicateListenerException",
      "DuplicateLoadBalancerName",
      "DuplicateLoadBalancerNameException",
      "DuplicateTargetGroupName",
      "DuplicateTargetGroupNameException",
    ],
    "in-use": ["ResourceInUse", "ResourceInUseException"],
    quota: ["TargetGroupAssociationLimit", "TargetGroupAssociationLimitException"],
    unavailable: ["HealthUnavailable", "HealthUnavailableException"],
  },
};
