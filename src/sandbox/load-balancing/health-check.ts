import {
  ConfigureHealthCheck$,
  type ConfigureHealthCheckInput,
  type HealthCheck as HealthCheckInput,
} from "@aws-sdk/client-elastic-load-balancing";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { examine } from "./health.ts";
import { readTarget } from "./health-check-target.ts";
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
