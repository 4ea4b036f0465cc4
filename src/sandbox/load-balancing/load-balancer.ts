import { AwsError } from "../error.ts";
import type { Region } from "../region.ts";
import { defineTable } from "../table.ts";
import type { RequestLoad } from "./request-load.ts";

/** A classic load balancer as the sandbox stores it. */
export interface LoadBalancer {
  readonly name: string;
  readonly dnsName: string;
  /** Sandbox milliseconds. */
  readonly createdAt: number;
  readonly scheme: "internet-facing" | "internal";
  readonly vpcId: string;
  /** One per zone. */
  subnets: BalancedSubnet[];
  securityGroups: string[];
  listeners: Listener[];
  healthCheck: HealthCheck;
  attributes: Attributes;
  tags: Record<string, string>;
  registrations: Registration[];
  /** Policies belong to the load balancer and outlive the listeners that use them. Default: none. */
  policies?: readonly Policy[];
  /** Names of policies, by the listener's port. */
  listenerPolicies?: Readonly<Record<string, readonly string[]>>;
  /** Names of policies, by the servers' port. */
  backendPolicies?: Readonly<Record<string, readonly string[]>>;
  /** What a person has set. Absent: it gets no requests. */
  requests?: RequestLoad;
}

export interface Policy {
  readonly name: string;
  readonly type: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

/** A subnet of the load balancer, with its network interface there. */
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

/** Times in seconds, as in the API. */
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

/** An instance that is registered with a load balancer, and the result of its health checks. */
export interface Registration {
  readonly instanceId: string;
  /** Sandbox milliseconds. Health checks begin some time later. */
  readonly registeredAt: number;
  /** The result of every health check since `since`. Undefined before the first one. */
  passes: boolean | undefined;
  /** Sandbox milliseconds. */
  since: number;
  inService: boolean;
  /** Whether enough consecutive checks have failed for the description to say so. */
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

/**
 * Readers see classic load balancers without a lag, unlike EC2's objects (`former.ts` has the
 * exceptions).
 */
export function findLoadBalancer(region: Region, name: string): LoadBalancer | undefined {
  return region.table(loadBalancers).latest(name);
}

/** With the service's own message. */
export function loadBalancerNotFound(name: string): AwsError {
  return new AwsError("LoadBalancerNotFound", `There is no ACTIVE Load Balancer named '${name}'`);
}

/** A request that contradicts the existing configuration. */
export function invalidConfiguration(message: string): AwsError {
  return new AwsError("InvalidConfigurationRequest", message);
}

/** A value that is malformed or out of range. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
