import {
  DeletePolicyCommand,
  DescribePoliciesCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DeleteAlarmsCommand, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import {
  alarmStates,
  capacities,
  desired,
  grown,
  openScaling,
  type Scaling,
  trackCpu,
  web,
} from "./scaling.ts";
import { activities, describeGroup } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const suspend = ({ account }: Scaling, ...ScalingProcesses: string[]) =>
  account.autoScaling.send(new SuspendProcessesCommand({ ...web, ScalingProcesses }));
const resume = ({ account }: Scaling, ...ScalingProcesses: string[]) =>
  account.autoScaling.send(new ResumeProcessesCommand({ ...web, ScalingProcesses }));

test("a group grows under load to the number that the target needs, and no further", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling);
  account.pass(600);
  // 160 in all, which are 40 for each of four.
  expect(account.sandbox.setLoad("cpu", 80)).toMatchObject({ servers: 2, each: 80, total: 160 });
  expect(await capacities(account, 3 * 3600)).toEqual([2, 4]);
  const [launched] = await activities(account);
  expect(launched?.Cause).toMatch(
    /^At 2026-11-22T00:\d\d:\d\dZ a monitor alarm TargetTracking-web-AlarmHigh-[0-9a-f-]{36} in state ALARM triggered policy cpu changing the desired capacity from 2 to 4\. {2}At \S+Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 3 to 4\.$/,
  );
});

test("servers at their limit show no more than that, so the group grows again once they are warm", async () => {
  const scaling = await openScaling({ DesiredCapacity: 8 });
  const { account } = scaling;
  expect(account.sandbox.setLoad("cpu", 50)).toMatchObject({ total: 400 });
  await account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity: 2 }));
  account.pass(600);
  await trackCpu(scaling);
  // 100 % of two, 100 % of four, 50 % of eight.
  expect(await capacities(account, 3 * 3600)).toEqual([2, 4, 8]);
});

test("while its new servers warm up, a group does not grow for the same load again", async () => {
  const scaling = await openScaling({ DesiredCapacity: 8, DefaultInstanceWarmup: 1200 });
  const { account } = scaling;
  account.pass(1200);
  account.sandbox.setLoad("cpu", 50);
  await account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity: 2 }));
  account.pass(600);
  await trackCpu(scaling);
  await grown(account, 4);
  expect(await capacities(account, 1140)).toEqual([4]);
  await grown(account, 8, 300);
});

test("a group grows to its maximum at most", async () => {
  const scaling = await openScaling({ MaxSize: 3 });
  await trackCpu(scaling);
  scaling.account.sandbox.setLoad("cpu", 100);
  expect(await capacities(scaling.account, 2 * 3600)).toEqual([2, 3]);
});

test("three datapoints above the target are needed: a peak of two minutes changes nothing", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling);
  account.pass(300);
  account.sandbox.setLoad("cpu", 80);
  account.pass(119);
  account.sandbox.setLoad("cpu", 30);
  expect(await capacities(account, 600)).toEqual([2]);
});

test("a group shrinks gradually after the load, to what is needed and never below its minimum", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling);
  account.sandbox.setLoad("cpu", 100);
  await grown(account, 4);
  account.sandbox.setLoad("cpu", 100);
  await grown(account, 8);
  // 8 × 18.75 = 150: three servers at 50 %.
  account.sandbox.setLoad("cpu", 18.75);
  // The low alarm needs 15 minutes.
  expect(await capacities(account, 14 * 60)).toEqual([8]);
  expect(await capacities(account, 2 * 3600)).toEqual([8, 5, 4, 3]);
  const [ended] = await activities(account);
  expect(ended?.Cause).toMatch(
    /^At \S+Z a monitor alarm TargetTracking-web-AlarmLow-\S+ in state ALARM triggered policy cpu changing the desired capacity from 4 to 3\. {2}At \S+Z an instance was taken out of service/,
  );
  account.sandbox.setLoad("cpu", 0);
  expect(await capacities(account, 4 * 3600)).toEqual([3, 2]);
});

test("a load between nine tenths of the target and the target changes nothing", async () => {
  const scaling = await openScaling({ DesiredCapacity: 4 });
  await trackCpu(scaling);
  scaling.account.sandbox.setLoad("cpu", 46);
  expect(await capacities(scaling.account, 3 * 3600)).toEqual([4]);
  expect(await alarmStates(scaling)).toEqual({
    "TargetTracking-web-AlarmHigh": "OK",
    "TargetTracking-web-AlarmLow": "OK",
  });
});

