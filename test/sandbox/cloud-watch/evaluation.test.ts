import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client } from "../clients.ts";
import {
  described,
  eventsIn,
  historyOf,
  openWatch,
  put,
  putAlarm,
  putMinutes,
  stateOf,
  watch,
} from "./watch.ts";

const week = 7 * 24 * 60 * 60;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12, 0, 30), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("a new alarm has no data, and says why after its first evaluation", async () => {
  const account = await openWatch();
  await putAlarm(account);
  expect(await described(account)).toMatchObject({
    StateValue: "INSUFFICIENT_DATA",
    StateReason: "Unchecked: Initial alarm creation",
  });
  account.pass(30);
  expect(await described(account)).toMatchObject({
    StateValue: "INSUFFICIENT_DATA",
    StateReason: "Insufficient Data: 3 datapoints were unknown.",
  });
  expect(await historyOf(account)).toEqual(['Alarm "busy" created']);
});

test("every datapoint must breach, and one that does not ends it", async () => {
  const account = await openWatch();
  await putAlarm(account);
  const seen: (string | undefined)[] = [];
  for (const value of [90, 81, 80.5, 80, 95]) {
    await put(account, value);
    account.pass(60);
    seen.push(await stateOf(account));
  }
  // After two, the oldest one is younger than three minutes.
  expect(seen).toEqual(["INSUFFICIENT_DATA", "INSUFFICIENT_DATA", "ALARM", "OK", "OK"]);
  expect(await historyOf(account)).toEqual([
    "Alarm updated from ALARM to OK",
    "Alarm updated from INSUFFICIENT_DATA to ALARM",
    'Alarm "busy" created',
  ]);
});

test("the reason says which datapoints crossed the threshold", async () => {
  const account = await openWatch();
  await putAlarm(account, { EvaluationPeriods: 4, DatapointsToAlarm: 2 });
  await putMinutes(account, [10, 90, 20, 95.5]);
  account.pass(60);
  const alarm = await described(account);
  expect(alarm).toMatchObject({
    StateValue: "ALARM",
    StateReason:
      "Threshold Crossed: 2 out of the last 4 datapoints [95.5 (22/11/26 12:00:00), 90.0 (22/11/26 11:58:00)] were greater than the threshold (80.0) (minimum 2 datapoints for OK -> ALARM transition).",
    StateUpdatedTimestamp: new Date("2026-11-22T12:01:00Z"),
    StateTransitionedTimestamp: new Date("2026-11-22T12:01:00Z"),
  });
  expect(JSON.parse(alarm.StateReasonData ?? "")).toMatchObject({
    version: "1.0",
    startDate: "2026-11-22T11:57:00.000+0000",
    statistic: "Average",
    period: 60,
    recentDatapoints: [10, 90, 20, 95.5],
    threshold: 80,
  });
  const { AlarmHistoryItems: [change] = [] } = await account.cloudWatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: "busy", HistoryItemType: "StateUpdate" }),
  );
  expect(JSON.parse(change?.HistoryData ?? "")).toMatchObject({
    oldState: { stateValue: "INSUFFICIENT_DATA" },
    newState: { stateValue: "ALARM", stateReasonData: { threshold: 80 } },
  });
});

test.each([
  ["GreaterThanOrEqualToThreshold", 80, 79],
  ["GreaterThanThreshold", 81, 80],
  ["LessThanThreshold", 79, 80],
  ["LessThanOrEqualToThreshold", 80, 81],
] as const)("%s: %d breaches, %d does not", async (ComparisonOperator, breaching, other) => {
  const account = await openWatch();
  await putAlarm(account, { ComparisonOperator, EvaluationPeriods: 1 });
  await put(account, other);
  account.pass(60);
  expect(await stateOf(account)).toBe("OK");
  await put(account, breaching);
  account.pass(60);
  expect(await stateOf(account)).toBe("ALARM");
});

describe("the statistic of a period", () => {
  test.each([
    ["Average", 82, "ALARM"],
    ["Sum", 150, "ALARM"],
    ["Minimum", 80, "OK"],
    ["Maximum", 84, "ALARM"],
    ["SampleCount", 2, "OK"],
  ] as const)("%s", async (Statistic, value, state) => {
    const account = await openWatch();
    await putAlarm(account, { Statistic, EvaluationPeriods: 1 });
    await put(account, 80);
    await put(account, 84);
    account.pass(60);
    expect(await stateOf(account), String(value)).toBe(state);
  });

  test("a percentile, and too few samples of it", async () => {
    const account = await openWatch();
    const percentile = {
      Statistic: undefined,
      ExtendedStatistic: "p90",
      EvaluationPeriods: 1,
    } as const;
    await putAlarm(account, percentile);
    await putAlarm(account, {
      ...percentile,
      AlarmName: "cautious",
      EvaluateLowSampleCountPercentile: "ignore",
    });
    for (const value of [10, 10, 10, 10, 10, 10, 10, 10, 90, 90]) await put(account, value);
    account.pass(60);
    expect(await stateOf(account)).toBe("ALARM");
    // Fewer than 10 / (1 - 0.9) samples.
    expect(await stateOf(account, "cautious")).toBe("INSUFFICIENT_DATA");
  });

  test("a longer period slides with every evaluation", async () => {
    const account = await openWatch();
    await putAlarm(account, { Period: 300, Statistic: "Sum", EvaluationPeriods: 1 });
    await put(account, 50);
    account.pass(240);
    await put(account, 50);
    account.pass(20);
    expect(await stateOf(account)).toBe("OK");
    // The period that ends now contains both.
    account.pass(10);
    expect(await stateOf(account)).toBe("ALARM");
    account.pass(60);
    expect(await stateOf(account)).toBe("OK");
  });

  test("a period of 10 seconds is evaluated every 10 seconds", async () => {
    const account = await openWatch();
    await putAlarm(account, { Period: 10, EvaluationPeriods: 1 });
    await account.sandbox.call("cloudwatch", "PutMetricData", {
      Namespace: "Shop",
      MetricData: [
        {
          MetricName: "Depth",
          Dimensions: [{ Name: "Queue", Value: "orders" }],
          Value: 90,
          StorageResolution: 1,
        },
      ],
    });
    account.pass(10);
    expect(await described(account)).toMatchObject({
      StateValue: "ALARM",
      StateUpdatedTimestamp: new Date("2026-11-22T12:00:40Z"),
    });
  });
});

