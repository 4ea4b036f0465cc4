import { SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";

export function createSsmClient(given: SSMClientConfig): SSMClient {
  return new SSMClient(given);
}
