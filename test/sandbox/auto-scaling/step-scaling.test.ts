import {
  DeletePolicyCommand,
  DescribePoliciesCommand,
  ExecutePolicyCommand,
  type ExecutePolicyCommandInput,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import {
  capacities,
  desired,
  grown,
  openScaling,
  putPolicy,
  type Scaling,
  trackCpu,
  web,
} from "./scaling.ts";
import { activities } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The example of the User Guide, without its first step. */
const out = {
  PolicyName: "out",
  PolicyType: "StepScaling",
  AdjustmentType: "PercentChangeInCapacity",
  StepAdjustments: [
    { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 50 },
    { MetricIntervalLowerBound: 20, ScalingAdjustment: 100 },
  ],
};

const simple = (PolicyName: string, ScalingAdjustment: number) => ({
  PolicyName,
  AdjustmentType: "ChangeInCapacity",
  ScalingAdjustment,
});

/** An alarm on the CPU of the group, as a person makes it for a policy. */
function putAlarm(
  { cloudWatch }: Scaling,
  action: string | undefined,
  more: Partial<PutMetricAlarmCommandInput> = {},
) {
  return cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "busy",
      Namespace: "AWS/EC2",
      MetricName: "CPUUtilization",
      Dimensions: [{ Name: "AutoScalingGroupName", Value: "web" }],
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 2,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 60,
      AlarmActions: [action ?? ""],
      ...more,
    }),
  );
}

const execute = (
  { account }: Scaling,
  input: Omit<ExecutePolicyCommandInput, "AutoScalingGroupName">,
) => account.autoScaling.send(new ExecutePolicyCommand({ ...web, ...input }));

const resize = ({ account }: Scaling, DesiredCapacity: number) =>
  account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity }));

test("the step for the size of the breach is taken, once while its servers warm up", async () => {
  const scaling = await openScaling({ DesiredCapacity: 4, DefaultInstanceWarmup: 600 });
  const { account } = scaling;
  account.pass(600);
  const { PolicyARN } = await putPolicy(scaling, out);
  await putAlarm(scaling, PolicyARN);
  account.sandbox.setLoad("cpu", 70);
  await grown(account, 6, 600);
  expect((await activities(account))[0]?.Cause).toContain(
    "a monitor alarm busy in state ALARM triggered policy out changing the desired capacity from 4 to 6.",
  );
  // 280 in all are 46 % of six, so this is over.
  expect(await capacities(account, 3600)).toEqual([6]);
  account.sandbox.setLoad("cpu", 90);
  // 540 in all: twice as many, as far as the maximum allows.
  await grown(account, 10, 900);
});

test("a step policy scales in step by step while its alarm lasts", async () => {
  const scaling = await openScaling({ DesiredCapacity: 5 });
  const { account } = scaling;
  const { PolicyARN } = await putPolicy(scaling, {
    ...out,
    PolicyName: "in",
    AdjustmentType: "ChangeInCapacity",
    StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }],
  });
  await putAlarm(scaling, PolicyARN, { ComparisonOperator: "LessThanThreshold", Threshold: 20 });
  expect(await capacities(account, 1800)).toEqual([5, 4, 3, 2]);
});

test("a simple policy waits for the cooldown, counted from the end of the last launch", async () => {
  const scaling = await openScaling({ DefaultCooldown: 900 });
  const { account } = scaling;
  account.pass(900);
  const { PolicyARN } = await putPolicy(scaling, simple("one more", 1));
  await putAlarm(scaling, PolicyARN, { Threshold: 1 });
  await grown(account, 3, 300);
  expect(await capacities(account, 840)).toEqual([3]);
  await grown(account, 4, 240);
  await putPolicy(scaling, { ...simple("one more", 1), Cooldown: 60 });
  await grown(account, 10, 1800);
});

test("a deleted policy leaves the alarm of a person, without the action", async () => {
  const scaling = await openScaling();
  const { account, cloudWatch } = scaling;
  const { PolicyARN = "" } = await putPolicy(scaling, out);
  await putAlarm(scaling, PolicyARN);
  const { ScalingPolicies: [policy] = [] } = await account.autoScaling.send(
    new DescribePoliciesCommand({ PolicyNames: ["out"] }),
  );
  expect(policy).toEqual({
    ...web,
    ...out,
    PolicyARN,
    MetricAggregationType: "Average",
    Alarms: [
      {
        AlarmName: "busy",
        AlarmARN: "arn:aws:cloudwatch:ap-southeast-2:000000000000:alarm:busy",
      },
    ],
    Enabled: true,
  });
  await account.autoScaling.send(new DeletePolicyCommand({ PolicyName: PolicyARN }));
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms).toMatchObject([{ AlarmName: "busy", AlarmActions: [] }]);
});

