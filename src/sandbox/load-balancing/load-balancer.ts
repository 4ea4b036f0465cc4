import { AwsError } from "../error.ts";
import { defineTable } from "../service.ts";
import type { Region } from "../world.ts";

/** A classic load balancer, as the sandbox keeps it. */
export interface LoadBalancer {
  readonly name: string;
  readonly dnsName: string;
  /** Sandbox milliseconds. */
  readonly createdAt: number;
  readonly scheme: "internet-facing" | "internal";
  readonly vpcId: string;
  /** One a zone. */
  subnets: BalancedSubnet[];
  securityGroups: string[];
  listeners: Listener[];
  healthCheck: HealthCheck;
  attributes: Attributes;
  tags: Record<string, string>;
  registrations: Registration[];
  /** They belong to the load balancer, and outlive the listeners that use them. Left out: none. */
  policies?: readonly Policy[];
  /** Names of policies, by the listener's port. */
  listenerPolicies?: Readonly<Record<string, readonly string[]>>;
  /** Names of policies, by the servers' port. */
  backendPolicies?: Readonly<Record<string, readonly string[]>>;
}

export interface Policy {
  readonly name: string;
  readonly type: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

/** A subnet that the load balancer is in, with the network interface that it has there. */
export interface BalancedSubnet {
  readonly id: string;
  readonly zone: string;
  readonly networkInterfaceId: string;
}

export interface Listener {
  readonly protocol: ListenerProtocol;
  readonly port: number;
  readonly instanceProtocol: ListenerProtocol;
  readonly instancePort: number;
}

export type ListenerProtocol = "HTTP" | "HTTPS" | "TCP" | "SSL";

/** Times in seconds, as the API has them. */
export interface HealthCheck {
  readonly target: string;
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface Attributes {
  readonly crossZone: boolean;
  readonly draining: { readonly enabled: boolean; readonly timeout: number };
  readonly idleTimeout: number;
}

/** An instance that is registered with a load balancer, and what its health checks found. */
export interface Registration {
  readonly instanceId: string;
  /** Sandbox milliseconds; health checks begin a while after. */
  readonly registeredAt: number;
  /** What every health check finds since `since`; undefined while none has begun. */
  passes: boolean | undefined;
  /** Sandbox milliseconds. */
  since: number;
  inService: boolean;
  /** Whether enough checks in a row have failed, so that the description says so. */
  failed: boolean;
}

/** By name: unique in a region and account. */
export const loadBalancers = defineTable<LoadBalancer>("load-balancer", (balancer) => ({
  id: balancer.name,
  name: balancer.name,
  tags: balancer.tags,
}));

/** @throws AwsError LoadBalancerNotFound. */
export function requireLoadBalancer(region: Region, name: string | undefined): LoadBalancer {
  const balancer = findLoadBalancer(region, name ?? "");
  if (balancer === undefined) throw loadBalancerNotFound(name ?? "");
  return balancer;
}

/** Classic load balancers are read as they are: their API does not lag as EC2's does (`former.ts` has what does). */
export function findLoadBalancer(region: Region, name: string): LoadBalancer | undefined {
  return region.table(loadBalancers).latest(name);
}

/** In the service's own words. */
export function loadBalancerNotFound(name: string): AwsError {
  return new AwsError("LoadBalancerNotFound", `There is no ACTIVE Load Balancer named '${name}'`);
}

/** A request that contradicts what is there. */
export function invalidConfiguration(message: string): AwsError {
  return new AwsError("InvalidConfigurationRequest", message);
}

/** A value that is out of its range or form. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
