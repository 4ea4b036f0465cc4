import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  ListMetricsCommand,
  type MetricDatum,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { described, openWatch, putAlarm, topic } from "./watch.ts";

const noon = new Date("2026-11-22T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: noon, toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const dimensions = Array.from({ length: 31 }, (_, number) => ({
  Name: `d${number}`,
  Value: "x",
}));

const alarms: readonly [Partial<PutMetricAlarmCommandInput>, string][] = [
  [{ AlarmName: "" }, "ValidationException"],
  [{ AlarmName: "a".repeat(256) }, "ValidationException"],
  [{ AlarmName: "a\u0007" }, "ValidationException"],
  [{ AlarmDescription: "a".repeat(1025) }, "ValidationException"],
  [{ MetricName: undefined }, "MissingRequiredParameterException"],
  [{ Namespace: undefined }, "MissingRequiredParameterException"],
  [{ Namespace: "" }, "InvalidParameterValueException"],
  [{ MetricName: "a".repeat(256) }, "InvalidParameterValueException"],
  [{ Statistic: undefined }, "MissingRequiredParameterException"],
  [{ ExtendedStatistic: "p90" }, "InvalidParameterCombinationException"],
  [{ Statistic: undefined, ExtendedStatistic: "Average" }, "ValidationException"],
  [{ Statistic: undefined, ExtendedStatistic: "p101" }, "InvalidParameterValueException"],
  [{ Statistic: undefined, ExtendedStatistic: "tm90" }, "UnsupportedOperation"],
  [{ Statistic: undefined, ExtendedStatistic: "PR(1:2)" }, "UnsupportedOperation"],
  [{ Period: undefined }, "MissingRequiredParameterException"],
  [{ Period: 0 }, "ValidationException"],
  [{ Period: 15 }, "ValidationException"],
  [{ Period: 90 }, "ValidationException"],
  [{ Period: 600, EvaluationPeriods: 145 }, "ValidationException"],
  [{ Period: 86_400, EvaluationPeriods: 8 }, "ValidationException"],
  [{ EvaluationPeriods: 0 }, "ValidationException"],
  [{ EvaluationPeriods: undefined }, "MissingRequiredParameterException"],
  [{ DatapointsToAlarm: 4 }, "ValidationException"],
  [{ DatapointsToAlarm: 0 }, "ValidationException"],
  [{ Threshold: undefined }, "MissingRequiredParameterException"],
  [{ ComparisonOperator: undefined }, "MissingRequiredParameterException"],
  [{ ComparisonOperator: "LessThanLowerThreshold" }, "UnsupportedOperation"],
  [{ TreatMissingData: "fine" }, "ValidationException"],
  [{ EvaluateLowSampleCountPercentile: "ignore" }, "ValidationException"],
  [
    {
      Statistic: undefined,
      ExtendedStatistic: "p90",
      EvaluateLowSampleCountPercentile: "sometimes",
    },
    "ValidationException",
  ],
  [{ Dimensions: dimensions }, "InvalidParameterValueException"],
  [{ Dimensions: [{ Name: ":a", Value: "x" }] }, "InvalidParameterValueException"],
  [{ Dimensions: [{ Name: "a", Value: " " }] }, "InvalidParameterValueException"],
  [
    {
      Dimensions: [
        { Name: "a", Value: "x" },
        { Name: "a", Value: "y" },
      ],
    },
    "ValidationException",
  ],
  [{ AlarmActions: Array.from({ length: 6 }, () => topic) }, "ValidationException"],
  [{ OKActions: ["people"] }, "ValidationException"],
  [{ AlarmActions: ["arn:aws:automate:ap-southeast-2:ec2:stop"] }, "UnsupportedOperation"],
  [{ Tags: [{ Key: "aws:a", Value: "" }] }, "InvalidParameterValueException"],
  [{ ThresholdMetricId: "band" }, "UnsupportedOperation"],
  [{ EvaluationWindow: { sliding: {} } as never }, "UnsupportedOperation"],
];

