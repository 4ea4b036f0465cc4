import { physicalName } from "../engine/physical-name.ts";
import type { Address, Desired, DesiredFields, Ref } from "../engine/resource.ts";
import type { AlarmFields, AlarmMetric } from "../resources/alarm/index.ts";
import type { Alarms } from "../spec/alarms/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import type { DefinedResource } from "./defined-resource.ts";
import { isToldOf, topicsOf } from "./notify.ts";

type AlarmName = keyof Alarms;

/** What an alarm of the stack file watches, and when that is too much. */
type Watch = Pick<
  DesiredFields<AlarmFields>,
  "description" | "metrics" | "comparison" | "threshold" | "missing"
>;

type Metric = DesiredFields<AlarmMetric>;

/** The alarms on the servers and on their load balancer. */
export function alarmResources(stack: Stack): readonly DefinedResource[] {
  return alarmsIn(stack).map(([name, lasting, watch]) => {
    const fields: Desired<AlarmFields> = {
      ...watch(),
      minutes: lasting / 60,
      alarmActions: actionsOf(stack),
      okActions: actionsOf(stack),
      tags: stack.tags,
    };
    return { address: alarmAddress(name), compile: () => ({ fields }) };
  });
}

/**
 * The names in AWS of the alarms that may stop a rollout. Not that of missing servers: while servers are replaced, some
 * may be missing on purpose, and AWS itself fails a rollout whose servers do not start.
 */
export function alarmNames(stack: Stack): readonly string[] {
  return alarmsIn(stack)
    .filter(([name]) => name !== "launches")
    .map(([name]) =>
      physicalName({
        stack: stack.stack,
        address: alarmAddress(name),
        generation: undefined,
        maxLength: 255,
      }),
    );
}

/** Whether an alarm watches metrics that a group publishes only on request. */
export function needsGroupMetrics({ alarms }: Stack): boolean {
  return alarms.launches !== undefined;
}

function alarmAddress(name: AlarmName): Address {
  return `alarm/${name}`;
}

function actionsOf(stack: Stack): readonly (string | Ref)[] {
  return isToldOf(stack, "alarms") ? topicsOf(stack) : [];
}

/** Each alarm of the stack file, with the seconds that it has to last. */
function alarmsIn(
  stack: Stack,
): readonly (readonly [name: AlarmName, lasting: number, watch: () => Watch])[] {
  const { unhealthy, errors, slow, launches } = stack.alarms;
  return [
    ...(unhealthy === undefined
      ? []
      : [["unhealthy", unhealthy.for, () => unhealthyServers(stack, unhealthy)] as const]),
    ...(errors === undefined
      ? []
      : [["errors", errors.for, () => errorShare(stack, errors)] as const]),
    ...(slow === undefined ? [] : [["slow", slow.for, () => slowAnswers(stack, slow)] as const]),
    ...(launches === undefined
      ? []
      : [["launches", launches.for, () => missingServers(stack, launches)] as const]),
  ];
}

/**
 * Without data, no server is registered ("Reported if there are registered targets", CloudWatch metrics for your
 * Application Load Balancer), so none is unhealthy. That servers are missing is another alarm.
 */
function unhealthyServers(
  stack: Stack,
  { servers, for: lasting }: NonNullable<Alarms["unhealthy"]>,
): Watch {
  const [metric, check] = unhealthyMetric(stack);
  return {
    description: `${plural(servers, "server")} or more of ${stack.stack} unhealthy for ${minutes(lasting)}, by ${check}.`,
    metrics: [{ id: "metric", metric, expression: null, isCompared: true }],
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: servers,
    missing: "notBreaching",
  };
}

function unhealthyMetric(stack: Stack): readonly [metric: Metric["metric"], check: string] {
  switch (stack.loadBalancer?.type) {
    case "application":
      return [
        measured(stack, "UnHealthyHostCount", "Maximum", "target-group"),
        "the health check of the load balancer",
      ];
    case "classic":
      return [
        measured(stack, "UnHealthyHostCount", "Maximum"),
        "the health check of the load balancer",
      ];
    case undefined:
      return [
        // Each server adds 1 a minute as long as a check fails.
        ofGroup(stack, "AWS/EC2", "StatusCheckFailed", "Sum"),
        "EC2's status checks",
      ];
  }
}

