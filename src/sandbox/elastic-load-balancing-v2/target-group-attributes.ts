import {
  DescribeTargetGroupAttributes$,
  type DescribeTargetGroupAttributesInput,
  ModifyTargetGroupAttributes$,
  type ModifyTargetGroupAttributesInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { invalidConfiguration } from "../load-balancing/load-balancer.ts";
import { operation } from "../operation.ts";
import {
  type Attribute,
  type Attributes,
  attributeOf,
  describeAttributes,
  number,
  off,
  oneOf,
  readAttributes,
  text,
  withoutDefaults,
} from "./attributes.ts";
import { requireTargetGroup } from "./named.ts";
import { type TargetGroup, targetGroups } from "./tables.ts";

const WEEK = 604_800;

const slowStart: Attribute = {
  initial: "0",
  problem: (value) =>
    value === "0" ? undefined : number("0", 30, 900).problem(value)?.concat(", or 0"),
};

const stickinessCookie: Attribute = {
  initial: "",
  problem: (value) =>
    /^AWSALB(APP|TG)?/.test(value)
      ? "must not begin with AWSALB, AWSALBAPP or AWSALBTG"
      : text(4096).problem(value),
};

/** "TargetGroupAttribute", API reference, with its defaults: those for instances of HTTP. */
const attributes: Attributes = {
  "deregistration_delay.timeout_seconds": number("300", 0, 3600),
  "load_balancing.algorithm.anomaly_mitigation": oneOf("off", "on", "off"),
  "load_balancing.algorithm.type": oneOf(
    "round_robin",
    "round_robin",
    "least_outstanding_requests",
    "weighted_random",
  ),
  "load_balancing.cross_zone.enabled": oneOf(
    "use_load_balancer_configuration",
    "true",
    "false",
    "use_load_balancer_configuration",
  ),
  "slow_start.duration_seconds": slowStart,
  "stickiness.app_cookie.cookie_name": stickinessCookie,
  "stickiness.app_cookie.duration_seconds": number("86400", 1, WEEK),
  "stickiness.enabled": off,
  "stickiness.lb_cookie.duration_seconds": number("86400", 1, WEEK),
  "stickiness.type": oneOf("lb_cookie", "lb_cookie", "app_cookie"),
  "target_group_health.dns_failover.minimum_healthy_targets.count": number("1", 1, 1000, "off"),
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": number(
    "off",
    1,
    100,
    "off",
  ),
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": number("1", 1, 1000),
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": number(
    "off",
    1,
    100,
    "off",
  ),
};

/** Supported by other types of load balancers or targets only. */
const FOREIGN = [
  "deregistration_delay.connection_termination.enabled",
  "lambda.multi_value_headers.enabled",
  "preserve_client_ip.enabled",
  "proxy_protocol_v2.enabled",
  "target_failover.on_deregistration",
  "target_failover.on_unhealthy",
  "target_health_state.unhealthy.connection_termination.enabled",
  "target_health_state.unhealthy.draining_interval_seconds",
];

export const describeTargetGroupAttributes = operation<DescribeTargetGroupAttributesInput>(
  DescribeTargetGroupAttributes$,
  ["TargetGroupArn"],
  (region, { TargetGroupArn: arn }) => {
    requireTargetGroup(region, arn);
    const seen = region.table(targetGroups).find(arn ?? "");
    return { Attributes: describeAttributes(attributes, seen?.attributes ?? {}) };
  },
);

export const modifyTargetGroupAttributes = operation<ModifyTargetGroupAttributesInput>(
  ModifyTargetGroupAttributes$,
  ["TargetGroupArn", "Attributes"],
  (region, input) => {
    const group = requireTargetGroup(region, input.TargetGroupArn);
    const changes = readAttributes("Target group", attributes, FOREIGN, input.Attributes ?? []);
    const merged = { ...group.attributes, ...changes };
    checkTogether(merged);
    region.table(targetGroups).change(group.arn, (record) => {
      record.attributes = withoutDefaults(attributes, merged);
    });
    return { Attributes: describeAttributes(attributes, merged) };
  },
);

/** @throws AwsError InvalidConfigurationRequest for attributes that exclude one another. */
function checkTogether(values: Readonly<Record<string, string>>): void {
  const value = (key: string) => attributeOf(attributes, values, key);
  const algorithm = value("load_balancing.algorithm.type");
  if (value("slow_start.duration_seconds") !== "0" && algorithm !== "round_robin") {
    throw invalidConfiguration(
      `Slow start mode cannot be enabled with the load balancing algorithm '${algorithm}'`,
    );
  }
  // "Only available when load_balancing.algorithm.type is weighted_random."
  if (
    value("load_balancing.algorithm.anomaly_mitigation") === "on" &&
    algorithm !== "weighted_random"
  ) {
    throw invalidConfiguration(
      `Anomaly mitigation cannot be enabled with the load balancing algorithm '${algorithm}'`,
    );
  }
  const needsName =
    value("stickiness.enabled") === "true" && value("stickiness.type") === "app_cookie";
  if (needsName && value("stickiness.app_cookie.cookie_name") === "") {
    throw invalidConfiguration(
      "A cookie name must be specified when stickiness of type 'app_cookie' is enabled",
    );
  }
}

/** How long a deregistered target is draining, in milliseconds. */
export function deregistrationDelay({ attributes: values }: TargetGroup): number {
  return Number(attributeOf(attributes, values, "deregistration_delay.timeout_seconds")) * 1000;
}
