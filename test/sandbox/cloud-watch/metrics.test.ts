import {
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  GetMetricStatisticsCommand,
  type GetMetricStatisticsCommandInput,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  type MetricDatum,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openWatch, put, putMinutes, type Watch } from "./watch.ts";

const noon = "2026-11-22T12:00:00Z";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse(noon), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const depth = {
  Namespace: "Shop",
  MetricName: "Depth",
  Dimensions: [{ Name: "Queue", Value: "orders" }],
};

async function statistics(
  { cloudWatch }: Watch,
  more: Partial<GetMetricStatisticsCommandInput> = {},
) {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      ...depth,
      StartTime: new Date("2026-11-22T11:00:00Z"),
      EndTime: new Date("2026-11-22T12:30:00Z"),
      Period: 60,
      Statistics: ["Average"],
      ...more,
    }),
  );
  return Datapoints;
}

async function putData({ cloudWatch }: Watch, ...MetricData: MetricDatum[]) {
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: "Shop",
      MetricData: MetricData.map((datum) => ({ ...depth, Namespace: undefined, ...datum })),
    }),
  );
}

test("all statistics of a minute, over the wire", async () => {
  const account = await openWatch();
  for (const value of [1, 2, 6]) await put(account, value);
  const Statistics = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;
  expect(await statistics(account, { Statistics: [...Statistics] })).toEqual([
    {
      Timestamp: new Date(noon),
      Unit: "None",
      SampleCount: 3,
      Average: 3,
      Sum: 9,
      Minimum: 1,
      Maximum: 6,
    },
  ]);
});

test("values with counts, statistic sets and units", async () => {
  const account = await openWatch();
  await putData(
    account,
    { MetricName: "Depth", Values: [10, 20], Counts: [3, 1] },
    {
      MetricName: "Depth",
      StatisticValues: { SampleCount: 4, Sum: 40, Minimum: 5, Maximum: 25 },
      Unit: "Count",
    },
  );
  const found = await statistics(account, { Statistics: ["Average", "Maximum", "SampleCount"] });
  expect(found).toEqual([
    { Timestamp: new Date(noon), Unit: "None", Average: 12.5, Maximum: 20, SampleCount: 4 },
    { Timestamp: new Date(noon), Unit: "Count", Average: 10, Maximum: 25, SampleCount: 4 },
  ]);
  expect(await statistics(account, { Unit: "Count" })).toMatchObject([{ Unit: "Count" }]);
  expect(await statistics(account, { Unit: "Bytes" })).toEqual([]);
});

test("percentiles are those of single values", async () => {
  const account = await openWatch();
  await putData(account, {
    MetricName: "Depth",
    Values: [1, 2, 3, 100],
    Counts: [50, 40, 9, 1],
  });
  const percentiles = { Statistics: undefined, ExtendedStatistics: ["p50", "p90", "p99", "p100"] };
  expect(await statistics(account, percentiles)).toMatchObject([
    { ExtendedStatistics: { p50: 1, p90: 2, p99: 3, p100: 100 } },
  ]);
  // A set whose values are not known has none.
  await putData(account, {
    MetricName: "Depth",
    StatisticValues: { SampleCount: 4, Sum: 40, Minimum: 5, Maximum: 25 },
  });
  const [mixed] = await statistics(account, percentiles);
  expect(mixed?.ExtendedStatistics).toEqual({});
});

test("data of several minutes, also from the past", async () => {
  const account = await openWatch();
  await putMinutes(account, [10, undefined, 30, 50]);
  expect((await statistics(account)).map(({ Average }) => Average)).toEqual([10, 30, 50]);
  // 11:57 and 11:59 are in one period, 12:00 in the next.
  const wide = await statistics(account, { Period: 1800 });
  expect(wide.map(({ Average }) => Average)).toEqual([20, 50]);
});

test("high-resolution data are stored by second", async () => {
  const account = await openWatch();
  for (const second of [1, 12, 14]) {
    await putData(account, {
      MetricName: "Depth",
      Value: second,
      StorageResolution: 1,
      Timestamp: new Date(Date.parse(noon) + second * 1000),
    });
  }
  const found = await statistics(account, {
    Period: 10,
    StartTime: new Date(noon),
    EndTime: new Date("2026-11-22T12:01:00Z"),
  });
  expect(found.map(({ Average }) => Average)).toEqual([1, 13]);
});