describe("an alarm", () => {
  test.each(alarms)("%j: %s", async (more, code) => {
    const account = await openWatch();
    expect(await refusal(putAlarm(account, more))).toMatchObject({ code });
    expect(account.sandbox.inventory()["alarm"]).toBeUndefined();
  });

  test("at the limits is accepted", async () => {
    const account = await openWatch();
    await putAlarm(account, { Period: 86_400, EvaluationPeriods: 7 });
    await putAlarm(account, { Period: 600, EvaluationPeriods: 144 });
    await putAlarm(account, { Dimensions: dimensions.slice(1) });
    await putAlarm(account, { Period: 20 });
    expect(await described(account)).toMatchObject({ Period: 20 });
  });

  test("beyond the quota, but an existing one is overwritten", async () => {
    const account = await openWatch({ quotas: { "alarms per region": 1 } });
    await putAlarm(account);
    await putAlarm(account, { Threshold: 90 });
    const another = putAlarm(account, { AlarmName: "another" });
    expect(await refusal(another)).toMatchObject({ code: "LimitExceededFault", status: 400 });
  });
});

test("an error also has its code of the query protocol", async () => {
  const account = await openWatch();
  const sent: Promise<unknown> = putAlarm(account, {
    Statistic: "Average",
    ExtendedStatistic: "p1",
  });
  await expect(sent).rejects.toMatchObject({
    name: "InvalidParameterCombinationException",
    message: "Statistic and ExtendedStatistic cannot be specified together.",
    Code: "InvalidParameterCombination",
    Type: "Sender",
  });
});

const data: readonly [MetricDatum, string][] = [
  [{ MetricName: "a" }, "MissingRequiredParameterException"],
  [{ MetricName: "a", Value: 1, Values: [1] }, "InvalidParameterCombinationException"],
  [{ MetricName: "a", Value: 2 ** 361 }, "InvalidParameterValueException"],
  [{ MetricName: "a", Value: Number.NaN }, "InvalidParameterValueException"],
  [{ MetricName: "a", Values: [1, 2], Counts: [1] }, "InvalidParameterValueException"],
  [{ MetricName: "a", Values: [1], Counts: [0] }, "InvalidParameterValueException"],
  [{ MetricName: "a", Values: [] }, "InvalidParameterValueException"],
  [
    { MetricName: "a", Values: Array.from({ length: 151 }, (_, value) => value) },
    "InvalidParameterValueException",
  ],
  [
    { MetricName: "a", StatisticValues: { SampleCount: 0, Sum: 1, Minimum: 1, Maximum: 1 } },
    "InvalidParameterValueException",
  ],
  [
    { MetricName: "a", StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 2, Maximum: 1 } },
    "InvalidParameterValueException",
  ],
  [{ MetricName: "a", Value: 1, StorageResolution: 5 }, "InvalidParameterValueException"],
  [{ MetricName: "a", Value: 1, Unit: "Pounds" as never }, "ValidationException"],
  [{ MetricName: "", Value: 1 }, "InvalidParameterValueException"],
  [
    { MetricName: "a", Value: 1, Timestamp: new Date("2026-11-08T11:59:00Z") },
    "InvalidParameterValueException",
  ],
  [
    { MetricName: "a", Value: 1, Timestamp: new Date("2026-11-22T14:01:00Z") },
    "InvalidParameterValueException",
  ],
];

test.each(data)("data: %j: %s", async (datum, code) => {
  const { cloudWatch } = await openWatch();
  const sent = cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: "Shop",
      MetricData: [{ MetricName: "b", Value: 1 }, datum],
    }),
  );
  expect(await refusal(sent)).toMatchObject({ code });
  // Nothing of the request is stored.
  expect((await cloudWatch.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
});

