import {
  CreateAutoScalingGroupCommand,
  EnterStandbyCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  type CloudWatchClient,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openScaling, type Scaling, web } from "./scaling.ts";
import { describeGroup } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The CPU of the last 20 minutes in datapoints of this many seconds, oldest first. */
async function cpu(
  cloudWatch: CloudWatchClient,
  Name: string,
  Value: string,
  Period = 60,
): Promise<(number | undefined)[]> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/EC2",
      MetricName: "CPUUtilization",
      Dimensions: [{ Name, Value }],
      StartTime: new Date(Date.now() - 1_200_000),
      EndTime: new Date(),
      Period,
      Statistics: ["Average"],
    }),
  );
  return Datapoints.toSorted((one, other) => Number(one.Timestamp) - Number(other.Timestamp)).map(
    ({ Average }) => Average,
  );
}

/** An alarm that watches the CPU, so that its datapoints are kept. */
const watch = ({ cloudWatch }: Scaling, Name = "AutoScalingGroupName", Value = "web") =>
  cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: `watch ${Name}`,
      Namespace: "AWS/EC2",
      MetricName: "CPUUtilization",
      Dimensions: [{ Name, Value }],
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 99,
    }),
  );

async function instanceIds({ account }: Scaling): Promise<string[]> {
  return ((await describeGroup(account))?.Instances ?? []).map(({ InstanceId = "" }) => InstanceId);
}

test("work is shared by the servers in service, and idle servers use little", async () => {
  const scaling = await openScaling({ DesiredCapacity: 4 });
  const { account, cloudWatch } = scaling;
  const [id = ""] = await instanceIds(scaling);
  await watch(scaling);
  await watch(scaling, "InstanceId", id);
  account.pass(120);
  expect(new Set(await cpu(cloudWatch, "AutoScalingGroupName", "web"))).toEqual(new Set([2]));
  expect(account.sandbox.setLoad("cpu", 40)).toEqual({
    kind: "cpu",
    group: "web",
    servers: 4,
    each: 40,
    total: 160,
  });
  account.pass(120);
  expect((await cpu(cloudWatch, "AutoScalingGroupName", "web")).at(-1)).toBe(40);
  expect((await cpu(cloudWatch, "InstanceId", id)).at(-1)).toBe(40);
  await account.autoScaling.send(
    new EnterStandbyCommand({ ...web, InstanceIds: [id], ShouldDecrementDesiredCapacity: true }),
  );
  account.pass(300);
  // 160 for three; the server on standby has nothing to do.
  expect((await cpu(cloudWatch, "AutoScalingGroupName", "web")).at(-1)).toBeCloseTo(160 / 3);
  expect((await cpu(cloudWatch, "InstanceId", id)).at(-1)).toBe(2);
  account.sandbox.setLoad("cpu", 0);
  account.pass(120);
  expect((await cpu(cloudWatch, "AutoScalingGroupName", "web")).at(-1)).toBe(2);
});

test("the load of a failed server moves to the others, up to all that they have", async () => {
  const scaling = await openScaling({ DesiredCapacity: 2 });
  const { account, cloudWatch } = scaling;
  await watch(scaling);
  account.sandbox.setLoad("cpu", 70);
  account.pass(120);
  const [id = ""] = await instanceIds(scaling);
  // Otherwise the group replaces the server.
  await account.autoScaling.send(
    new SuspendProcessesCommand({ ...web, ScalingProcesses: ["ReplaceUnhealthy"] }),
  );
  await account.sandbox.call("ec2", "StopInstances", { InstanceIds: [id] });
  account.pass(70);
  expect((await cpu(cloudWatch, "AutoScalingGroupName", "web")).at(-1)).toBe(100);
});

test("without detailed monitoring, there is a datapoint every five minutes", async () => {
  const scaling = await openScaling({ AutoScalingGroupName: "web" });
  const { account, tier, cloudWatch } = scaling;
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "basic",
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      MinSize: 1,
      MaxSize: 1,
      VPCZoneIdentifier: account.subnets[0],
    }),
  );
  account.pass(600);
  await watch(scaling, "AutoScalingGroupName", "basic");
  account.pass(1_500);
  expect(await cpu(cloudWatch, "AutoScalingGroupName", "basic")).toHaveLength(4);
  await watch(scaling);
  account.pass(1_500);
  expect(await cpu(cloudWatch, "AutoScalingGroupName", "web")).toHaveLength(20);
});

test("the metrics of groups and instances are listed", async () => {
  const scaling = await openScaling();
  const { Metrics = [] } = await scaling.cloudWatch.send(
    new ListMetricsCommand({ Namespace: "AWS/EC2", MetricName: "CPUUtilization" }),
  );
  const dimensions = Metrics.map(({ Dimensions = [] }) =>
    Dimensions.map(({ Name, Value }) => `${Name} ${Value}`).join(),
  );
  const ids = await instanceIds(scaling);
  expect(dimensions.toSorted()).toEqual(
    ["AutoScalingGroupName web", ...ids.map((id) => `InstanceId ${id}`)].toSorted(),
  );
});

test("servers that warm up do not count in the metric of the group", async () => {
  const scaling = await openScaling({ DefaultInstanceWarmup: 3600 });
  const { account, cloudWatch } = scaling;
  await watch(scaling);
  account.sandbox.setLoad("cpu", 50);
  account.pass(1_200);
  expect(await cpu(cloudWatch, "AutoScalingGroupName", "web")).toEqual([]);
  account.pass(3_000);
  expect((await cpu(cloudWatch, "AutoScalingGroupName", "web")).at(-1)).toBe(50);
});

test("a load that cannot be is refused", async () => {
  const { account, tier } = await openScaling();
  const { sandbox } = account;
  expect(() => sandbox.setLoad("cpu", 101)).toThrow("from 0 to 100 percent, got 101");
  expect(() => sandbox.setLoad("cpu", -1)).toThrow("from 0 to 100 percent, got -1");
  expect(() => sandbox.setLoad("requests", -1)).toThrow("must be 0 or more, got -1");
  expect(() => sandbox.setLoad("requests", 10)).toThrow(
    "The Auto Scaling group web has no load balancer",
  );
  expect(() => sandbox.setLoad("cpu", 10, { group: "none" })).toThrow("'none' not found");
  expect(() => sandbox.setLoad("cpu", 10, { region: "eu-west-1" })).toThrow(
    "eu-west-1 has no Auto Scaling group",
  );
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "empty",
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      MinSize: 0,
      MaxSize: 1,
      VPCZoneIdentifier: account.subnets[0],
    }),
  );
  expect(() => sandbox.setLoad("cpu", 10)).toThrow(
    "ap-southeast-2 has several Auto Scaling groups: web, empty. Name one.",
  );
  expect(() => sandbox.setLoad("cpu", 10, { group: "empty" })).toThrow(
    "The Auto Scaling group empty has no server in service",
  );
  expect(sandbox.setLoad("cpu", 10, { group: "web" })).toMatchObject({ total: 20 });
});
