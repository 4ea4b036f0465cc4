import {
  DescribeLoadBalancerAttributes$,
  type DescribeLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributes$,
  type ModifyLoadBalancerAttributesInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { invalidConfiguration, validationError } from "../load-balancing/load-balancer.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { holderOf } from "../s3/bucket.ts";
import {
  type Attributes,
  attributeOf,
  describeAttributes,
  number,
  off,
  on,
  oneOf,
  readAttributes,
  text,
  withoutDefaults,
} from "./attributes.ts";
import { requireLoadBalancer } from "./named.ts";
import { type ApplicationLoadBalancer, applicationLoadBalancers } from "./tables.ts";

/** The kinds of logs, each with its own bucket. */
const LOGS = ["access_logs", "connection_logs", "health_check_logs"];

/** "LoadBalancerAttribute", API reference, with its defaults. */
const attributes: Attributes = {
  ...Object.fromEntries(
    LOGS.flatMap((logs) => [
      [`${logs}.s3.enabled`, off],
      [`${logs}.s3.bucket`, text(1024)],
      [`${logs}.s3.prefix`, text(1024)],
    ]),
  ),
  "client_keep_alive.seconds": number("3600", 60, 604_800),
  "deletion_protection.enabled": off,
  "idle_timeout.timeout_seconds": number("60", 1, 4000),
  "ipv6.deny_all_igw_traffic": off,
  "load_balancing.cross_zone.enabled": on,
  "routing.http.desync_mitigation_mode": oneOf("defensive", "monitor", "defensive", "strictest"),
  "routing.http.drop_invalid_header_fields.enabled": off,
  "routing.http.preserve_host_header.enabled": off,
  "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": off,
  "routing.http.xff_client_port.enabled": off,
  "routing.http.xff_header_processing.mode": oneOf("append", "append", "preserve", "remove"),
  "routing.http2.enabled": on,
  "waf.fail_open.enabled": off,
  "zonal_shift.config.enabled": off,
};

/** Supported by other types of load balancers only. */
const FOREIGN = ["dns_record.client_routing_policy", "secondary_ips.auto_assigned.per_subnet"];

export const describeLoadBalancerAttributes = operation<DescribeLoadBalancerAttributesInput>(
  DescribeLoadBalancerAttributes$,
  ["LoadBalancerArn"],
  (region, { LoadBalancerArn: arn }) => {
    requireLoadBalancer(region, arn);
    const seen = region.table(applicationLoadBalancers).find(arn ?? "");
    return { Attributes: seen === undefined ? [] : described(seen) };
  },
);

export const modifyLoadBalancerAttributes = operation<ModifyLoadBalancerAttributesInput>(
  ModifyLoadBalancerAttributes$,
  ["LoadBalancerArn", "Attributes"],
  (region, input) => {
    const balancer = requireLoadBalancer(region, input.LoadBalancerArn);
    const changes = readAttributes("Load balancer", attributes, FOREIGN, input.Attributes ?? []);
    const merged = { ...balancer.attributes, ...changes };
    // "The default for Application Load Balancers is true, and can't be changed."
    if (merged["load_balancing.cross_zone.enabled"] === "false") {
      throw invalidConfiguration(
        "Load balancer attribute key 'load_balancing.cross_zone.enabled' cannot be changed on load balancers with type 'application'",
      );
    }
    for (const logs of LOGS) checkLogs(region, merged, logs);
    const changed = region.table(applicationLoadBalancers).change(balancer.arn, (record) => {
      record.attributes = withoutDefaults(attributes, merged);
    });
    return { Attributes: described(changed) };
  },
);

/** Whether the bucket's policy lets the service write is not modelled. */
function checkLogs(region: Region, values: Readonly<Record<string, string>>, logs: string): void {
  if (values[`${logs}.s3.enabled`] !== "true") return;
  const bucket = values[`${logs}.s3.bucket`] ?? "";
  if (bucket === "") throw validationError("S3Bucket name cannot be empty");
  const holder = holderOf(region, bucket);
  if (holder === undefined) {
    throw invalidConfiguration(`S3 bucket: ${bucket} could not be found`);
  }
  // "The bucket must exist in the same region as the load balancer."
  if (holder.region.name !== region.name) {
    throw invalidConfiguration(
      `S3 bucket: ${bucket} is not in the region ${region.name} of the load balancer`,
    );
  }
  if (holder.bucket.owner === "other") {
    throw invalidConfiguration(
      `Access Denied for bucket: ${bucket}. Please check S3bucket permission`,
    );
  }
}

function described({ scheme, attributes: values }: Readonly<ApplicationLoadBalancer>) {
  // "false for internet-facing load balancers and true for internal load balancers"
  const igw = scheme === "internal" ? { "ipv6.deny_all_igw_traffic": "true" } : {};
  return describeAttributes(attributes, { ...igw, ...values });
}

/** Whether deletion protection is enabled. */
export function isProtected({ attributes: values }: ApplicationLoadBalancer): boolean {
  return attributeOf(attributes, values, "deletion_protection.enabled") === "true";
}
