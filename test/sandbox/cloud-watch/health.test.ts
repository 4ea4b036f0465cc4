import { ListMetricsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { DeregisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { launch, openFront, openWeb, register } from "../elastic-load-balancing-v2/front.ts";
import { cloudWatchClient, described, stateOf, type Watch, watch } from "./watch.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function suffix(arn: string, from: string): string {
  return arn.slice(arn.indexOf(from));
}

/** An alarm on fewer than one healthy target, which takes missing data for a fault. */
async function alarmOnHealth(
  { cloudWatch }: Watch,
  Namespace: string,
  dimensions: Readonly<Record<string, string>>,
  more: object = {},
) {
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "unhealthy",
      Namespace,
      MetricName: "HealthyHostCount",
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: "Minimum",
      Period: 60,
      EvaluationPeriods: 2,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
      ...more,
    }),
  );
}

test("an alarm follows the healthy targets of an application load balancer", async () => {
  const front = await openFront();
  const account = watch(front.account.sandbox);
  const LoadBalancer = suffix(front.balancer, "app/");
  const TargetGroup = suffix(front.group, "targetgroup/");
  await alarmOnHealth(account, "AWS/ApplicationELB", { TargetGroup, LoadBalancer });
  account.pass(300);
  // Nothing is registered, so nothing is published.
  expect(await described(account, "unhealthy")).toMatchObject({
    StateValue: "ALARM",
    StateReason: expect.stringContaining("2 missing datapoints were treated as [Breaching]"),
  });
  const id = await launch(front);
  await register(front, front.group, id);
  account.pass(300);
  expect(await described(account, "unhealthy")).toMatchObject({
    StateValue: "OK",
    StateReason: expect.stringContaining("[1.0 ("),
  });
  account.pass(24 * 60 * 60);
  await front.account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  account.pass(600);
  expect(await stateOf(account, "unhealthy")).toBe("ALARM");
});

test("targets are counted by zone, too, and those that drain are not", async () => {
  const front = await openFront();
  const account = watch(front.account.sandbox);
  const first = await launch(front, 0);
  const second = await launch(front, 1);
  for (const id of [first, second]) await register(front, front.group, id);
  account.pass(120);
  const { Metrics = [] } = await account.cloudWatch.send(
    new ListMetricsCommand({ Namespace: "AWS/ApplicationELB", MetricName: "HealthyHostCount" }),
  );
  const shapes = Metrics.map(({ Dimensions = [] }) => Dimensions.map(({ Name }) => Name).sort());
  expect(shapes).toEqual([
    ["LoadBalancer", "TargetGroup"],
    ["AvailabilityZone", "LoadBalancer", "TargetGroup"],
    ["AvailabilityZone", "LoadBalancer", "TargetGroup"],
  ]);
  const counts = () => Promise.all(Metrics.map(({ Dimensions }) => newest(account, Dimensions)));
  expect(await counts()).toEqual([2, 1, 1]);
  await front.elbv2.send(
    new DeregisterTargetsCommand({ TargetGroupArn: front.group, Targets: [{ Id: first }] }),
  );
  account.pass(60);
  expect(await counts()).toEqual([1, undefined, 1]);
});

async function newest({ sandbox }: Watch, Dimensions: unknown): Promise<number | undefined> {
  const answer = await sandbox.call("cloudwatch", "GetMetricStatistics", {
    Namespace: "AWS/ApplicationELB",
    MetricName: "HealthyHostCount",
    Dimensions,
    StartTime: new Date(sandbox.now() - 180_000).toISOString(),
    EndTime: new Date(sandbox.now()).toISOString(),
    Period: 60,
    Statistics: ["Average"],
  });
  const { Datapoints = [] }: { Datapoints?: { Average: number }[] } = Object(answer);
  return Datapoints.at(-1)?.Average;
}

test("an alarm follows the healthy instances of a classic load balancer", async () => {
  const web = await openWeb();
  const { loadBalancing, sandbox, subnets } = web.account;
  const account: Watch = { ...watch(sandbox), cloudWatch: cloudWatchClient(sandbox) };
  await loadBalancing.send(
    new CreateLoadBalancerCommand({
      LoadBalancerName: "classic",
      Subnets: [subnets[0] ?? ""],
      SecurityGroups: [web.tier.balancerGroup],
      Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 80 }],
    }),
  );
  await loadBalancing.send(
    new ConfigureHealthCheckCommand({
      LoadBalancerName: "classic",
      HealthCheck: {
        Target: "TCP:80",
        Interval: 10,
        Timeout: 5,
        HealthyThreshold: 2,
        UnhealthyThreshold: 2,
      },
    }),
  );
  await alarmOnHealth(account, "AWS/ELB", { LoadBalancerName: "classic" });
  account.pass(300);
  expect(await described(account, "unhealthy")).toMatchObject({
    StateValue: "ALARM",
    StateReason: expect.stringContaining("[0.0 ("),
  });
  const id = await launch(web);
  await loadBalancing.send(
    new RegisterInstancesWithLoadBalancerCommand({
      LoadBalancerName: "classic",
      Instances: [{ InstanceId: id }],
    }),
  );
  account.pass(300);
  expect(await stateOf(account, "unhealthy")).toBe("OK");
});

test("what a person puts replaces what a load balancer publishes in that minute", async () => {
  const front = await openFront();
  const account = watch(front.account.sandbox);
  const dimensions = {
    TargetGroup: suffix(front.group, "targetgroup/"),
    LoadBalancer: suffix(front.balancer, "app/"),
  };
  await register(front, front.group, await launch(front));
  await alarmOnHealth(account, "AWS/ApplicationELB", dimensions, {
    Statistic: "Maximum",
    EvaluationPeriods: 1,
  });
  account.pass(300);
  expect(await stateOf(account, "unhealthy")).toBe("OK");
  await account.sandbox.call("cloudwatch", "PutMetricData", {
    Namespace: "AWS/ApplicationELB",
    MetricData: [
      {
        MetricName: "HealthyHostCount",
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Value: 0,
      },
    ],
  });
  account.pass(60);
  expect(await stateOf(account, "unhealthy")).toBe("ALARM");
  account.pass(120);
  expect(await stateOf(account, "unhealthy")).toBe("OK");
});
