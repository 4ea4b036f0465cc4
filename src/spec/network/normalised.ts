import type { NetworkFile } from "./schema.ts";

export interface Network {
  /** Named subnets determine the VPC. Then `default` has no meaning. */
  readonly vpc: { readonly kind: "default" } | { readonly kind: "vpc-id"; readonly value: string };
  readonly zones:
    | { readonly kind: "count"; readonly count: number }
    | { readonly kind: "names"; readonly names: readonly string[] }
    /** The zones that these subnets are in, one in each. */
    | { readonly kind: "of-subnets"; readonly subnets: readonly string[] };
}

export function normaliseNetwork({ vpc, zones = 2, subnets }: NetworkFile): Network {
  return {
    vpc: vpc === "default" ? { kind: "default" } : { kind: "vpc-id", value: vpc },
    zones:
      subnets !== undefined
        ? { kind: "of-subnets", subnets }
        : typeof zones === "number"
          ? { kind: "count", count: zones }
          : { kind: "names", names: zones },
  };
}
