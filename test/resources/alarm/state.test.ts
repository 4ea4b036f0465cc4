import { describe, expect, test } from "vitest";
import { alarm } from "../../../src/resources/alarm/index.ts";
import { beginning, openStage, ours } from "../answers.ts";

const minute = 60_000;

/** The notes of an alarm in this state since so many minutes. */
async function notesOf(state: object, minutesAgo: number) {
  const stage = openStage({
    "cloudwatch:DescribeAlarms": {
      MetricAlarms: [
        {
          AlarmName: "afterpay-unhealthy",
          AlarmArn: "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:afterpay-unhealthy",
          AlarmDescription: "1 server or more of afterpay unhealthy for 3 minutes.",
          StateTransitionedTimestamp: new Date(beginning - minutesAgo * minute),
          ...state,
        },
      ],
    },
    "cloudwatch:ListTagsForResource": { Tags: ours("alarm/unhealthy") },
  });
  const [live] = await alarm.discover(stage.context);
  return live?.notes;
}

describe("the state of an alarm", () => {
  test("is told if it is on, with AWS's reason and since when", async () => {
    const reason = "Threshold Crossed: 3 datapoints were greater than the threshold (1.0).";
    expect(await notesOf({ StateValue: "ALARM", StateReason: reason }, 90)).toEqual([
      {
        summary: `the alarm is on since 2025-12-31 22:30 UTC. 1 server or more of afterpay unhealthy for 3 minutes. AWS says: ${reason}`,
        remedy: "Find the cause. The alarm ends by itself when its metric is normal again.",
      },
    ]);
  });

  test("is told by the last update if AWS does not say when it changed", async () => {
    const state = {
      StateValue: "ALARM",
      StateTransitionedTimestamp: undefined,
      StateUpdatedTimestamp: new Date(beginning),
    };
    expect(await notesOf(state, 0)).toMatchObject([
      { summary: expect.stringContaining("is on since 2026-01-01 00:00 UTC.") },
    ]);
  });

  test("is told if data have been missing for an hour, not before", async () => {
    const state = { StateValue: "INSUFFICIENT_DATA", StateReason: "Insufficient Data" };
    expect(await notesOf(state, 59)).toBeUndefined();
    expect(await notesOf(state, 60)).toMatchObject([
      {
        summary:
          "the alarm has no data since 2025-12-31 23:00 UTC, so it cannot go off. AWS says: Insufficient Data",
      },
    ]);
  });

  test("is nothing to tell if all is well", async () => {
    expect(await notesOf({ StateValue: "OK" }, 600)).toBeUndefined();
  });
});

test("every page of alarms is read, and those of other names cost no further call", async () => {
  const named = (AlarmName: string) => ({
    AlarmName,
    AlarmArn: `arn:aws:cloudwatch:eu-west-1:000000000000:alarm:${AlarmName}`,
  });
  const stage = openStage({
    "cloudwatch:DescribeAlarms": ({ NextToken }) =>
      NextToken === undefined
        ? { MetricAlarms: [named("afterpay-errors"), named("afterpaying")], NextToken: "next" }
        : { MetricAlarms: [named("afterpay-slow")] },
    "cloudwatch:ListTagsForResource": { Tags: ours("alarm/slow") },
  });
  const found = await alarm.discover(stage.context);
  expect(found.map(({ physicalName }) => physicalName)).toEqual([
    "afterpay-errors",
    "afterpay-slow",
  ]);
  expect(stage.asked("cloudwatch:DescribeAlarms")[0]).toEqual({
    AlarmNamePrefix: "afterpay",
    AlarmTypes: ["MetricAlarm"],
    MaxRecords: 100,
  });
  expect(stage.asked("cloudwatch:ListTagsForResource")).toHaveLength(2);
});