describe("GetMetricData", () => {
  async function data({ cloudWatch }: Watch, more: Partial<GetMetricDataCommandInput> = {}) {
    return await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date("2026-11-22T11:00:00Z"),
        EndTime: new Date("2026-11-22T12:01:00Z"),
        MetricDataQueries: [
          { Id: "depth", MetricStat: { Metric: depth, Period: 60, Stat: "Maximum" } },
          {
            Id: "wide",
            Label: "all",
            MetricStat: { Metric: depth, Period: 300, Stat: "p50" },
          },
          {
            Id: "hidden",
            MetricStat: { Metric: depth, Period: 60, Stat: "Sum" },
            ReturnData: false,
          },
        ],
        ...more,
      }),
    );
  }

  test("returns the newest first, or the oldest", async () => {
    const account = await openWatch();
    await putMinutes(account, [10, undefined, 30]);
    const { MetricDataResults: results } = await data(account);
    expect(results).toEqual([
      {
        Id: "depth",
        Label: "Depth",
        StatusCode: "Complete",
        Timestamps: [new Date(noon), new Date("2026-11-22T11:58:00Z")],
        Values: [30, 10],
      },
      {
        Id: "wide",
        Label: "all",
        StatusCode: "Complete",
        Timestamps: [new Date(noon), new Date("2026-11-22T11:55:00Z")],
        Values: [30, 10],
      },
    ]);
    const { MetricDataResults: [first] = [] } = await data(account, {
      ScanBy: "TimestampAscending",
    });
    expect(first?.Values).toEqual([10, 30]);
  });

  test("in pages", async () => {
    const account = await openWatch();
    await putMinutes(account, [10, 20, 30]);
    const seen: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await data(account, { MaxDatapoints: 2, NextToken });
      seen.push(...(page.MetricDataResults ?? []).flatMap(({ Values = [] }) => Values));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(seen).toEqual([30, 20, 10, 30, 10]);
  });
});

test("metrics are listed by namespace, name and dimensions", async () => {
  const account = await openWatch();
  await put(account, 1);
  await put(account, 1, undefined, "Age");
  await account.cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: "AWS/EC2",
      MetricData: [{ MetricName: "StatusCheckFailed", Value: 1 }],
    }),
  );
  const list = async (more: ListMetricsCommandInput) => {
    const { Metrics = [] } = await account.cloudWatch.send(new ListMetricsCommand(more));
    return Metrics.map(({ MetricName }) => MetricName);
  };
  expect(await list({})).toEqual(["Depth", "Age", "StatusCheckFailed"]);
  expect(await list({ Namespace: "Shop", MetricName: "Age" })).toEqual(["Age"]);
  expect(await list({ Dimensions: [{ Name: "Queue" }] })).toEqual(["Depth", "Age"]);
  expect(await list({ Dimensions: [{ Name: "Queue", Value: "x" }] })).toEqual([]);
  account.pass(4 * 60 * 60);
  expect(await list({ RecentlyActive: "PT3H" })).toEqual([]);
  expect(await list({ Namespace: "AWS/EC2" })).toEqual(["StatusCheckFailed"]);
  account.pass(15 * 24 * 60 * 60);
  expect(await list({})).toEqual([]);
});

test("a large request, which the client compresses", async () => {
  const account = await openWatch();
  const MetricData = Array.from({ length: 500 }, (_, number) => ({
    MetricName: `Depth of the queue number ${number}`,
    Value: number,
  }));
  await account.cloudWatch.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
  const { Metrics = [], NextToken } = await account.cloudWatch.send(new ListMetricsCommand({}));
  expect(Metrics.length).toBe(500);
  expect(NextToken).toBeUndefined();
});

test("a saved account keeps its data", async () => {
  const account = await openWatch();
  await put(account, 7);
  const again = await openWatch({ snapshot: account.sandbox.snapshot() });
  expect(await statistics(again)).toMatchObject([{ Average: 7 }]);
});
