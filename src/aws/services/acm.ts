import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the AWS Certificate Manager API Reference. */
export const acm: AwsService = {
  name: "acm",
  endpointVariable: "AWS_ENDPOINT_URL_ACM",
  lists: { ListCertificates: "CertificateSummaryList", ListTagsForCertificate: "Tags" },
  codes: {
    "not-found": ["ResourceNotFoundException"],
    "in-use": ["ResourceInUseException"],
    "in-progress": ["RequestInProgressException", "ConflictException"],
    quota: ["LimitExceededException"],
  },
};
