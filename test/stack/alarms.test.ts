import { describe, expect, test } from "vitest";
import { isRef } from "../../src/engine/resource.ts";
import type { AlarmMetric } from "../../src/resources/alarm/index.ts";
import { loadStack } from "../../src/spec/load.ts";
import type { ApplicationLoadBalancer } from "../../src/spec/load-balancer/normalised.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { addressesIn } from "../../src/stack/addresses.ts";
import { alarmNames, alarmResources, needsGroupMetrics } from "../../src/stack/alarms.ts";
import { compiledFields, minimal, whole } from "./stacks.ts";

const application: ApplicationLoadBalancer = {
  type: "application",
  scheme: "internet-facing",
  securityGroups: [{ kind: "group", value: "load-balancer" }],
  drain: 30,
  previous: "keep",
  port: 8000,
  listeners: [{ port: 80, protocol: "http" }],
  healthCheck: { path: "/up", status: "200", interval: 10, timeout: 5, healthy: 2, unhealthy: 3 },
  balance: "round-robin",
  tls: "modern",
};

const alarms: Stack["alarms"] = {
  unhealthy: { servers: 2, for: 180 },
  errors: { percent: 5, for: 300 },
  slow: { p95: 0.5, for: 60 },
  launches: { for: 900 },
};

const behind = {
  application: { ...whole, loadBalancer: application, alarms },
  classic: { ...whole, alarms },
  none: { ...minimal, alarms: { unhealthy: { servers: 1, for: 60 } } },
} satisfies Record<string, Stack>;

const balancer = { LoadBalancer: { ref: "application-load-balancer/shop", output: "arn" } };
const targets = { ...balancer, TargetGroup: { ref: "target-group/shop", output: "arn" } };
const classic = { LoadBalancerName: { ref: "load-balancer/shop", output: "name" } };
const group = { AutoScalingGroupName: { ref: "auto-scaling-group/shop", output: "name" } };

/** Each metric in one line, and the expressions. */
function metricsOf(stack: Stack, address: string) {
  const metrics = compiledFields(stack, address)["metrics"] as readonly AlarmMetric[];
  return metrics.map(({ id, metric, expression, isCompared }) => {
    const what =
      metric === null
        ? expression
        : `${metric.namespace} ${metric.name} ${metric.statistic} ${metric.period}`;
    return [`${isCompared ? "= " : ""}${id}: ${what}`, metric?.dimensions];
  });
}

describe("the alarm", () => {
  test.each([
    [
      "behind an application load balancer",
      behind.application,
      ["= metric: AWS/ApplicationELB UnHealthyHostCount Maximum 60", targets],
      "2 servers or more of shop unhealthy for 3 minutes, by the health check of the load balancer.",
      2,
    ],
    [
      "behind a classic load balancer",
      behind.classic,
      ["= metric: AWS/ELB UnHealthyHostCount Maximum 60", classic],
      "2 servers or more of shop unhealthy for 3 minutes, by the health check of the load balancer.",
      2,
    ],
    [
      "without a load balancer",
      behind.none,
      ["= metric: AWS/EC2 StatusCheckFailed Sum 60", group],
      "1 server or more of shop unhealthy for 1 minute, by EC2's status checks.",
      1,
    ],
  ] as const)("of unhealthy servers %s", (_, stack, metric, description, threshold) => {
    expect(metricsOf(stack, "alarm/unhealthy")).toEqual([metric]);
    expect(compiledFields(stack, "alarm/unhealthy")).toMatchObject({
      description,
      comparison: "GreaterThanOrEqualToThreshold",
      threshold,
      minutes: threshold === 1 ? 1 : 3,
      missing: "notBreaching",
      alarmActions: [],
      okActions: [],
      tags: { team: "payments" },
    });
  });

  test("of errors counts those of the servers and of the load balancer, of all requests", () => {
    const sums = (...names: readonly string[]) =>
      names.map((name) => [`${name} Sum 60`, balancer] as const);
    expect(metricsOf(behind.application, "alarm/errors")).toEqual([
      ...sums(
        "servers: AWS/ApplicationELB HTTPCode_Target_5XX_Count",
        "balancer: AWS/ApplicationELB HTTPCode_ELB_5XX_Count",
        "unserved: AWS/ApplicationELB HTTPCode_ELB_503_Count",
        "requests: AWS/ApplicationELB RequestCount",
      ),
      [
        "= share: 100 * (FILL(servers, 0) + FILL(balancer, 0)) / (FILL(requests, 0) + FILL(unserved, 0))",
        undefined,
      ],
    ]);
    expect(compiledFields(behind.application, "alarm/errors")).toMatchObject({
      comparison: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      minutes: 5,
      missing: "notBreaching",
    });
  });

  test("of errors of a classic load balancer has its names of them", () => {
    expect(metricsOf(behind.classic, "alarm/errors")).toEqual([
      ["servers: AWS/ELB HTTPCode_Backend_5XX Sum 60", classic],
      ["balancer: AWS/ELB HTTPCode_ELB_5XX Sum 60", classic],
      ["requests: AWS/ELB RequestCount Sum 60", classic],
      [
        "= share: 100 * (FILL(servers, 0) + FILL(balancer, 0)) / (FILL(requests, 0) + FILL(balancer, 0))",
        undefined,
      ],
    ]);
  });

  test("of slow answers compares the time of 95 of 100 requests", () => {
    expect(metricsOf(behind.application, "alarm/slow")).toEqual([
      ["= metric: AWS/ApplicationELB TargetResponseTime p95 60", balancer],
    ]);
    expect(metricsOf(behind.classic, "alarm/slow")).toEqual([
      ["= metric: AWS/ELB Latency p95 60", classic],
    ]);
    expect(compiledFields(behind.classic, "alarm/slow")).toMatchObject({
      description: "5 of 100 requests to shop take longer than 0.5 s for 1 minute.",
      comparison: "GreaterThanThreshold",
      threshold: 0.5,
      missing: "notBreaching",
    });
  });

  test("of missing servers compares how many the group should have, and knows nothing without data", () => {
    expect(metricsOf(behind.classic, "alarm/launches")).toEqual([
      ["desired: AWS/AutoScaling GroupDesiredCapacity Average 60", group],
      ["serving: AWS/AutoScaling GroupInServiceInstances Average 60", group],
      ["= missing: desired - serving", undefined],
    ]);
    expect(compiledFields(behind.classic, "alarm/launches")).toMatchObject({
      comparison: "GreaterThanThreshold",
      threshold: 0,
      minutes: 15,
      missing: "missing",
    });
  });
});