test("a deleted group leaves an alarm only if it has another action", async () => {
  const scaling = await openScaling();
  const { account, cloudWatch } = scaling;
  const { PolicyARN = "" } = await putPolicy(scaling, out);
  const topic = "arn:aws:sns:ap-southeast-2:000000000000:operators";
  await putAlarm(scaling, PolicyARN);
  await putAlarm(scaling, PolicyARN, { AlarmName: "told", OKActions: [topic] });
  await account.sandbox.call("autoscaling", "DeleteAutoScalingGroup", {
    ...web,
    ForceDelete: true,
  });
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms).toMatchObject([{ AlarmName: "told", AlarmActions: [], OKActions: [topic] }]);
});

test("an alarm that a person sets by hand acts on a simple policy", async () => {
  const scaling = await openScaling();
  const { account, cloudWatch } = scaling;
  const { PolicyARN } = await putPolicy(scaling, simple("two more", 2));
  await putAlarm(scaling, PolicyARN);
  account.pass(600);
  await cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: "busy", StateValue: "ALARM", StateReason: "a drill" }),
  );
  account.pass(30);
  expect(await desired(account)).toBe(4);
});

test.each([
  // "12.7 is rounded to 12", ".67 to 1", "-.58 to -1", "-6.67 to -6".
  ["PercentChangeInCapacity", 3, 55, undefined, 4],
  ["PercentChangeInCapacity", 3, 20, undefined, 4],
  ["PercentChangeInCapacity", 3, -20, undefined, 2],
  ["PercentChangeInCapacity", 8, -45, undefined, 5],
  ["PercentChangeInCapacity", 4, 25, 2, 6],
  ["PercentChangeInCapacity", 8, -25, 3, 5],
  ["ExactCapacity", 3, 7, undefined, 7],
  ["ChangeInCapacity", 3, 5, undefined, 8],
  ["ChangeInCapacity", 3, 50, undefined, 10],
  ["ChangeInCapacity", 3, -50, undefined, 2],
])("%s of %i servers by %i, at least %s, makes %i", async (type, before, amount, least, after) => {
  const scaling = await openScaling();
  await resize(scaling, before);
  await putPolicy(scaling, {
    ...simple("adjust", amount),
    AdjustmentType: type,
    MinAdjustmentMagnitude: least,
  });
  scaling.account.pass(600);
  await execute(scaling, { PolicyName: "adjust" });
  expect(await desired(scaling.account)).toBe(after);
  scaling.account.pass(30);
  expect((await activities(scaling.account))[0]?.Cause).toContain(
    `a user request executed policy adjust changing the desired capacity from ${before} to ${after}.`,
  );
});

test("a step policy is executed with a value and a threshold", async () => {
  const scaling = await openScaling();
  await putPolicy(scaling, out);
  await execute(scaling, { PolicyName: "out", MetricValue: 79.9, BreachThreshold: 60 });
  expect(await desired(scaling.account)).toBe(3);
  await execute(scaling, { PolicyName: "out", MetricValue: 80, BreachThreshold: 60 });
  expect(await desired(scaling.account)).toBe(4);
});

test("what cannot be executed is refused", async () => {
  const scaling = await openScaling();
  await trackCpu(scaling);
  await putPolicy(scaling, out);
  await putPolicy(scaling, simple("more", 1));
  const refused = async (input: Omit<ExecutePolicyCommandInput, "AutoScalingGroupName">) => {
    const { code, message } = await refusal(execute(scaling, input));
    return `${code}: ${message}`;
  };
  expect(await refused({ PolicyName: "cpu" })).toContain("ValidationError");
  expect(await refused({ PolicyName: "none" })).toBe("ValidationError: Policy none not found");
  expect(await refused({ PolicyName: "out" })).toContain(
    "MetricValue and BreachThreshold are required",
  );
  expect(await refused({ PolicyName: "out", MetricValue: 59, BreachThreshold: 60 })).toContain(
    "does not correspond to a step adjustment",
  );
  expect(
    await refused({ PolicyName: "out", MetricValue: 70, BreachThreshold: 60, HonorCooldown: true }),
  ).toContain("HonorCooldown is not supported for policy type StepScaling");
  expect(await refused({ PolicyName: "more", MetricValue: 70 })).toContain(
    "not supported for policy type SimpleScaling",
  );
  await execute(scaling, { PolicyName: "more" });
  expect(await refused({ PolicyName: "more", HonorCooldown: true })).toContain(
    "ScalingActivityInProgress",
  );
  await putPolicy(scaling, { ...simple("more", 1), Enabled: false });
  expect(await refused({ PolicyName: "more" })).toBe("ValidationError: Policy more is disabled");
});
