import {
  CreateAutoScalingGroupCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import { GetMetricStatisticsCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateLoadBalancerListenersCommand,
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
} from "@aws-sdk/client-elastic-load-balancing";
import { DeregisterTargetsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { cloudWatchClient, putAlarm, stateOf } from "../cloud-watch/watch.ts";
import { openFront } from "../elastic-load-balancing-v2/front.ts";
import { type Account, buildTier, openAccount } from "../tier.ts";
import { openScaling, web } from "./scaling.ts";
import { createGroup, describeGroup } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

type Dimensions = Readonly<Record<string, string>>;

/** The newest minute of a metric, in statistics by name. */
async function newest(
  { sandbox }: Account,
  namespace: string,
  MetricName: string,
  dimensions: Dimensions,
) {
  const { Datapoints = [] } = await cloudWatchClient(sandbox).send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(sandbox.now() - 120_000),
      EndTime: new Date(sandbox.now()),
      Period: 60,
      Statistics: ["Sum", "Average"],
    }),
  );
  const point = Datapoints.at(-1);
  return point && { sum: point.Sum, average: point.Average, unit: point.Unit };
}

/** The group `web` behind an application load balancer. */
async function openApplication() {
  const front = await openFront();
  const { account, tier, group, balancer } = front;
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      ...web,
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      MinSize: 2,
      MaxSize: 10,
      VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
      TargetGroupARNs: [group],
    }),
  );
  account.pass(900);
  const LoadBalancer = balancer.split("loadbalancer/")[1] ?? "";
  const both = { LoadBalancer, TargetGroup: group.split(":").at(-1) ?? "" };
  const read = (name: string, dimensions: Dimensions = { LoadBalancer }) =>
    newest(account, "AWS/ApplicationELB", name, dimensions);
  return { ...front, LoadBalancer, both, read };
}

test("servers answer a share of the requests with errors, and need some time for each", async () => {
  const { account, both, read } = await openApplication();
  account.sandbox.setLoad("errors", 5);
  account.sandbox.setLoad("latency", 2.5);
  for (const name of ["HTTPCode_Target_5XX_Count", "TargetResponseTime", "RequestCount"]) {
    expect(await read(name), name).toBeUndefined();
  }
  account.sandbox.setLoad("requests", 600);
  account.pass(60);
  for (const dimensions of [undefined, both]) {
    expect(await read("HTTPCode_Target_5XX_Count", dimensions)).toEqual({
      sum: 30,
      average: 1,
      unit: "Count",
    });
    expect(await read("TargetResponseTime", dimensions)).toEqual({
      sum: 1500,
      average: 2.5,
      unit: "Seconds",
    });
  }
  expect(await read("HTTPCode_ELB_5XX_Count")).toBeUndefined();
  expect(account.sandbox.setLoad("errors", 0)).toMatchObject({ each: 0, total: 0, servers: 2 });
  account.sandbox.setLoad("latency", 0);
  account.pass(60);
  expect(await read("HTTPCode_Target_5XX_Count")).toBeUndefined();
  expect((await read("TargetResponseTime"))?.average).toBeLessThan(0.1);
});

test("a load balancer without a healthy target answers with errors of its own", async () => {
  const { account, elbv2, group, read } = await openApplication();
  account.sandbox.setLoad("requests", 600);
  account.sandbox.setLoad("errors", 50);
  const ids = (await describeGroup(account))?.Instances?.map(({ InstanceId = "" }) => InstanceId);
  await elbv2.send(
    new DeregisterTargetsCommand({
      TargetGroupArn: group,
      Targets: ids?.map((Id) => ({ Id })),
    }),
  );
  account.pass(120);
  expect(await read("HTTPCode_ELB_5XX_Count")).toEqual({ sum: 600, average: 1, unit: "Count" });
  expect(await read("HTTPCode_Target_5XX_Count")).toBeUndefined();
  expect(await read("TargetResponseTime")).toBeUndefined();
});

