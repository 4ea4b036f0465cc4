import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the Amazon CloudWatch API Reference. */
export const cloudWatch: AwsService = {
  name: "cloudwatch",
  endpointVariable: "AWS_ENDPOINT_URL_CLOUDWATCH",
  lists: { DescribeAlarms: "MetricAlarms", ListTagsForResource: "Tags" },
  codes: {
    // Under two names: of the query protocol, and of the others.
    "not-found": ["ResourceNotFound", "ResourceNotFoundException"],
    "in-progress": ["ConcurrentModificationException"],
    quota: ["LimitExceeded", "LimitExceededFault", "LimitExceededException"],
    unavailable: ["InternalServiceError", "InternalServiceFault"],
  },
};
