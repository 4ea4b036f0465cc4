import type { AwsService } from "./service.ts";

/** The codes are from the "Errors" sections of the AWS Secrets Manager API Reference. */
export const secretsManager: AwsService = {
  name: "secretsmanager",
  endpointVariable: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
  lists: {},
  codes: { "not-found": ["ResourceNotFoundException"], unavailable: ["InternalServiceError"] },
};
