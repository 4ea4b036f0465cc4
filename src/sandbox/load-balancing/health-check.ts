import {
  ConfigureHealthCheck$,
  type ConfigureHealthCheckInput,
  type HealthCheck as HealthCheckInput,
} from "@aws-sdk/client-elastic-load-balancing";
import { operation } from "../service.ts";
import type { Region } from "../world.ts";
import { examine } from "./health.ts";
import { type HealthCheck, requireLoadBalancer, validationError } from "./load-balancer.ts";

export const configureHealthCheck = operation<ConfigureHealthCheckInput>(
  ConfigureHealthCheck$,
  ["LoadBalancerName", "HealthCheck"],
  (region: Region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerName);
    balancer.healthCheck = readHealthCheck(input.HealthCheck ?? emptyHealthCheck);
    examine(region, balancer, true);
    return { HealthCheck: describeHealthCheck(balancer.healthCheck) };
  },
);

const emptyHealthCheck: HealthCheckInput = {
  Target: undefined,
  Interval: undefined,
  Timeout: undefined,
  UnhealthyThreshold: undefined,
  HealthyThreshold: undefined,
};

/** The default health check: a TCP check of the first listener's port. */
export function defaultHealthCheck(instancePort: number): HealthCheck {
  // The API's defaults. The console has other defaults.
  return {
    target: `TCP:${instancePort}`,
    interval: 30,
    timeout: 5,
    healthyThreshold: 10,
    unhealthyThreshold: 2,
  };
}

/** As DescribeLoadBalancers answers it. */
export function describeHealthCheck(check: HealthCheck): HealthCheckInput {
  return {
    Target: check.target,
    Interval: check.interval,
    Timeout: check.timeout,
    UnhealthyThreshold: check.unhealthyThreshold,
    HealthyThreshold: check.healthyThreshold,
  };
}

/** The request of a health check. */
export interface HealthCheckTarget {
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "SSL";
  readonly port: number;
  /** Only HTTP and HTTPS. */
  readonly path: string | undefined;
}

/** Parses `HTTP:80/path` or `TCP:80`. Undefined for other texts. */
export function readTarget(target: string): HealthCheckTarget | undefined {
  const match = /^(HTTP|HTTPS|TCP|SSL):(\d{1,5})(\/.*)?$/i.exec(target);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65535) return undefined;
  const protocol = match[1]?.toUpperCase();
  switch (protocol) {
    case "HTTP":
    case "HTTPS":
      return match[3] === undefined ? undefined : { protocol, port, path: match[3] };
    case "TCP":
    case "SSL":
      return match[3] === undefined ? { protocol, port, path: undefined } : undefined;
    default:
      return undefined;
  }
}

/** Bounds as in the API reference of HealthCheck. */
function readHealthCheck(input: HealthCheckInput): HealthCheck {
  const interval = within("Interval", input.Interval, 5, 300);
  const timeout = within("Timeout", input.Timeout, 2, 60);
  if (timeout >= interval) {
    throw validationError("HealthCheck timeout must be less than the interval");
  }
  const target = input.Target ?? "";
  if (target.length > 1024) {
    throw validationError("HealthCheck Target must be at most 1024 characters long");
  }
  if (readTarget(target) === undefined) {
    throw validationError(
      /^https?:/i.test(target)
        ? "HealthCheck HTTP Target must specify a port followed by a path that begins with a slash. e.g. HTTP:80/ping/this/path"
        : "HealthCheck Target must specify a protocol (HTTP, HTTPS, TCP or SSL) and a port. e.g. TCP:80",
    );
  }
  return {
    target,
    interval,
    timeout,
    healthyThreshold: within("HealthyThreshold", input.HealthyThreshold, 2, 10),
    unhealthyThreshold: within("UnhealthyThreshold", input.UnhealthyThreshold, 2, 10),
  };
}

function within(name: string, value: number | undefined, least: number, most: number): number {
  if (value === undefined || !Number.isInteger(value) || value < least || value > most) {
    throw validationError(
      `HealthCheck ${name} must be between ${least} and ${most}, got ${value ?? "nothing"}`,
    );
  }
  return value;
}
