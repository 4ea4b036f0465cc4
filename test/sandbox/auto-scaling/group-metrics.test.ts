import {
  DisableMetricsCollectionCommand,
  EnableMetricsCollectionCommand,
  EnterStandbyCommand,
  PutWarmPoolCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { GetMetricStatisticsCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { putAlarm, stateOf } from "../cloud-watch/watch.ts";
import { openScaling, type Scaling, web } from "./scaling.ts";
import { describeGroup } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const names = [
  "GroupMinSize",
  "GroupMaxSize",
  "GroupDesiredCapacity",
  "GroupInServiceInstances",
  "GroupPendingInstances",
  "GroupStandbyInstances",
  "GroupTerminatingInstances",
  "GroupTotalInstances",
];

const poolNames = [
  "WarmPoolDesiredCapacity",
  "WarmPoolWarmedCapacity",
  "WarmPoolTotalCapacity",
  "GroupAndWarmPoolDesiredCapacity",
  "GroupAndWarmPoolTotalCapacity",
];

const enable = ({ account }: Scaling, Metrics?: string[], Granularity = "1Minute") =>
  account.autoScaling.send(new EnableMetricsCollectionCommand({ ...web, Granularity, Metrics }));

const disable = ({ account }: Scaling, Metrics?: string[]) =>
  account.autoScaling.send(new DisableMetricsCollectionCommand({ ...web, Metrics }));

async function enabled({ account }: Scaling) {
  return (await describeGroup(account))?.EnabledMetrics ?? [];
}

/** The newest value of each of these metrics. */
async function values({ cloudWatch }: Scaling, of = names) {
  return Promise.all(
    of.map(async (MetricName) => {
      const { Datapoints = [] } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/AutoScaling",
          MetricName,
          Dimensions: [{ Name: "AutoScalingGroupName", Value: "web" }],
          StartTime: new Date(Date.now() - 180_000),
          EndTime: new Date(),
          Period: 60,
          Statistics: ["Average"],
        }),
      );
      return Datapoints.at(-1)?.Average;
    }),
  );
}

test("the metrics of a group count its instances by state, while they are enabled", async () => {
  const scaling = await openScaling();
  const { account } = scaling;
  expect(await values(scaling)).toEqual(names.map(() => undefined));
  await enable(scaling);
  account.pass(120);
  expect(await values(scaling)).toEqual([2, 10, 2, 2, 0, 0, 0, 2]);
  const [member] = (await describeGroup(account))?.Instances ?? [];
  await account.autoScaling.send(
    new EnterStandbyCommand({
      ...web,
      InstanceIds: [member?.InstanceId ?? ""],
      ShouldDecrementDesiredCapacity: false,
    }),
  );
  account.pass(900);
  expect(await values(scaling)).toEqual([2, 10, 2, 2, 0, 1, 0, 3]);
  await disable(scaling);
  account.pass(120);
  expect(await values(scaling)).toEqual(names.map(() => undefined));
});

test("the metrics of the warm pool are published while the group has one", async () => {
  const scaling = await openScaling({ MaxSize: 4 });
  const { account } = scaling;
  await enable(scaling);
  const read = () => values(scaling, poolNames);
  account.pass(120);
  expect(await read()).toEqual(poolNames.map(() => undefined));
  await account.autoScaling.send(new PutWarmPoolCommand({ ...web, PoolState: "Running" }));
  account.pass(900);
  expect(await read()).toEqual([2, 2, 2, 4, 4]);
  // They count for the pool alone.
  expect(await values(scaling)).toEqual([2, 4, 2, 2, 0, 0, 0, 2]);
});

test("some metrics alone are enabled and disabled, and listed", async () => {
  const scaling = await openScaling();
  await enable(scaling, ["GroupMaxSize", "GroupMinSize"]);
  await enable(scaling, ["GroupDesiredCapacity"]);
  await disable(scaling, ["GroupMaxSize"]);
  expect(await enabled(scaling)).toEqual([
    { Metric: "GroupMinSize", Granularity: "1Minute" },
    { Metric: "GroupDesiredCapacity", Granularity: "1Minute" },
  ]);
  const { Metrics = [] } = await scaling.cloudWatch.send(
    new ListMetricsCommand({ Namespace: "AWS/AutoScaling" }),
  );
  expect(Metrics.map(({ MetricName }) => MetricName)).toEqual([
    "GroupMinSize",
    "GroupDesiredCapacity",
  ]);
  await enable(scaling);
  expect((await enabled(scaling)).map(({ Metric }) => Metric)).toEqual(
    expect.arrayContaining(names),
  );
  await disable(scaling);
  expect(await enabled(scaling)).toEqual([]);
});

test("an alarm follows a metric from its enabling on", async () => {
  const scaling = await openScaling();
  const client = { cloudWatch: scaling.cloudWatch };
  await putAlarm(client, {
    Namespace: "AWS/AutoScaling",
    MetricName: "GroupInServiceInstances",
    Dimensions: [{ Name: "AutoScalingGroupName", Value: "web" }],
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 2,
    EvaluationPeriods: 1,
  });
  scaling.account.pass(3600);
  expect(await stateOf(client)).toBe("INSUFFICIENT_DATA");
  await enable(scaling, ["GroupInServiceInstances"]);
  scaling.account.pass(180);
  expect(await stateOf(client)).toBe("OK");
  scaling.account.pass(24 * 3600);
  await scaling.account.autoScaling.send(
    new SetDesiredCapacityCommand({ ...web, DesiredCapacity: 3 }),
  );
  scaling.account.pass(600);
  expect(await stateOf(client)).toBe("ALARM");
});

test("other granularities and metrics are refused", async () => {
  const scaling = await openScaling();
  expect(await refusal(enable(scaling, undefined, "5Minutes"))).toMatchObject({
    code: "ValidationError",
  });
  expect(await refusal(enable(scaling, ["GroupMood"]))).toMatchObject({ code: "ValidationError" });
  expect(await refusal(disable(scaling, ["GroupMood"]))).toMatchObject({
    code: "ValidationError",
  });
});
