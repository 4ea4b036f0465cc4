import type { LoadBalancerFile } from "../load-balancer/schema.ts";
import { givenName, type Named } from "../shared/given-name.ts";
import type { GroupReference } from "../shared/peer.ts";
import { usualGrace } from "./grace.ts";
import type { ScalingFile } from "./schema.ts";

export interface Scaling extends Named {
  readonly instanceType: string;
  readonly securityGroups: readonly GroupReference[];
  readonly min: number;
  readonly max: number;
  /** Absent: the group starts with `min`. After that, scaling policies and people set its capacity. */
  readonly desired?: number;
  /** Seconds. */
  readonly cooldown: number;
  readonly healthCheck: {
    readonly type: "load-balancer" | "instance";
    /** Seconds. */
    readonly grace: number;
  };
  readonly rollout: {
    /** Percent of the group that must stay in service: 0 to 100. */
    readonly minHealthy: number;
    /** Percent that may exist at most: 100 to 200. */
    readonly maxHealthy: number;
    /** Seconds. */
    readonly warmup: number;
    readonly rollback: boolean;
  };
}

/** By default, a load balancer decides which servers are healthy, and the grace period suits its check. */
export function normaliseScaling(
  { min, max, desired, healthCheck, name, ...rest }: ScalingFile,
  { loadBalancer }: { readonly loadBalancer?: LoadBalancerFile | undefined },
): Scaling {
  return {
    ...givenName(name),
    ...rest,
    min,
    max: max ?? Math.max(min, desired ?? 0),
    ...(desired === undefined ? {} : { desired }),
    healthCheck: {
      type: healthCheck.type ?? (loadBalancer === undefined ? "instance" : "load-balancer"),
      grace: healthCheck.grace ?? usualGrace(loadBalancer),
    },
  };
}
