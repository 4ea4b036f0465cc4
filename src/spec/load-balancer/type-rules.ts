import type { Finding } from "../finding.ts";
import { showDuration } from "../shared/duration.ts";
import type { LoadBalancerFile } from "./schema.ts";

/** ConfigureHealthCheck's longest timeout, in seconds. */
const CLASSIC_TIMEOUT = 60;

/** What a load balancer of this type has. The fields of its health check are in `rules/health-check-of-other-type.ts`. */
export function* typeRules(loadBalancer: LoadBalancerFile): Iterable<Finding> {
  yield* loadBalancer.type === "classic"
    ? classicRules(loadBalancer)
    : applicationRules(loadBalancer);
}

function* classicRules(loadBalancer: LoadBalancerFile): Iterable<Finding> {
  const common = { severity: "error", about: [["loadBalancer", "type"]] } as const;
  for (const field of ["slowStart", "balance", "tls", "accessLog"] as const) {
    if (loadBalancer[field] === undefined) continue;
    yield {
      ...common,
      path: ["loadBalancer", field],
      at: "key",
      message: `a classic load balancer has no ${field}`,
      help: `write type: application, or remove ${field}`,
    };
  }
  for (const [index, { redirect, protocol }] of (loadBalancer.listeners ?? []).entries()) {
    if (protocol === "https") {
      yield {
        ...common,
        path: ["loadBalancer", "listeners", index, "protocol"],
        message: "https listeners need an application load balancer, but this one is classic",
        help: "write type: application and add a domain section, or choose another protocol",
      };
    }
    if (redirect === undefined) continue;
    yield {
      ...common,
      path: ["loadBalancer", "listeners", index, "redirect"],
      at: "key",
      message: "a classic load balancer cannot redirect clients",
      help: "write type: application, or remove redirect",
    };
  }
  if (loadBalancer.drain === 0) {
    yield {
      ...common,
      path: ["loadBalancer", "drain"],
      message: "a classic load balancer drains a server for at least 1s",
      help: "write drain: 1s, or type: application",
    };
  }
  const { timeout } = loadBalancer.healthCheck;
  if (timeout > CLASSIC_TIMEOUT) {
    yield {
      ...common,
      path: ["loadBalancer", "healthCheck", "timeout"],
      message: `a classic load balancer waits at most ${CLASSIC_TIMEOUT}s for an answer, but this timeout is ${showDuration(timeout)}`,
      help: `use a duration between 2s and ${CLASSIC_TIMEOUT}s, or write type: application`,
    };
  }
}

function* applicationRules({
  listeners = [],
  slowStart,
  balance,
  name,
}: LoadBalancerFile): Iterable<Finding> {
  for (const [index, { protocol }] of listeners.entries()) {
    if (protocol === "tcp") {
      yield {
        severity: "error",
        path: ["loadBalancer", "listeners", index, "protocol"],
        message: "an application load balancer has no tcp listeners",
        help: "write protocol: http, or type: classic",
      };
    }
  }
  if (slowStart !== undefined && balance === "least-outstanding") {
    yield {
      severity: "error",
      path: ["loadBalancer", "slowStart"],
      at: "key",
      message: "slowStart and balance: least-outstanding exclude each other",
      help: "remove slowStart, or write balance: round-robin",
    };
  }
  if (name?.startsWith("internal-")) {
    yield {
      severity: "error",
      path: ["loadBalancer", "name"],
      message:
        "the name of an application load balancer cannot start with internal-, which AWS reserves",
      help: "choose another name; to make the load balancer internal, write scheme: internal",
    };
  }
}
