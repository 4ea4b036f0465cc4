import type { VisibilityConfig } from "@aws-sdk/client-wafv2";
import { failedConstraint, InvalidParameter } from "./errors.ts";
import { requireMember } from "./members.ts";

/** "metric names that are reserved for WAF, for example All and Default_Action" (VisibilityConfig, API Reference). */
const RESERVED: readonly string[] = ["All", "Default_Action"];

/**
 * @param member its path in the request.
 * @throws AwsError ValidationException, WAFInvalidParameterException.
 */
export function checkVisibility(config: VisibilityConfig, member: string): void {
  requireMember(config.SampledRequestsEnabled, `${member}.sampledRequestsEnabled`);
  requireMember(config.CloudWatchMetricsEnabled, `${member}.cloudWatchMetricsEnabled`);
  const name = requireMember(config.MetricName, `${member}.metricName`);
  // "MetricName" of the service's model.
  if (name.length < 1 || name.length > 255 || !/^[\w#:.\-/]+$/.test(name)) {
    throw failedConstraint(
      name,
      `${member}.metricName`,
      "Member must satisfy regular expression pattern: ^[\\w#:\\.\\-/]+$",
    );
  }
  if (RESERVED.includes(name)) {
    throw new InvalidParameter("METRIC_NAME", name, "The metric name is reserved.");
  }
}
