import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { described, historyOf, openWatch, put, putAlarm, stateOf, topic } from "./watch.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function names(
  { cloudWatch }: Awaited<ReturnType<typeof openWatch>>,
  input: DescribeAlarmsCommandInput,
) {
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand(input));
  return MetricAlarms.map(({ AlarmName }) => AlarmName);
}

test("an alarm is described as it was put", async () => {
  const account = await openWatch();
  await putAlarm(account, {
    AlarmDescription: "too many orders",
    AlarmActions: [topic],
    OKActions: [],
    DatapointsToAlarm: 2,
    TreatMissingData: "notBreaching",
    Unit: "Count",
  });
  expect(await described(account)).toMatchObject({
    AlarmName: "busy",
    AlarmArn: "arn:aws:cloudwatch:ap-southeast-2:000000000000:alarm:busy",
    AlarmDescription: "too many orders",
    AlarmConfigurationUpdatedTimestamp: new Date("2026-11-22T12:00:00Z"),
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [topic],
    InsufficientDataActions: [],
    StateValue: "INSUFFICIENT_DATA",
    MetricName: "Depth",
    Namespace: "Shop",
    Statistic: "Average",
    Dimensions: [{ Name: "Queue", Value: "orders" }],
    Period: 60,
    Unit: "Count",
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    Threshold: 80,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "notBreaching",
  });
});

test("a put alarm is overwritten completely, but keeps its state and its tags", async () => {
  const account = await openWatch();
  await putAlarm(account, {
    EvaluationPeriods: 1,
    AlarmDescription: "first",
    TreatMissingData: "ignore",
    AlarmActions: [topic],
    Tags: [{ Key: "team", Value: "shop" }],
  });
  await put(account, 90);
  account.pass(60);
  await putAlarm(account, { EvaluationPeriods: 2, Tags: [{ Key: "other", Value: "x" }] });
  const alarm = await described(account);
  expect(alarm).toMatchObject({ StateValue: "ALARM", AlarmActions: [], EvaluationPeriods: 2 });
  expect(alarm.AlarmDescription).toBeUndefined();
  expect(alarm.TreatMissingData).toBeUndefined();
  expect(await tagsOf(account, alarm.AlarmArn)).toEqual([{ Key: "team", Value: "shop" }]);
  expect(await historyOf(account)).toEqual([
    'Alarm "busy" updated',
    "Alarm updated from INSUFFICIENT_DATA to ALARM",
    'Alarm "busy" created',
  ]);
  expect(account.sandbox.inventory()["alarm"]).toEqual([
    {
      region: "ap-southeast-2",
      id: "busy",
      name: "busy",
      state: "ALARM",
      tags: { team: "shop" },
    },
  ]);
});

async function tagsOf(
  { cloudWatch }: Awaited<ReturnType<typeof openWatch>>,
  ResourceARN: string | undefined,
) {
  const { Tags } = await cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN }));
  return Tags;
}

test("tags are added, overwritten and removed", async () => {
  const account = await openWatch();
  await putAlarm(account);
  const { AlarmArn: ResourceARN } = await described(account);
  const { cloudWatch } = account;
  await cloudWatch.send(
    new TagResourceCommand({
      ResourceARN,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    }),
  );
  await cloudWatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "a", Value: "3" }] }));
  await cloudWatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["b", "none"] }));
  expect(await tagsOf(account, ResourceARN)).toEqual([{ Key: "a", Value: "3" }]);
  const unknown = `${ResourceARN}x`;
  for (const call of [
    new TagResourceCommand({ ResourceARN: unknown, Tags: [{ Key: "a", Value: "1" }] }),
    new UntagResourceCommand({ ResourceARN: unknown, TagKeys: ["a"] }),
    new ListTagsForResourceCommand({ ResourceARN: unknown }),
  ]) {
    // The overloads of `send` take one command each.
    const sent: Promise<unknown> = cloudWatch.send(call as ListTagsForResourceCommand);
    expect(await refusal(sent)).toMatchObject({ code: "ResourceNotFoundException", status: 404 });
  }
  const foreign = "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:busy";
  expect(
    await refusal(cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: foreign }))),
  ).toMatchObject({ code: "InvalidParameterValueException" });
});