test("the same metric in another unit is not looked at", async () => {
  const account = await openWatch();
  await putAlarm(account, { Unit: "Count", EvaluationPeriods: 1 });
  await put(account, 90);
  account.pass(60);
  expect(await stateOf(account)).toBe("INSUFFICIENT_DATA");
});

test("a state that somebody sets lasts until the next evaluation", async () => {
  const account = await openWatch();
  await putAlarm(account);
  await account.cloudWatch.send(
    new SetAlarmStateCommand({
      AlarmName: "busy",
      StateValue: "ALARM",
      StateReason: "a test",
      StateReasonData: '{"by":"hand"}',
    }),
  );
  expect(await described(account)).toMatchObject({
    StateValue: "ALARM",
    StateReason: "a test",
    StateReasonData: '{"by":"hand"}',
  });
  account.pass(60);
  expect(await stateOf(account)).toBe("INSUFFICIENT_DATA");
});

describe("alarms sleep while nothing changes", () => {
  test("a week without data takes a few events", async () => {
    const account = await openWatch();
    await putAlarm(account);
    await putAlarm(account, { AlarmName: "silent", TreatMissingData: "breaching" });
    const before = eventsIn(account.sandbox);
    account.pass(week);
    expect(await stateOf(account, "silent")).toBe("ALARM");
    expect(eventsIn(account.sandbox) - before).toBeLessThan(10);
  });

  test("a datapoint wakes them, until it has left the range", async () => {
    const account = await openWatch();
    await putAlarm(account, { EvaluationPeriods: 1 });
    account.pass(week);
    await put(account, 90);
    const before = eventsIn(account.sandbox);
    account.pass(60);
    expect(await stateOf(account)).toBe("ALARM");
    account.pass(week);
    expect(await stateOf(account)).toBe("INSUFFICIENT_DATA");
    expect(eventsIn(account.sandbox) - before).toBeLessThan(15);
  });

  test("so does a changed alarm", async () => {
    const account = await openWatch();
    await putAlarm(account);
    account.pass(week);
    await putAlarm(account, { TreatMissingData: "breaching" });
    account.pass(60);
    expect(await stateOf(account)).toBe("ALARM");
  });

  test("an account without alarms has no events, whatever is put and deleted", async () => {
    const account = await openWatch();
    await put(account, 90);
    await putAlarm(account);
    await account.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ["busy"] }));
    account.pass(60);
    const before = eventsIn(account.sandbox);
    await put(account, 91);
    account.pass(week);
    expect(eventsIn(account.sandbox) - before).toBe(0);
  });
});

test("a saved account resumes: awake, and asleep", async () => {
  const first = await openWatch();
  await putAlarm(first, { EvaluationPeriods: 2, TreatMissingData: "ignore" });
  await put(first, 90);
  first.pass(40);
  const awake = watch(await reopened(first.sandbox.snapshot()));
  await put(awake, 90);
  awake.pass(60);
  expect(await stateOf(awake)).toBe("ALARM");
  awake.pass(week);
  const asleep = watch(await reopened(awake.sandbox.snapshot()));
  expect(await stateOf(asleep)).toBe("ALARM");
  await putMinutes(asleep, [10, 10]);
  asleep.pass(60);
  expect(await stateOf(asleep)).toBe("OK");
  expect(await historyOf(asleep)).toEqual([
    "Alarm updated from ALARM to OK",
    "Alarm updated from INSUFFICIENT_DATA to ALARM",
    'Alarm "busy" created',
  ]);
});

function reopened(snapshot: string) {
  return createSandbox({ speed: 1, consistency: { maxMilliseconds: 0 }, snapshot });
}

test("each region has its own alarms", async () => {
  const account = await openWatch();
  await putAlarm(account, { EvaluationPeriods: 1 });
  const far = await account.sandbox.call(
    "cloudwatch",
    "DescribeAlarms",
    {},
    { region: "eu-west-1" },
  );
  expect(far).toMatchObject({ MetricAlarms: [] });
  // Another service's calls leave them alone.
  await ec2Client(account.sandbox).send(
    new CreateSecurityGroupCommand({ GroupName: "web", Description: "web" }),
  );
  account.pass(60);
  expect(await stateOf(account)).toBe("INSUFFICIENT_DATA");
});
