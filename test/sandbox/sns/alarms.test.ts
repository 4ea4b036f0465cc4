import { PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteTopicCommand } from "@aws-sdk/client-sns";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { putAlarm, putMinutes, watch } from "../cloud-watch/watch.ts";
import { createTopic, follow, openPost, subjects } from "./post.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("an alarm sends AWS's JSON to its topic", async () => {
  const post = await openPost();
  const client = watch(post.sandbox);
  const topic = await createTopic(post);
  await follow(post, topic);
  await putAlarm(client, {
    AlarmDescription: "Too many orders wait.",
    AlarmActions: [topic],
    OKActions: [topic],
    TreatMissingData: "notBreaching",
  });
  await putMinutes(client, [90, 90, 90]);
  client.pass(60);
  client.pass(600);
  expect(subjects(post)).toEqual([
    'ALARM: "busy" in Asia Pacific (Sydney)',
    'OK: "busy" in Asia Pacific (Sydney)',
  ]);
  const [alarm] = post.sandbox.messages().filter(({ type }) => type === "Notification");
  const content: Record<string, unknown> = JSON.parse(alarm?.text ?? "");
  expect(content).toEqual({
    AlarmName: "busy",
    AlarmDescription: "Too many orders wait.",
    AWSAccountId: "000000000000",
    AlarmConfigurationUpdatedTimestamp: "2026-11-22T00:00:00.000+0000",
    NewStateValue: "ALARM",
    NewStateReason: expect.stringMatching(/^Threshold Crossed: 3 (out of the last 3 )?datapoints/),
    StateChangeTime: "2026-11-22T00:01:00.000+0000",
    Region: "Asia Pacific (Sydney)",
    AlarmArn: "arn:aws:cloudwatch:ap-southeast-2:000000000000:alarm:busy",
    OldStateValue: "INSUFFICIENT_DATA",
    OKActions: [topic],
    AlarmActions: [topic],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: "Depth",
      Namespace: "Shop",
      StatisticType: "Statistic",
      Statistic: "AVERAGE",
      Unit: null,
      Dimensions: [{ value: "orders", name: "Queue" }],
      Period: 60,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 80,
      TreatMissingData: "notBreaching",
      EvaluateLowSampleCountPercentile: "",
    },
  });
});

test("an alarm on an expression tells its metrics", async () => {
  const post = await openPost();
  const client = watch(post.sandbox);
  const topic = await createTopic(post);
  await client.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "share",
      Metrics: [
        { Id: "share", Expression: "depth * 100", Label: "Share" },
        {
          Id: "depth",
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: "Shop",
              MetricName: "Depth",
              Dimensions: [{ Name: "Queue", Value: "orders" }],
            },
            Period: 60,
            Stat: "Sum",
          },
        },
      ],
      EvaluationPeriods: 1,
      Threshold: 80,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [topic],
    }),
  );
  await putMinutes(client, [90]);
  client.pass(60);
  const [sent] = post.sandbox.messages();
  expect(JSON.parse(sent?.text ?? "")).toMatchObject({
    Trigger: {
      Metrics: [
        { Id: "share", Expression: "depth * 100", Label: "Share", ReturnData: true },
        {
          Id: "depth",
          ReturnData: false,
          MetricStat: {
            Metric: { Dimensions: [{ value: "orders", name: "Queue" }] },
            Period: 60,
            Stat: "Sum",
          },
        },
      ],
    },
  });
});

test("an alarm whose topic is deleted still follows its metric", async () => {
  const post = await openPost();
  const client = watch(post.sandbox);
  const topic = await createTopic(post);
  await putAlarm(client, { AlarmActions: [topic] });
  await post.sns.send(new DeleteTopicCommand({ TopicArn: topic }));
  await putMinutes(client, [90, 90, 90]);
  client.pass(60);
  expect(post.sandbox.messages()).toEqual([]);
});