test("without scale-in, a policy has no low alarm, and the group stays large", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  const { Alarms = [] } = await trackCpu(scaling, {}, { DisableScaleIn: true });
  expect(Alarms).toHaveLength(1);
  account.sandbox.setLoad("cpu", 80);
  await grown(account, 4);
  account.sandbox.setLoad("cpu", 0);
  expect(await capacities(account, 3 * 3600)).toEqual([4]);
  expect(await alarmStates(scaling)).toEqual({ "TargetTracking-web-AlarmHigh": "OK" });
});

test("with AlarmNotification suspended, policies do not act; on resuming they do", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling);
  await suspend(scaling, "AlarmNotification");
  account.sandbox.setLoad("cpu", 80);
  expect(await capacities(account, 24 * 3600)).toEqual([2]);
  expect(await alarmStates(scaling)).toMatchObject({ "TargetTracking-web-AlarmHigh": "ALARM" });
  await resume(scaling, "AlarmNotification");
  await grown(account, 4, 600);
});

test.each([
  ["Launch", 80, 4],
  ["Terminate", 5, 2],
] as const)(
  "with %s suspended, alarms change nothing until it is resumed",
  async (process, load, end) => {
    const scaling = await openScaling({ DesiredCapacity: process === "Launch" ? 2 : 4 });
    const { account } = scaling;
    await trackCpu(scaling);
    await suspend(scaling, process);
    account.sandbox.setLoad("cpu", load);
    expect(await capacities(account, 6 * 3600)).toHaveLength(1);
    await resume(scaling, process);
    await grown(account, end, 3600);
  },
);

test("a disabled policy does not act, and acts at once when it is enabled in an alarm", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling, { Enabled: false });
  account.sandbox.setLoad("cpu", 80);
  expect(await capacities(account, 3600)).toEqual([2]);
  await trackCpu(scaling);
  await grown(account, 4, 600);
});

test("a policy whose high alarm somebody deletes scales out no more, until it is put again", async () => {
  const scaling = await openScaling();
  const { account, cloudWatch } = scaling;
  const { PolicyARN, Alarms: [high] = [] } = await trackCpu(scaling);
  account.pass(600);
  await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [high?.AlarmName ?? ""] }));
  account.sandbox.setLoad("cpu", 80);
  expect(await capacities(account, 3600)).toEqual([2]);
  expect(await alarmStates(scaling)).toEqual({ "TargetTracking-web-AlarmLow": "OK" });
  expect(await trackCpu(scaling)).toMatchObject({ PolicyARN });
  await grown(account, 4, 900);
  account.sandbox.setLoad("cpu", 0);
  await grown(account, 2, 3 * 3600);
});

test("a policy whose low alarm somebody deletes scales in no more, until it is put again", async () => {
  const scaling = await openScaling({ DesiredCapacity: 4 });
  const { account, cloudWatch } = scaling;
  const { Alarms: [, low] = [] } = await trackCpu(scaling);
  await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [low?.AlarmName ?? ""] }));
  expect(await capacities(account, 3 * 3600)).toEqual([4]);
  await trackCpu(scaling);
  await grown(account, 2, 3 * 3600);
});

test("nothing is scaled in while a server warms up", async () => {
  const scaling = await openScaling({ DefaultInstanceWarmup: 3600 });
  const { account } = scaling;
  account.pass(3600);
  await trackCpu(scaling);
  account.sandbox.setLoad("cpu", 80);
  await grown(account, 4);
  account.sandbox.setLoad("cpu", 0);
  expect(await capacities(account, 3500)).toEqual([4]);
  await grown(account, 2, 3600);
});

test("the warm-up of a policy comes before that of the group", async () => {
  const scaling = await openScaling({ DefaultInstanceWarmup: 60 });
  const { account } = scaling;
  await trackCpu(scaling, { EstimatedInstanceWarmup: 7200 });
  account.pass(7200);
  account.sandbox.setLoad("cpu", 80);
  await grown(account, 4);
  account.sandbox.setLoad("cpu", 0);
  expect(await capacities(account, 7000)).toEqual([4]);
  await grown(account, 2, 3600);
});

test("during an instance refresh, nothing is scaled in while a replacement warms up", async () => {
  const scaling = await openScaling({ DesiredCapacity: 4 });
  const { account } = scaling;
  await trackCpu(scaling);
  account.sandbox.setLoad("cpu", 46);
  account.pass(1800);
  await account.autoScaling.send(
    new StartInstanceRefreshCommand({
      ...web,
      Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 125, InstanceWarmup: 3000 },
    }),
  );
  account.pass(300);
  account.sandbox.setLoad("cpu", 0);
  expect(await capacities(account, 2700)).toEqual([4]);
  await grown(account, 2, 24 * 3600);
});

