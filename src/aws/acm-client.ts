import { ACMClient, type ACMClientConfig } from "@aws-sdk/client-acm";

/** A client of AWS Certificate Manager, whose certificates are regional. */
export function createAcmClient(given: ACMClientConfig): ACMClient {
  return new ACMClient(given);
}
