import type {
  CreateTargetGroupInput,
  ModifyTargetGroupInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { invalidConfiguration, validationError } from "../load-balancing/load-balancer.ts";
import { checkMatcher } from "./matcher.ts";
import type { HealthCheck } from "./tables.ts";

/** The parameters of health checks in both operations. */
export const healthCheckParameters = [
  "HealthCheckProtocol",
  "HealthCheckPort",
  "HealthCheckEnabled",
  "HealthCheckPath",
  "HealthCheckIntervalSeconds",
  "HealthCheckTimeoutSeconds",
  "HealthyThresholdCount",
  "UnhealthyThresholdCount",
  "Matcher.HttpCode",
] as const;

/** The API's defaults for a target group with the protocol HTTP. */
export const defaultHealthCheck: HealthCheck = {
  protocol: "HTTP",
  port: "traffic-port",
  path: "/",
  interval: 30,
  timeout: 6,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: "200",
};

/**
 * The health check of a request. What it does not give does not change.
 *
 * @throws AwsError ValidationError, InvalidConfigurationRequest.
 */
export function readHealthCheck(
  input: CreateTargetGroupInput | ModifyTargetGroupInput,
  current: HealthCheck,
): HealthCheck {
  if (input.HealthCheckEnabled === false) {
    throw invalidConfiguration(
      "Health check enabled must be true for target groups with target type 'instance'",
    );
  }
  const matcher = input.Matcher?.HttpCode ?? current.matcher;
  checkMatcher(matcher);
  const interval = within("interval", input.HealthCheckIntervalSeconds ?? current.interval, 5, 300);
  const timeout = within("timeout", input.HealthCheckTimeoutSeconds ?? current.timeout, 2, 120);
  if (timeout >= interval) {
    throw validationError("Health check timeout must be smaller than the health check interval");
  }
  return {
    protocol: readProtocol(input.HealthCheckProtocol ?? current.protocol),
    port: readPort(input.HealthCheckPort ?? String(current.port)),
    path: readPath(input.HealthCheckPath ?? current.path),
    interval,
    timeout,
    healthyThreshold: within(
      "healthy threshold count",
      input.HealthyThresholdCount ?? current.healthyThreshold,
      2,
      10,
    ),
    unhealthyThreshold: within(
      "unhealthy threshold count",
      input.UnhealthyThresholdCount ?? current.unhealthyThreshold,
      2,
      10,
    ),
    matcher,
  };
}

function readProtocol(protocol: string): HealthCheck["protocol"] {
  if (protocol === "HTTP" || protocol === "HTTPS") return protocol;
  throw validationError(
    `Health check protocol '${protocol}' must be one of '[HTTP, HTTPS]' for a target group with the protocol HTTP`,
  );
}

function readPort(port: string): HealthCheck["port"] {
  if (port === "traffic-port") return port;
  if (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) return Number(port);
  throw validationError(
    `Health check port '${port}' must be 'traffic-port' or a number between 1 and 65535`,
  );
}

function readPath(path: string): string {
  if (path.startsWith("/") && path.length <= 1024) return path;
  throw validationError(
    `Health check path '${path}' must begin with a '/' character, and can have at most 1024 characters`,
  );
}

function within(what: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw validationError(
    `Health check ${what} '${value}' must be between '${least}' and '${most}' inclusive`,
  );
}
