import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the Amazon SNS API Reference. The SDK's names end with "Exception". */
export const sns: AwsService = {
  name: "sns",
  endpointVariable: "AWS_ENDPOINT_URL_SNS",
  lists: { ListSubscriptionsByTopic: "Subscriptions", ListTagsForResource: "Tags" },
  codes: {
    "not-found": [
      "NotFound",
      "NotFoundException",
      // Of the operations for tags.
      "ResourceNotFound",
      "ResourceNotFoundException",
    ],
    // A topic or its tags are being changed by another call.
    "in-progress": [
      "ConcurrentAccess",
      "ConcurrentAccessException",
      "StaleTag",
      "StaleTagException",
    ],
    denied: [
      "AuthorizationError",
      "AuthorizationErrorException",
      "KMSAccessDenied",
      "KMSAccessDeniedException",
    ],
    key: ["KMSInvalidState", "KMSInvalidStateException", "KMSDisabled", "KMSDisabledException"],
    throttled: ["Throttled", "ThrottledException", "KMSThrottling", "KMSThrottlingException"],
    quota: [
      "FilterPolicyLimitExceeded",
      "FilterPolicyLimitExceededException",
      "SubscriptionLimitExceeded",
      "SubscriptionLimitExceededException",
      "TagLimitExceeded",
      "TagLimitExceededException",
      "TopicLimitExceeded",
      "TopicLimitExceededException",
    ],
    unavailable: ["InternalError", "InternalErrorException"],
  },
};
