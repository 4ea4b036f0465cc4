import type { Ref } from "../engine/resource.ts";
import type { Stack } from "../spec/stack.ts";
import type { Facts } from "./facts.ts";

/** Where the resources of a stack are. */
export interface NetworkPlace {
  readonly vpcId: string | Ref;
  /** One per zone. */
  readonly loadBalancerSubnets: readonly (string | Ref)[];
  /** Of the servers and the builder, one per zone. The builder uses the first. */
  readonly serverSubnets: readonly (string | Ref)[];
}

/** A part of an own network by its kind. */
export type Side = "public" | "private";

export function vpcAddress({ stack }: Pick<Stack, "stack">) {
  return `vpc/${stack}` as const;
}

export function subnetAddress(side: Side, zone: string) {
  return `subnet/${side}-${zone}` as const;
}

/** In an own network, nothing exists before the apply, so everything refers to it. */
export function placeOf(stack: Stack, { network }: Pick<Facts, "network">): NetworkPlace {
  if (network.kind === "existing") {
    return {
      vpcId: network.vpcId,
      loadBalancerSubnets: network.loadBalancerSubnets.map(({ id }) => id),
      serverSubnets: network.subnets.map(({ id }) => id),
    };
  }
  const side = (which: Side): readonly Ref[] =>
    network.zones.map(({ zone }) => ({ ref: subnetAddress(which, zone), output: "id" }));
  const serverSubnets = side(stack.network.servers);
  return {
    vpcId: { ref: vpcAddress(stack), output: "id" },
    loadBalancerSubnets: stack.loadBalancer?.scheme === "internal" ? serverSubnets : side("public"),
    serverSubnets,
  };
}