const reads: readonly [Partial<GetMetricStatisticsCommandInput>, string][] = [
  [{ Period: 45 }, "InvalidParameterValueException"],
  [{ Period: 0 }, "InvalidParameterValueException"],
  [{ Statistics: undefined }, "MissingRequiredParameterException"],
  [{ ExtendedStatistics: ["p90"] }, "InvalidParameterCombinationException"],
  [{ Statistics: undefined, ExtendedStatistics: ["Sum"] }, "InvalidParameterValueException"],
  [{ EndTime: new Date("2026-11-22T11:00:00Z") }, "ValidationException"],
  [{ StartTime: new Date("2026-11-20T11:00:00Z") }, "InvalidParameterCombinationException"],
  [{ Unit: "Pounds" as never }, "ValidationException"],
];

test.each(reads)("statistics: %j: %s", async (more, code) => {
  const { cloudWatch } = await openWatch();
  const sent = cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "Shop",
      MetricName: "Depth",
      StartTime: new Date("2026-11-22T11:00:00Z"),
      EndTime: noon,
      Period: 60,
      Statistics: ["Sum"],
      ...more,
    }),
  );
  expect(await refusal(sent)).toMatchObject({ code });
});

test("expressions of GetMetricData are not modelled", async () => {
  const { cloudWatch } = await openWatch();
  const sent = cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date("2026-11-22T11:00:00Z"),
      EndTime: noon,
      MetricDataQueries: [{ Id: "a", Expression: "1 + 1" }],
    }),
  );
  expect(await refusal(sent)).toMatchObject({ code: "UnsupportedOperation" });
});

test("a state for an alarm that does not exist, or that is none", async () => {
  const account = await openWatch();
  const set = (more: object) =>
    account.cloudWatch.send(
      new SetAlarmStateCommand({
        AlarmName: "busy",
        StateValue: "OK",
        StateReason: "a test",
        ...more,
      }),
    );
  expect(await refusal(set({}))).toMatchObject({ code: "ResourceNotFound", status: 404 });
  await putAlarm(account);
  expect(await refusal(set({ StateValue: "FINE" }))).toMatchObject({ code: "ValidationException" });
  expect(await refusal(set({ StateReason: "a".repeat(1024) }))).toMatchObject({
    code: "ValidationException",
  });
  expect(await refusal(set({ StateReasonData: "{" }))).toMatchObject({
    code: "InvalidFormatFault",
  });
});

test("lists of alarms", async () => {
  const { cloudWatch } = await openWatch();
  const AlarmNames = Array.from({ length: 101 }, (_, number) => `a${number}`);
  for (const [input, code] of [
    [{ AlarmNames: ["a"], AlarmNamePrefix: "a" }, "ValidationException"],
    [{ AlarmNames }, "ValidationException"],
    [{ MaxRecords: 0 }, "ValidationException"],
    [{ MaxRecords: 101 }, "ValidationException"],
    [{ NextToken: "none" }, "InvalidNextToken"],
    [{ ChildrenOfAlarmName: "a" }, "UnsupportedOperation"],
  ] as const) {
    const sent = cloudWatch.send(
      new DescribeAlarmsCommand({ ...input, AlarmNames: mutable(input) }),
    );
    expect(await refusal(sent), JSON.stringify(input).slice(0, 80)).toMatchObject({ code });
  }
  expect(await refusal(cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames })))).toMatchObject({
    code: "ValidationException",
  });
  const history = new DescribeAlarmHistoryCommand({
    StartDate: noon,
    EndDate: new Date("2026-11-22T11:00:00Z"),
  });
  expect(await refusal(cloudWatch.send(history))).toMatchObject({ code: "ValidationException" });
});

function mutable(input: object): string[] | undefined {
  return "AlarmNames" in input && Array.isArray(input.AlarmNames) ? input.AlarmNames : undefined;
}

test("more than 50 tags", async () => {
  const account = await openWatch();
  await putAlarm(account);
  const { AlarmArn: ResourceARN } = await described(account);
  const Tags = Array.from({ length: 51 }, (_, number) => ({ Key: `t${number}`, Value: "" }));
  const sent = account.cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags }));
  expect(await refusal(sent)).toMatchObject({ code: "InvalidParameterValueException" });
});