test("alarms are found by name, prefix, state and action", async () => {
  const account = await openWatch();
  await putAlarm(account, { AlarmName: "shop-busy", TreatMissingData: "breaching" });
  await putAlarm(account, { AlarmName: "shop-idle", OKActions: [topic] });
  await putAlarm(account, { AlarmName: "other" });
  account.pass(60);
  expect(await names(account, {})).toEqual(["shop-busy", "shop-idle", "other"]);
  expect(await names(account, { AlarmNames: ["other", "none"] })).toEqual(["other"]);
  expect(await names(account, { AlarmNamePrefix: "shop-" })).toEqual(["shop-busy", "shop-idle"]);
  expect(await names(account, { StateValue: "ALARM" })).toEqual(["shop-busy"]);
  expect(await names(account, { ActionPrefix: "arn:aws:sns" })).toEqual(["shop-idle"]);
  expect(await names(account, { AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
  expect(await names(account, { AlarmTypes: ["MetricAlarm"], StateValue: "ALARM" })).toEqual([
    "shop-busy",
  ]);
});

test("pages have the alarms, each once", async () => {
  const account = await openWatch();
  for (let number = 0; number < 5; number++) await putAlarm(account, { AlarmName: `a${number}` });
  const seen: (string | undefined)[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await account.cloudWatch.send(
      new DescribeAlarmsCommand({ MaxRecords: 2, NextToken }),
    );
    seen.push((page.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  expect(seen).toEqual([["a0", "a1"], ["a2", "a3"], ["a4"]]);
});

test("the alarms of a metric", async () => {
  const account = await openWatch();
  const { cloudWatch } = account;
  await putAlarm(account);
  await putAlarm(account, { AlarmName: "slow", Period: 300 });
  await putAlarm(account, { AlarmName: "all", Dimensions: [] });
  const of = async (more: object) => {
    const { MetricAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsForMetricCommand({ Namespace: "Shop", MetricName: "Depth", ...more }),
    );
    return MetricAlarms.map(({ AlarmName }) => AlarmName);
  };
  const Dimensions = [{ Name: "Queue", Value: "orders" }];
  expect(await of({ Dimensions })).toEqual(["busy", "slow"]);
  expect(await of({ Dimensions, Period: 300 })).toEqual(["slow"]);
  expect(await of({ Dimensions, Statistic: "Sum" })).toEqual([]);
  expect(await of({})).toEqual(["all"]);
});

test("a deleted alarm leaves its history, and unknown names do not save the others", async () => {
  const account = await openWatch();
  await putAlarm(account);
  const remove = account.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ["none", "busy"] }));
  expect(await refusal(remove)).toMatchObject({ code: "ResourceNotFound", status: 404 });
  expect(await names(account, {})).toEqual([]);
  expect(await historyOf(account)).toEqual(['Alarm "busy" deleted', 'Alarm "busy" created']);
});

test("actions are disabled and enabled", async () => {
  const account = await openWatch();
  await putAlarm(account);
  const AlarmNames = ["busy", "none"];
  await account.cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
  expect(await described(account)).toMatchObject({ ActionsEnabled: false });
  await account.cloudWatch.send(new EnableAlarmActionsCommand({ AlarmNames }));
  expect(await described(account)).toMatchObject({ ActionsEnabled: true });
});

test("the history is filtered, in both orders, and forgotten after 30 days", async () => {
  const account = await openWatch();
  await putAlarm(account, { TreatMissingData: "breaching" });
  account.pass(60);
  await putAlarm(account, { TreatMissingData: "notBreaching" });
  account.pass(60);
  await putAlarm(account, { AlarmName: "other" });
  const found = async (more: object) => {
    const { AlarmHistoryItems = [] } = await account.cloudWatch.send(
      new DescribeAlarmHistoryCommand(more),
    );
    return AlarmHistoryItems.map(({ AlarmName, HistoryItemType }) =>
      [AlarmName, HistoryItemType].join(" "),
    );
  };
  expect(await found({ ScanBy: "TimestampAscending", AlarmName: "busy" })).toEqual([
    "busy ConfigurationUpdate",
    "busy StateUpdate",
    "busy ConfigurationUpdate",
    "busy StateUpdate",
  ]);
  expect(await found({ HistoryItemType: "StateUpdate" })).toEqual([
    "busy StateUpdate",
    "busy StateUpdate",
  ]);
  expect(await found({ StartDate: new Date("2026-11-22T12:01:30Z") })).toEqual([
    "other ConfigurationUpdate",
    "busy StateUpdate",
  ]);
  expect(await found({ EndDate: new Date("2026-11-22T12:00:30Z") })).toEqual([
    "busy ConfigurationUpdate",
  ]);
  expect(await found({ AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
  account.pass(31 * 24 * 60 * 60);
  expect(await found({})).toEqual([]);
});

test("a new alarm is visible after the usual lag", async () => {
  const account = await openWatch({ consistency: { maxMilliseconds: 1000 } });
  await putAlarm(account, { EvaluationPeriods: 1, TreatMissingData: "breaching" });
  account.pass(60);
  expect(await stateOf(account)).toBe("ALARM");
});
