import { IAMClient, type IAMClientConfig } from "@aws-sdk/client-iam";

/** A client of IAM, which has one endpoint in each partition: the SDK finds it, and its region, from any region. */
export function createIamClient(given: IAMClientConfig): IAMClient {
  return new IAMClient(given);
}
