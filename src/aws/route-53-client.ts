import { Route53Client, type Route53ClientConfig } from "@aws-sdk/client-route-53";

/** A client of Route 53, which has one endpoint in each partition: the SDK finds it, and its region, from any region. */
export function createRoute53Client(given: Route53ClientConfig): Route53Client {
  return new Route53Client(given);
}
