import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the AWS WAFV2 API Reference. */
export const wafV2: AwsService = {
  name: "wafv2",
  endpointVariable: "AWS_ENDPOINT_URL_WAFV2",
  lists: {
    ListIPSets: "IPSets",
    ListWebACLs: "WebACLs",
  },
  codes: {
    "not-found": ["WAFNonexistentItemException"],
    "already-exists": ["WAFDuplicateItemException"],
    "in-use": ["WAFAssociatedItemException"],
    // A new web ACL or IP set is not everywhere yet, for up to some minutes.
    "in-progress": ["WAFUnavailableEntityException"],
    // Somebody else changed the object since it was read.
    stale: ["WAFOptimisticLockException"],
    quota: ["WAFLimitsExceededException"],
    unavailable: ["WAFInternalErrorException", "WAFTagOperationInternalErrorException"],
  },
};
