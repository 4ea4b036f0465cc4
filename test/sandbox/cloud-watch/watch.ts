import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { vi } from "vitest";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";

/** An account under fake timers, and the client of CloudWatch. */
export interface Watch {
  readonly sandbox: Sandbox;
  readonly cloudWatch: CloudWatchClient;
  pass(seconds: number): void;
}

export async function openWatch(options: SandboxOptions = {}): Promise<Watch> {
  const sandbox = await createSandbox({
    speed: 1,
    consistency: { maxMilliseconds: 0 },
    ...options,
  });
  return watch(sandbox);
}

export function watch(sandbox: Sandbox): Watch {
  return {
    sandbox,
    cloudWatch: cloudWatchClient(sandbox),
    pass: (seconds) => {
      vi.setSystemTime(Date.now() + seconds * 1000);
      sandbox.advance();
    },
  };
}

export function cloudWatchClient(sandbox: Sandbox, region = sandbox.region): CloudWatchClient {
  return new CloudWatchClient({
    region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
}

type Client = Pick<Watch, "cloudWatch">;

export const topic = "arn:aws:sns:ap-southeast-2:000000000000:people";

/** An alarm above 80 in three minutes of a queue's metric. */
export async function putAlarm(
  { cloudWatch }: Client,
  more: Partial<PutMetricAlarmCommandInput> = {},
): Promise<void> {
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: "busy",
      Namespace: "Shop",
      MetricName: "Depth",
      Dimensions: [{ Name: "Queue", Value: "orders" }],
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 80,
      ComparisonOperator: "GreaterThanThreshold",
      ...more,
    }),
  );
}

/** Puts the depth of the queue, now or at a time. */
export async function put(
  { cloudWatch }: Client,
  Value: number,
  Timestamp?: Date,
  MetricName = "Depth",
): Promise<void> {
  await cloudWatch.send(
    new PutMetricDataCommand({
      Namespace: "Shop",
      MetricData: [
        { MetricName, Dimensions: [{ Name: "Queue", Value: "orders" }], Value, Timestamp },
      ],
    }),
  );
}

/** Puts values of minutes, the last one for the present minute. The next evaluation sees it as the newest. */
export async function putMinutes(
  client: Watch,
  values: readonly (number | undefined)[],
  metric?: string,
): Promise<void> {
  const minute = 60_000;
  const begin = Math.floor(client.sandbox.now() / minute) * minute - (values.length - 1) * minute;
  for (const [index, value] of values.entries()) {
    if (value !== undefined) {
      await put(client, value, new Date(begin + index * minute), metric);
    }
  }
}

export async function described({ cloudWatch }: Client, name = "busy"): Promise<MetricAlarm> {
  const { MetricAlarms: [alarm] = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [name] }),
  );
  if (alarm === undefined) throw new Error(`There is no alarm ${name}.`);
  return alarm;
}

export async function stateOf(client: Client, name?: string): Promise<string | undefined> {
  return (await described(client, name)).StateValue;
}

/** The summaries of an alarm's history, the newest first. */
export async function historyOf({ cloudWatch }: Client, AlarmName = "busy") {
  const { AlarmHistoryItems = [] } = await cloudWatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName }),
  );
  return AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary);
}

/** How many evaluations have run. Each takes a number of the account's order. */
export function eventsIn(sandbox: Sandbox): number {
  const { order }: { order: number } = JSON.parse(sandbox.snapshot());
  return order;
}
