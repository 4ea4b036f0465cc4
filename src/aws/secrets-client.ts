import {
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from "@aws-sdk/client-secrets-manager";

export function createSecretsManagerClient(
  given: SecretsManagerClientConfig,
): SecretsManagerClient {
  return new SecretsManagerClient(given);
}
