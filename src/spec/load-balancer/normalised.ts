import { givenName, type Named } from "../shared/given-name.ts";
import type { GroupReference } from "../shared/peer.ts";
import type { LoadBalancerFile } from "./schema.ts";

/** Absent: servers without a load balancer before them. */
export interface LoadBalancer extends Named {
  readonly type: "classic";
  readonly securityGroups: readonly GroupReference[];
  readonly listeners: readonly Listener[];
  readonly healthCheck: {
    /** In the form of the Elastic Load Balancing API: `HTTP:80/`, `TCP:80`. */
    readonly target: string;
    /** Seconds. */
    readonly interval: number;
    /** Seconds. */
    readonly timeout: number;
    readonly healthy: number;
    readonly unhealthy: number;
  };
}

interface Listener {
  readonly port: number;
  readonly protocol: "http" | "tcp";
  /** The port on the servers. */
  readonly to: number;
}

/** By default, the load balancer forwards to the application, and checks it. */
export function normaliseLoadBalancer(
  { type, securityGroups, listeners, healthCheck, name }: LoadBalancerFile,
  { application }: { readonly application?: { readonly port: number } | undefined },
): LoadBalancer {
  const written = listeners.map(({ port, protocol, to }) => ({
    port,
    protocol,
    to: to ?? application?.port ?? port,
  }));
  const first = written[0];
  const checked = application?.port ?? first?.to ?? 80;
  const target = first?.protocol === "tcp" ? `TCP:${checked}` : `HTTP:${checked}/`;
  return {
    ...givenName(name),
    type,
    securityGroups,
    listeners: written,
    healthCheck: { ...healthCheck, target: healthCheck.target ?? target },
  };
}
