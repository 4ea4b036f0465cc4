export type ListenerProtocol = "HTTP" | "HTTPS" | "TCP" | "SSL";

export interface Listener {
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly instanceProtocol: ListenerProtocol;
  readonly instancePort: number;
  /** ARN of the certificate; null for HTTP and TCP. */
  readonly certificate: string | null;
}

export interface HealthCheck {
  /** `HTTP:80/`, `TCP:80`. */
  readonly target: string;
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** A classic load balancer. */
export interface LoadBalancerFields {
  readonly vpcId: string;
  readonly scheme: "internet-facing" | "internal";
  /** One a zone. A set: its order means nothing. */
  readonly subnets: readonly string[];
  /** A set of ids: its order means nothing. */
  readonly securityGroupIds: readonly string[];
  /** By port; a set: its order means nothing. */
  readonly listeners: readonly Listener[];
  readonly healthCheck: HealthCheck;
  readonly crossZone: boolean;
  /** Seconds that requests in flight get when an instance leaves; null: draining is off. */
  readonly connectionDraining: number | null;
  /** Seconds. */
  readonly idleTimeout: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LoadBalancerOutputs {
  readonly name: string;
  readonly dnsName: string;
  /** Of the first HTTP or HTTPS listener. */
  readonly url: string;
}