test("each alarm of the file is one, and no other", () => {
  const addresses = (stack: Stack) => alarmResources(stack).map(({ address }) => address);
  expect(addresses(behind.classic)).toEqual([
    "alarm/unhealthy",
    "alarm/errors",
    "alarm/slow",
    "alarm/launches",
  ]);
  expect(addresses(minimal)).toEqual([]);
});

test("a rollout is stopped by all alarms but that of missing servers, which a rollout may have", () => {
  expect(alarmNames(behind.classic)).toEqual(["shop-unhealthy", "shop-errors", "shop-slow"]);
  expect(alarmNames(minimal)).toEqual([]);
  expect(alarmNames({ ...behind.classic, stack: "errors" })).toContain("errors");
});

test("only the alarm of missing servers needs the metrics of the group", () => {
  expect(needsGroupMetrics(behind.classic)).toBe(true);
  expect(needsGroupMetrics(behind.none)).toBe(false);
});

describe("an alarm tells", () => {
  const notified = (notify: string) => {
    const text = `
version: 1
stack: shop
image: { base: amazon-linux-2023 }
scaling: { min: 1, max: 2 }
notify: ${notify}
`;
    const loaded = loadStack(text, { file: "shop.yaml", folder: "/home/me" });
    if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
    return loaded.stack;
  };
  const ops = "arn:aws:sns:ap-southeast-2:111111111111:ops";

  test("the stack's own topic and the existing ones, at its start and at its end", () => {
    const stack = notified(`{ to: [ops@example.com, "${ops}"] }`);
    const topics = [{ ref: "topic/shop", output: "arn" }, ops];
    for (const address of ["alarm/unhealthy", "alarm/launches"]) {
      expect(compiledFields(stack, address)).toMatchObject({
        alarmActions: topics,
        okActions: topics,
      });
    }
    const { alarmActions } = compiledFields(stack, "alarm/unhealthy");
    expect((alarmActions as readonly unknown[]).filter(isRef)).toHaveLength(1);
    expect(addressesIn(stack)).toEqual(expect.arrayContaining(["topic/shop", "alarm/launches"]));
  });

  test("nobody if nobody wants to be told of alarms", () => {
    const stack = notified("{ to: [ops@example.com], on: [applies] }");
    expect(alarmResources(stack)).toEqual([]);
    const told = { ...stack, alarms };
    expect(compiledFields(told, "alarm/unhealthy")).toMatchObject({
      alarmActions: [],
      okActions: [],
    });
  });
});
