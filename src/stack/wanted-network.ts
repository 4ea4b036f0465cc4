import type { Network } from "../spec/network/normalised.ts";

/** What has to be chosen in a VPC that exists: `default` or an id, and the number or the names of zones, or the subnets. */
type WantedNetwork = { readonly vpc: string } & (
  | { readonly zones: number | readonly string[] }
  | { readonly subnets: readonly string[] }
);

/** What the stack file says of a network that is not the stack's own. */
export function wantedNetwork({ vpc, zones }: Network): WantedNetwork {
  const wanted = vpc.kind === "vpc-id" ? vpc.value : "default";
  if (zones.kind === "of-subnets") return { vpc: wanted, subnets: zones.subnets };
  return { vpc: wanted, zones: zones.kind === "count" ? zones.count : zones.names };
}
