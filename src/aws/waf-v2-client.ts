import { WAFV2Client, type WAFV2ClientConfig } from "@aws-sdk/client-wafv2";

/** A client of AWS WAF, for what protects load balancers: the scope REGIONAL. */
export function createWafV2Client(given: WAFV2ClientConfig): WAFV2Client {
  return new WAFV2Client(given);
}
