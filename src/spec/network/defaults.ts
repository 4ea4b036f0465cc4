import type { NetworkFile } from "./schema.ts";

/** The fields whose defaults depend on others, for the rules and the written-out form alike. */

export function serversOf({ servers, vpc }: NetworkFile): "public" | "private" {
  return servers ?? (vpc === "own" ? "private" : "public");
}

/** Of an own network. */
export function natOf(network: NetworkFile): NonNullable<NetworkFile["nat"]> {
  return network.nat ?? (serversOf(network) === "private" ? "regional" : "none");
}

/** Of an own network. */
export function endpointsOf({ endpoints }: NetworkFile): NonNullable<NetworkFile["endpoints"]> {
  return endpoints ?? ["s3"];
}

/** The security group in front of the interface endpoints of an own network, beside those of the stack file. */
export const ENDPOINTS_GROUP = "vpc-endpoints";