test("the alarms are as AWS makes them", async () => {
  const scaling = await openScaling();
  const { PolicyARN = "", Alarms = [] } = await trackCpu(scaling);
  expect(PolicyARN).toMatch(
    /^arn:aws:autoscaling:ap-southeast-2:000000000000:scalingPolicy:[0-9a-f-]{36}:autoScalingGroupName\/web:policyName\/cpu$/,
  );
  const { MetricAlarms = [] } = await scaling.cloudWatch.send(new DescribeAlarmsCommand({}));
  const shared = {
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${PolicyARN}.`,
    ActionsEnabled: true,
    AlarmActions: [PolicyARN],
    OKActions: [],
    InsufficientDataActions: [],
    Namespace: "AWS/EC2",
    MetricName: "CPUUtilization",
    Dimensions: [{ Name: "AutoScalingGroupName", Value: "web" }],
    Statistic: "Average",
    Period: 60,
  };
  const high = { ...shared, EvaluationPeriods: 3, ComparisonOperator: "GreaterThanThreshold" };
  const low = { ...shared, EvaluationPeriods: 15, ComparisonOperator: "LessThanThreshold" };
  expect(MetricAlarms).toMatchObject([
    { ...high, AlarmName: Alarms[0]?.AlarmName, AlarmArn: Alarms[0]?.AlarmARN, Threshold: 50 },
    { ...low, AlarmName: Alarms[1]?.AlarmName, AlarmArn: Alarms[1]?.AlarmARN, Threshold: 45 },
  ]);
  const { ScalingPolicies } = await scaling.account.autoScaling.send(
    new DescribePoliciesCommand(web),
  );
  expect(ScalingPolicies).toEqual([
    {
      ...web,
      PolicyName: "cpu",
      PolicyARN,
      PolicyType: "TargetTrackingScaling",
      StepAdjustments: [],
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
        TargetValue: 50,
        DisableScaleIn: false,
      },
      Alarms,
      Enabled: true,
    },
  ]);
});

test("a policy that is put again keeps its ARN and the names of its alarms, which get the new target", async () => {
  const scaling = await openScaling();
  const first = await trackCpu(scaling);
  scaling.account.pass(3600);
  const states = await alarmStates(scaling);
  expect(Object.values(states)).toEqual(["OK", "ALARM"]);
  const second = await trackCpu(scaling, {}, { TargetValue: 70 });
  expect(second.PolicyARN).toBe(first.PolicyARN);
  expect(second.Alarms).toEqual(first.Alarms);
  expect(await alarmStates(scaling)).toEqual(states);
  const { MetricAlarms = [] } = await scaling.cloudWatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms.map(({ Threshold }) => Threshold)).toEqual([70, 63]);
  await trackCpu(scaling, {}, { DisableScaleIn: true });
  expect(Object.keys(await alarmStates(scaling))).toEqual(["TargetTracking-web-AlarmHigh"]);
});

test("the alarms go with their policy, and with their group", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling);
  await account.autoScaling.send(new DeletePolicyCommand({ ...web, PolicyName: "cpu" }));
  expect(await alarmStates(scaling)).toEqual({});
  await trackCpu(scaling);
  await account.sandbox.call("autoscaling", "DeleteAutoScalingGroup", {
    ...web,
    ForceDelete: true,
  });
  expect(await alarmStates(scaling)).toEqual({});
});

test("an account that is saved and opened again goes on scaling", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling);
  account.sandbox.setLoad("cpu", 80);
  account.pass(100);
  const snapshot = account.sandbox.snapshot();
  expect(await desired(account)).toBe(2);
  const sandbox = await createSandbox({ snapshot, speed: 1 });
  vi.setSystemTime(Date.now() + 1200_000);
  const described = await sandbox.call("autoscaling", "DescribeAutoScalingGroups", {});
  expect(described).toMatchObject({
    AutoScalingGroups: [{ DesiredCapacity: 4, Instances: { length: 4 } }],
  });
});

test("a week with a constant load needs few events", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  await trackCpu(scaling);
  account.sandbox.setLoad("cpu", 80);
  await grown(account, 4);
  account.pass(3600);
  // Each event that is scheduled has a number.
  const counted = () => JSON.parse(account.sandbox.snapshot()).order;
  const before = counted();
  account.pass(7 * 24 * 3600);
  expect(counted() - before).toBeLessThan(50);
  expect((await describeGroup(account))?.DesiredCapacity).toBe(4);
});

test("an account without alarms records nothing of its load", async () => {
  const { account } = await openScaling();
  account.pass(3600);
  const state = () => {
    const { order, queue } = JSON.parse(account.sandbox.snapshot());
    return { order, queue };
  };
  const before = state();
  account.sandbox.setLoad("cpu", 80);
  account.pass(24 * 3600);
  expect(state()).toEqual(before);
});
