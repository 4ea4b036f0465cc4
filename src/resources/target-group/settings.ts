import type {
  CreateTargetGroupCommandInput,
  TargetGroup,
  TargetGroupAttribute,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** How the load balancer checks a server. */
export interface HealthCheck {
  readonly protocol: "HTTP";
  /** `traffic-port`: the port that receives the requests. */
  readonly port: string;
  readonly path: string;
  /** The status codes of a healthy server: `200`, `200,202`, `200-299`. */
  readonly status: string;
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface Attributes {
  /** Seconds for requests in flight when a server is deregistered. */
  readonly drain: number;
  /** Seconds in which a new server's share of the requests grows; null: it gets its full share at once. */
  readonly slowStart: number | null;
  readonly balance: "round_robin" | "least_outstanding_requests";
}

type CheckParameters = Pick<
  CreateTargetGroupCommandInput,
  | "HealthCheckProtocol"
  | "HealthCheckPort"
  | "HealthCheckPath"
  | "Matcher"
  | "HealthCheckIntervalSeconds"
  | "HealthCheckTimeoutSeconds"
  | "HealthyThresholdCount"
  | "UnhealthyThresholdCount"
>;

/** The health check as parameters, which the create and the modify call share. */
export function checkParameters(check: HealthCheck): CheckParameters {
  return {
    HealthCheckProtocol: check.protocol,
    HealthCheckPort: check.port,
    HealthCheckPath: check.path,
    Matcher: { HttpCode: check.status },
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
  };
}

/** The live health check. Times in seconds. */
export function healthCheckOf(found: TargetGroup): HealthCheck {
  return {
    // No stack file has another protocol, so that one is a difference.
    protocol: (found.HealthCheckProtocol ?? "HTTP") as HealthCheck["protocol"],
    port: found.HealthCheckPort ?? "traffic-port",
    path: found.HealthCheckPath ?? "/",
    status: found.Matcher?.HttpCode ?? "",
    interval: found.HealthCheckIntervalSeconds ?? 0,
    timeout: found.HealthCheckTimeoutSeconds ?? 0,
    healthyThreshold: found.HealthyThresholdCount ?? 0,
    unhealthyThreshold: found.UnhealthyThresholdCount ?? 0,
  };
}

/** Each attribute's key, and its value as AWS writes it ("Target group attributes", the user guide). */
const written: {
  readonly [Name in keyof Attributes]: readonly [
    key: string,
    write: (value: Attributes[Name]) => string,
  ];
} = {
  drain: ["deregistration_delay.timeout_seconds", String],
  slowStart: ["slow_start.duration_seconds", (seconds) => String(seconds ?? 0)],
  balance: ["load_balancing.algorithm.type", (algorithm) => algorithm],
};

/** The named attributes in the form of AWS's call, which does not change the others. */
export function toSdkAttributes(
  attributes: Attributes,
  names: readonly (keyof Attributes)[],
): TargetGroupAttribute[] {
  const write = <Name extends keyof Attributes>(name: Name): TargetGroupAttribute => {
    const [Key, toText] = written[name];
    return { Key, Value: toText(attributes[name]) };
  };
  return names.map((name) => write(name));
}

/** Uses AWS's defaults for missing attributes. */
export function attributesOf(found: readonly TargetGroupAttribute[]): Attributes {
  const values = new Map(found.map(({ Key, Value }) => [Key, Value]));
  const of = (name: keyof Attributes) => values.get(written[name][0]);
  return {
    drain: Number(of("drain") ?? 300),
    slowStart: Number(of("slowStart") ?? 0) || null,
    balance: (of("balance") ?? "round_robin") as Attributes["balance"],
  };
}