/**
 * Errors of the servers and of the load balancer itself, of all requests. RequestCount has no requests for which the load
 * balancer had no target (503), so those are added. Counts without a value publish nothing, and without requests there is
 * no percentage at all, which is no error.
 */
function errorShare(stack: Stack, { percent, for: lasting }: NonNullable<Alarms["errors"]>): Watch {
  const isClassic = stack.loadBalancer?.type === "classic";
  const sum = (id: string, name: string) => queried(id, measured(stack, name, "Sum"));
  return {
    description: `${percent} % or more of the requests to ${stack.stack} end with an error of the server (5xx) for ${minutes(lasting)}.`,
    metrics: [
      queried(
        "servers",
        isClassic
          ? measured(stack, "HTTPCode_Backend_5XX", "Sum")
          : measured(stack, "HTTPCode_Target_5XX_Count", "Sum"),
      ),
      sum("balancer", isClassic ? "HTTPCode_ELB_5XX" : "HTTPCode_ELB_5XX_Count"),
      // Of the classic one, nearly all of its own errors are such requests.
      ...(isClassic ? [] : [sum("unserved", "HTTPCode_ELB_503_Count")]),
      sum("requests", "RequestCount"),
      calculated(
        "share",
        `100 * (FILL(servers, 0) + FILL(balancer, 0)) / (FILL(requests, 0) + FILL(${isClassic ? "balancer" : "unserved"}, 0))`,
      ),
    ],
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: percent,
    missing: "notBreaching",
  };
}

/** Without requests, nothing is slow. */
function slowAnswers(stack: Stack, { p95, for: lasting }: NonNullable<Alarms["slow"]>): Watch {
  const name = stack.loadBalancer?.type === "classic" ? "Latency" : "TargetResponseTime";
  return {
    description: `5 of 100 requests to ${stack.stack} take longer than ${p95} s for ${minutes(lasting)}.`,
    metrics: [
      { id: "metric", metric: measured(stack, name, "p95"), expression: null, isCompared: true },
    ],
    comparison: "GreaterThanThreshold",
    threshold: p95,
    missing: "notBreaching",
  };
}

/**
 * Missing data stays unknown: a group publishes its metrics only while somebody has turned them on. AWS then shows
 * INSUFFICIENT_DATA, which a plan tells.
 */
function missingServers(stack: Stack, { for: lasting }: NonNullable<Alarms["launches"]>): Watch {
  const number = (id: string, name: string) =>
    queried(id, ofGroup(stack, "AWS/AutoScaling", name, "Average"));
  return {
    description: `Fewer servers of ${stack.stack} are in service than its group should have, for ${minutes(lasting)}.`,
    metrics: [
      number("desired", "GroupDesiredCapacity"),
      number("serving", "GroupInServiceInstances"),
      calculated("missing", "desired - serving"),
    ],
    comparison: "GreaterThanThreshold",
    threshold: 0,
    missing: "missing",
  };
}

function queried(id: string, metric: Metric["metric"]): Metric {
  return { id, metric, expression: null, isCompared: false };
}

function calculated(id: string, expression: string): Metric {
  return { id, metric: null, expression, isCompared: true };
}

/** A metric of the load balancer, perhaps of one target group alone. */
function measured(
  { stack, loadBalancer }: Stack,
  name: string,
  statistic: string,
  of?: "target-group",
): Metric["metric"] {
  if (loadBalancer?.type === "classic") {
    const ref = { ref: `load-balancer/${stack}` as const, output: "name" };
    return {
      namespace: "AWS/ELB",
      name,
      dimensions: { LoadBalancerName: ref },
      ...each(statistic),
    };
  }
  return {
    namespace: "AWS/ApplicationELB",
    name,
    dimensions: {
      LoadBalancer: { ref: `application-load-balancer/${stack}` as const, output: "arn" },
      ...(of === "target-group" && {
        TargetGroup: { ref: `target-group/${stack}` as const, output: "arn" },
      }),
    },
    ...each(statistic),
  };
}

function ofGroup(
  { stack }: Stack,
  namespace: string,
  name: string,
  statistic: string,
): Metric["metric"] {
  const group = { ref: `auto-scaling-group/${stack}` as const, output: "name" };
  return { namespace, name, dimensions: { AutoScalingGroupName: group }, ...each(statistic) };
}

/** Each minute, as an alarm's periods are. */
function each(statistic: string) {
  return { statistic, period: 60, unit: null };
}

function minutes(seconds: number): string {
  return plural(seconds / 60, "minute");
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
