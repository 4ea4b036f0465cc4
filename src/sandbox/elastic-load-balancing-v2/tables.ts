import type { BalancedSubnet } from "../load-balancing/load-balancer.ts";
import { defineTable } from "../table.ts";
import type { Action } from "./action.ts";
import type { Condition } from "./conditions.ts";

/** An application load balancer as the sandbox stores it. */
export interface ApplicationLoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  /** Sandbox milliseconds. */
  readonly createdAt: number;
  readonly scheme: "internet-facing" | "internal";
  readonly vpcId: string;
  state: "provisioning" | "active";
  /** One per zone. */
  subnets: BalancedSubnet[];
  securityGroups: string[];
  /** The attributes that differ from the defaults. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

export interface Listener {
  readonly arn: string;
  readonly balancer: string;
  port: number;
  protocol: "HTTP" | "HTTPS";
  /** Of HTTPS. */
  sslPolicy?: string;
  /** The ARN of the default certificate, of HTTPS. */
  certificate?: string;
  /** The ARNs of the others, of HTTPS. The default one may be among them. */
  moreCertificates?: string[];
  /** The default rule, which exists as long as its listener. */
  readonly defaultRule: string;
  /** The actions of the default rule. */
  actions: Action[];
  /** The attributes that differ from the defaults. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  /** The tags of the default rule. */
  defaultRuleTags: Record<string, string>;
}

/** A rule that is not the default rule of its listener. */
export interface Rule {
  readonly arn: string;
  readonly listener: string;
  readonly balancer: string;
  priority: number;
  conditions: Condition[];
  actions: Action[];
  tags: Record<string, string>;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly vpcId: string;
  healthCheck: HealthCheck;
  /** The attributes that differ from the defaults. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  /** Readers see these without a lag. */
  targets: Target[];
  /** When the last listener or rule stopped to use it. Sandbox milliseconds. */
  releasedAt?: number;
}

/** Times in seconds, as in the API. */
export interface HealthCheck {
  readonly protocol: "HTTP" | "HTTPS";
  readonly port: "traffic-port" | number;
  readonly path: string;
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matcher: string;
}

/** Why a health check fails. */
export type CheckFailure =
  | "Target.ResponseCodeMismatch"
  | "Target.Timeout"
  | "Target.FailedHealthChecks";

/** A registered instance. Times are sandbox milliseconds. */
export interface Target {
  readonly instanceId: string;
  readonly port: number;
  readonly registeredAt: number;
  /** When the first health check is made. Undefined while the target is unused. */
  checksFrom: number | undefined;
  /** The result of every health check since `since`. Undefined before the first one. */
  passes: boolean | undefined;
  since: number;
  health: "initial" | "healthy" | "unhealthy";
  /** Of the last failed health check. */
  failure: CheckFailure | undefined;
  /** Set once it is deregistered. */
  drainedAt?: number;
}

/** By ARN, as all tables here. */
export const applicationLoadBalancers = defineTable<ApplicationLoadBalancer>(
  "application-load-balancer",
  ({ arn, name, state, tags }) => ({ id: arn, name, state, tags }),
);

export const targetGroups = defineTable<TargetGroup>("target-group", ({ arn, name, tags }) => ({
  id: arn,
  name,
  tags,
}));

export const listeners = defineTable<Listener>("listener", ({ arn, protocol, port, tags }) => ({
  id: arn,
  name: `${protocol}:${port}`,
  tags,
}));

export const rules = defineTable<Rule>("listener-rule", ({ arn, tags }) => ({ id: arn, tags }));