test("alarms follow errors and slow answers, by percentile too, and after saving", async () => {
  const { account, LoadBalancer } = await openApplication();
  const client = { cloudWatch: cloudWatchClient(account.sandbox) };
  const common = {
    Namespace: "AWS/ApplicationELB",
    Dimensions: [{ Name: "LoadBalancer", Value: LoadBalancer }],
    EvaluationPeriods: 2,
    TreatMissingData: "notBreaching",
  };
  await putAlarm(client, {
    ...common,
    AlarmName: "errors",
    MetricName: "HTTPCode_Target_5XX_Count",
    Statistic: "Sum",
    Threshold: 20,
  });
  await putAlarm(client, {
    ...common,
    AlarmName: "slow",
    MetricName: "TargetResponseTime",
    Statistic: undefined,
    ExtendedStatistic: "p95",
    Threshold: 1,
  });
  account.sandbox.setLoad("requests", 600);
  account.pass(24 * 3600);
  const states = async (from = client) => [
    await stateOf(from, "errors"),
    await stateOf(from, "slow"),
  ];
  expect(await states()).toEqual(["OK", "OK"]);
  account.sandbox.setLoad("errors", 5);
  account.sandbox.setLoad("latency", 1.5);
  const snapshot = account.sandbox.snapshot();
  account.pass(240);
  expect(await states()).toEqual(["ALARM", "ALARM"]);
  account.sandbox.setLoad("errors", 0);
  account.sandbox.setLoad("latency", 0.5);
  account.pass(300);
  expect(await states()).toEqual(["OK", "OK"]);
  const again = await createSandbox({ snapshot, speed: 1 });
  expect(await states({ cloudWatch: cloudWatchClient(again) })).toEqual(["ALARM", "ALARM"]);
});

test("a classic load balancer counts codes of its listeners of HTTP alone", async () => {
  const { account } = await openScaling({ LoadBalancerNames: ["front"] });
  const { loadBalancing, sandbox } = account;
  const classic = { LoadBalancerName: "front" };
  const read = (name: string) => newest(account, "AWS/ELB", name, classic);
  expect(sandbox.setLoad("requests", 600)).toMatchObject({ servers: 2, loadBalancer: "front" });
  sandbox.setLoad("errors", 10);
  sandbox.setLoad("latency", 0.25);
  account.pass(60);
  expect(await read("RequestCount")).toEqual({ sum: 600, average: 1, unit: "Count" });
  expect(await read("Latency")).toEqual({ sum: 150, average: 0.25, unit: "Seconds" });
  // Its only listener is one of TCP.
  expect(await read("HTTPCode_Backend_5XX")).toBeUndefined();
  await loadBalancing.send(
    new CreateLoadBalancerListenersCommand({
      ...classic,
      Listeners: [{ Protocol: "HTTP", LoadBalancerPort: 8080, InstancePort: 22 }],
    }),
  );
  account.pass(60);
  expect(await read("HTTPCode_Backend_5XX")).toMatchObject({ sum: 60 });
  expect(await read("HTTPCode_ELB_5XX")).toBeUndefined();
  const { InstanceStates = [] } = await loadBalancing.send(
    new DescribeInstanceHealthCommand(classic),
  );
  await loadBalancing.send(
    new DeregisterInstancesFromLoadBalancerCommand({
      ...classic,
      Instances: InstanceStates.map(({ InstanceId }) => ({ InstanceId })),
    }),
  );
  account.pass(60);
  expect(await read("HTTPCode_ELB_5XX")).toMatchObject({ sum: 600 });
  for (const name of ["HTTPCode_Backend_5XX", "Latency", "RequestCount"]) {
    expect(await read(name), name).toBeUndefined();
  }
});

test("errors and latencies that cannot be are refused", async () => {
  const { account } = await openScaling({ LoadBalancerNames: ["front"] });
  const { sandbox } = account;
  expect(() => sandbox.setLoad("errors", 101)).toThrow("from 0 to 100 percent, got 101");
  expect(() => sandbox.setLoad("latency", -1)).toThrow("must be 0 or more, got -1");
  expect(() => sandbox.setLoad("latency", Number.POSITIVE_INFINITY)).toThrow("must be 0 or more");
});

test("EC2's status checks are published by instance and by group", async () => {
  const account = await openAccount({
    faults: { rules: [{ happening: "instance-dies", nth: 2 }] },
  });
  await createGroup(account, await buildTier(account), { HealthCheckType: "EC2" });
  // The group keeps the server that has died.
  await account.autoScaling.send(
    new SuspendProcessesCommand({ ...web, ScalingProcesses: ["HealthCheck"] }),
  );
  account.pass(600);
  const members = (await describeGroup(account))?.Instances ?? [];
  const sums = await Promise.all(
    members.map(async ({ InstanceId = "" }) => {
      const checked = await newest(account, "AWS/EC2", "StatusCheckFailed", { InstanceId });
      return checked?.sum;
    }),
  );
  expect(sums.toSorted()).toEqual([0, 1]);
  const group = { AutoScalingGroupName: "web" };
  expect(await newest(account, "AWS/EC2", "StatusCheckFailed", group)).toEqual({
    sum: 1,
    average: 0.5,
    unit: "Count",
  });
  const { Metrics = [] } = await cloudWatchClient(account.sandbox).send(
    new ListMetricsCommand({ Namespace: "AWS/EC2", MetricName: "StatusCheckFailed" }),
  );
  expect(Metrics.length).toBe(3);
});
