import type { Desired, Ref } from "../engine/resource.ts";
import type { Retained } from "../engine/retained.ts";
import type { ApplicationLoadBalancerFields } from "../resources/application-load-balancer/index.ts";
import type { LoadBalancerFields } from "../resources/load-balancer/index.ts";
import type { TargetGroupFields } from "../resources/target-group/index.ts";
import type {
  ApplicationLoadBalancer,
  ClassicLoadBalancer,
  LoadBalancer,
} from "../spec/load-balancer/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import { type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import { certificateOf } from "./domain.ts";
import type { Facts } from "./facts.ts";
import { webAclOf } from "./firewall.ts";
import { placeOf } from "./place.ts";
import { idOrValue } from "./security-groups.ts";

/** AWS's default idle timeout of both types ("Configure the idle connection timeout"). */
const IDLE_TIMEOUT_SECONDS = 60;

/** "Security policies for your Application Load Balancer": TLS 1.2 and 1.3, with forward secrecy and authenticated ciphers. */
const tlsPolicies = { modern: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" } as const;

/** The load balancer, and the target group that one of the type application forwards to. */
export function loadBalancerResources(stack: Stack): readonly DefinedResource[] {
  const { loadBalancer } = stack;
  switch (loadBalancer?.type) {
    case undefined:
      return [];
    case "classic":
      return [
        {
          address: `load-balancer/${stack.stack}`,
          ...physicalNameOf(loadBalancer),
          compile: (facts) => ({ fields: classicFields(stack, loadBalancer, facts) }),
        },
      ];
    case "application":
      return [
        {
          address: targetGroupAddress(stack),
          compile: (facts) => ({ fields: targetGroupFields(stack, loadBalancer, facts) }),
        },
        {
          address: `application-load-balancer/${stack.stack}`,
          ...physicalNameOf(loadBalancer),
          compile: (facts) => ({ fields: applicationFields(stack, loadBalancer, facts) }),
        },
      ];
  }
}

/** What of the group depends on the load balancer's type. */
export function trafficSources({ stack, loadBalancer }: Stack): {
  readonly loadBalancers: readonly Ref[] | null;
  readonly targetGroups: readonly Ref[] | null;
  readonly goneLoadBalancers?: null;
  readonly goneTargetGroups?: null;
  readonly targetPort: number | null;
  readonly applicationLoadBalancer: Ref | null;
} {
  const others = loadBalancer?.previous === "keep" ? null : [];
  if (loadBalancer?.type === "application") {
    return {
      loadBalancers: others,
      targetGroups: [{ ref: targetGroupAddress({ stack }), output: "arn" }],
      goneLoadBalancers: null,
      targetPort: loadBalancer.port,
      applicationLoadBalancer: { ref: `application-load-balancer/${stack}`, output: "arn" },
    };
  }
  return {
    loadBalancers:
      loadBalancer === undefined ? [] : [{ ref: `load-balancer/${stack}`, output: "name" }],
    targetGroups: loadBalancer === undefined ? [] : others,
    goneTargetGroups: null,
    ...(loadBalancer === undefined && { goneLoadBalancers: null }),
    targetPort: null,
    applicationLoadBalancer: null,
  };
}

/** The load balancer of the other type, if the stack file keeps it. */
export function retainedLoadBalancers({ stack, loadBalancer }: Stack): readonly Retained[] {
  if (loadBalancer?.previous !== "keep") return [];
  const because =
    "loadBalancer.previous is keep, as it is by default. It costs money. When nobody uses its URL any more, set previous: remove, and apply";
  const address = `application-load-balancer/${stack}` as const;
  return loadBalancer.type === "application"
    ? [{ address: `load-balancer/${stack}`, because }]
    : [
        { address, because },
        { address: targetGroupAddress({ stack }), because: `it belongs to ${address}` },
      ];
}

function targetGroupAddress({ stack }: Pick<Stack, "stack">) {
  return `target-group/${stack}` as const;
}

/** What both types have in common. */
function commonFields(stack: Stack, loadBalancer: LoadBalancer, facts: Facts) {
  const place = placeOf(stack, facts);
  const groups = loadBalancer.securityGroups.map(idOrValue);
  const standIn = facts.defaultSecurityGroupId;
  return {
    vpcId: place.vpcId,
    scheme: loadBalancer.scheme,
    subnets: place.loadBalancerSubnets,
    // AWS gives a load balancer without groups the VPC's default group. Naming it makes it comparable.
    securityGroupIds: groups.length > 0 || standIn === undefined ? groups : [standIn],
    idleTimeout: IDLE_TIMEOUT_SECONDS,
  };
}

function classicFields(
  stack: Stack,
  loadBalancer: ClassicLoadBalancer,
  facts: Facts,
): Desired<LoadBalancerFields> {
  const { healthCheck } = loadBalancer;
  return {
    ...commonFields(stack, loadBalancer, facts),
    listeners: loadBalancer.listeners.map(({ port, protocol, to }) => ({
      port,
      protocol: protocol === "http" ? ("HTTP" as const) : ("TCP" as const),
      instancePort: to,
      instanceProtocol: protocol === "http" ? ("HTTP" as const) : ("TCP" as const),
      certificate: null,
    })),
    healthCheck: {
      target: healthCheck.target,
      interval: healthCheck.interval,
      timeout: healthCheck.timeout,
      healthyThreshold: healthCheck.healthy,
      unhealthyThreshold: healthCheck.unhealthy,
    },
    crossZone: true,
    connectionDraining: loadBalancer.drain,
    tags: stack.tags,
  };
}

function targetGroupFields(
  stack: Stack,
  { port, scheme, name, healthCheck, drain, slowStart, balance }: ApplicationLoadBalancer,
  facts: Facts,
): Desired<TargetGroupFields> {
  return {
    vpcId: placeOf(stack, facts).vpcId,
    protocol: "HTTP",
    protocolVersion: "HTTP1",
    port,
    targetType: "instance",
    loadBalancer: name === undefined ? scheme : `${scheme} ${name}`,
    healthCheck: {
      protocol: "HTTP",
      port: "traffic-port",
      path: healthCheck.path,
      status: healthCheck.status,
      interval: healthCheck.interval,
      timeout: healthCheck.timeout,
      healthyThreshold: healthCheck.healthy,
      unhealthyThreshold: healthCheck.unhealthy,
    },
    drain,
    slowStart: slowStart ?? null,
    balance: balance === "round-robin" ? "round_robin" : "least_outstanding_requests",
    tags: stack.tags,
  };
}

function applicationFields(
  stack: Stack,
  loadBalancer: ApplicationLoadBalancer,
  facts: Facts,
): Desired<ApplicationLoadBalancerFields> {
  const targetGroup: Ref = { ref: targetGroupAddress(stack), output: "arn" };
  return {
    ...commonFields(stack, loadBalancer, facts),
    listeners: loadBalancer.listeners.map(({ port, protocol, redirect }) => ({
      port,
      protocol: protocol.toUpperCase(),
      forward: redirect === undefined ? [{ targetGroup, weight: 1 }] : null,
      redirect:
        redirect === undefined
          ? null
          : {
              protocol: redirect.protocol.toUpperCase(),
              port: String(redirect.port),
              status: "HTTP_301",
            },
      certificate: protocol === "https" ? certificateOf(stack) : null,
      tls: protocol === "https" ? tlsPolicies[loadBalancer.tls] : null,
    })),
    webAcl: webAclOf(stack),
    names: (stack.domain?.names ?? []).map((name) => ({ name, zone: stack.domain?.zone ?? null })),
    dropInvalidHeaders: true,
    accessLog: loadBalancer.accessLog ?? null,
    deletionProtection: stack.scaling.protect ?? null,
    tags: stack.tags,
  };
}
