import type { MetricDataQuery, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { described, openWatch, putAlarm, putMinutes, stateOf, type Watch } from "./watch.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function metric(
  Id: string,
  MetricName: string,
  more: Partial<MetricDataQuery> = {},
): MetricDataQuery {
  return {
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: "Shop",
        MetricName,
        Dimensions: [{ Name: "Queue", Value: "orders" }],
      },
      Period: 60,
      Stat: "Sum",
    },
    ...more,
  };
}

const metrics = [metric("errors", "Errors"), metric("all", "Requests")];

function onExpression(
  Expression: string,
  others: readonly MetricDataQuery[] = metrics,
): Partial<PutMetricAlarmCommandInput> {
  return {
    Namespace: undefined,
    MetricName: undefined,
    Dimensions: undefined,
    Statistic: undefined,
    Period: undefined,
    Threshold: 5,
    EvaluationPeriods: 1,
    Metrics: [...others, { Id: "share", Expression, Label: "%", ReturnData: true }],
  };
}

/** The reason names the value of the expression. */
async function resultOf(
  account: Watch,
  expression: string,
  errors: number | undefined,
  all: number | undefined,
) {
  await putAlarm(account, onExpression(expression));
  await putMinutes(account, [errors], "Errors");
  await putMinutes(account, [all], "Requests");
  account.pass(60);
  const { StateReasonData: data = "{}" } = await described(account);
  const { recentDatapoints }: { recentDatapoints: number[] } = JSON.parse(data);
  return recentDatapoints.at(-1);
}

test.each([
  ["100 * errors / all", 6, 100, 6],
  ["errors + all * 2", 6, 100, 206],
  ["(errors + all) * 2", 6, 100, 212],
  ["all - errors - 4", 6, 100, 90],
  ["all / errors / 2", 5, 100, 10],
  ["-errors + all", 6, 100, 94],
  ["all*-1", 6, 100, -100],
  ["100*FILL(errors, 0)/all", undefined, 100, 0],
  ["FILL(errors, -1) + all", undefined, 100, 99],
  ["errors / all", undefined, 100, undefined],
  ["errors / all", 6, 0, undefined],
  ["1.5 * all", 6, 100, 150],
] as const)("%s with %s and %s is %s", async (expression, errors, all, expected) => {
  const account = await openWatch();
  expect(await resultOf(account, expression, errors, all)).toBe(expected);
});

test("an alarm on an expression is described with it, and compares it with the threshold", async () => {
  const account = await openWatch();
  await putAlarm(account, onExpression("100 * FILL(errors, 0) / all"));
  const alarm = await described(account);
  expect(alarm.Metrics).toEqual([
    ...metrics,
    { Id: "share", Expression: "100 * FILL(errors, 0) / all", Label: "%", ReturnData: true },
  ]);
  expect(alarm.MetricName).toBeUndefined();
  await putMinutes(account, [100], "Requests");
  account.pass(60);
  expect(await stateOf(account)).toBe("OK");
  await putMinutes(account, [100], "Requests");
  await putMinutes(account, [6], "Errors");
  account.pass(60);
  expect(await stateOf(account)).toBe("ALARM");
});

test("an expression can refer to another one", async () => {
  const account = await openWatch();
  const half = { Id: "half", Expression: "all / 2", ReturnData: false };
  await putAlarm(account, onExpression("half * 10", [...metrics, half]));
  await putMinutes(account, [4], "Requests");
  account.pass(60);
  expect(await stateOf(account)).toBe("ALARM");
});

describe("refused", () => {
  test.each([
    ["IF(errors > 1, 1, 0)", "UnsupportedOperation"],
    ["SUM(METRICS())", "UnsupportedOperation"],
    ["FILL(errors, REPEAT)", "UnsupportedOperation"],
    ["errors ^ 2", "UnsupportedOperation"],
    ["ANOMALY_DETECTION_BAND(errors, 2)", "UnsupportedOperation"],
    ["errors +", "ValidationException"],
    ["(errors", "ValidationException"],
    ["errors)", "ValidationException"],
    ["", "ValidationException"],
    ["errors / none", "ValidationException"],
    ["share + 1", "ValidationException"],
  ])("%s: %s", async (expression, code) => {
    const account = await openWatch();
    expect(await refusal(putAlarm(account, onExpression(expression)))).toMatchObject({ code });
  });

  const other = metric("all", "Requests");
  test.each<[string, Partial<PutMetricAlarmCommandInput>, string]>([
    [
      "nothing that returns data",
      { Metrics: [metric("a", "Errors")] },
      "Exactly one element of the metrics list should return data.",
    ],
    [
      "two that return data",
      onExpression("errors", [metric("errors", "Errors", { ReturnData: true })]),
      "Exactly one element of the metrics list should return data.",
    ],
    [
      "the same id twice",
      onExpression("errors", [...metrics, metric("errors", "Errors")]),
      "The values for parameter id in parameter metrics are not unique.",
    ],
    [
      "different periods",
      onExpression("errors", [
        metric("errors", "Errors"),
        {
          ...other,
          MetricStat: { Metric: other.MetricStat?.Metric, Stat: "Sum", Period: 300 },
        },
      ]),
      "Period must be the same for all metrics in the metrics list.",
    ],
    [
      "an id of a wrong form",
      onExpression("1", [metric("Errors", "Errors")]),
      "The value Errors for parameter id is not matching the expected pattern.",
    ],
    ["no metric at all", onExpression("1", []), "Metrics list must contain at least one metric."],
  ])("%s", async (_, more, message) => {
    const account = await openWatch();
    const input = { ...onExpression("1"), ...more };
    expect(await refusal(putAlarm(account, input))).toMatchObject({
      code: "ValidationException",
      message,
    });
  });

  test("metrics and a metric name", async () => {
    const account = await openWatch();
    const input = { ...onExpression("errors"), MetricName: "Depth" };
    expect(await refusal(putAlarm(account, input))).toMatchObject({
      code: "InvalidParameterCombinationException",
    });
  });
});
