import type * as cloudWatch from "@aws-sdk/client-cloudwatch";
import { type AlarmFields, type AlarmMetric, alarm } from "../../../src/resources/alarm/index.ts";
import { clientsOf, send } from "../../moto/account-clients.ts";
import { type Account, openAccount, target } from "../account.ts";

/** The name that the engine gives the alarm at the address of `target`. */
export const alarmName = target(alarm, "afterpay-unhealthy");

export const unhealthyHosts: AlarmMetric = {
  id: "metric",
  metric: {
    namespace: "AWS/ELB",
    name: "UnHealthyHostCount",
    statistic: "Maximum",
    period: 60,
    dimensions: { LoadBalancerName: "afterpay" },
    unit: null,
  },
  expression: null,
  isCompared: true,
};

export const topicArn = "arn:aws:sns:ap-southeast-2:000000000000:afterpay";

export function alarmFields(rest: Partial<AlarmFields> = {}): AlarmFields {
  return {
    description: "1 server or more of afterpay unhealthy for 3 minutes.",
    metrics: [unhealthyHosts],
    comparison: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    minutes: 3,
    missing: "notBreaching",
    alarmActions: [topicArn],
    okActions: [topicArn],
    tags: { team: "web" },
    ...rest,
  };
}

/** Two metrics, and an expression over both. */
export const missingServers: readonly AlarmMetric[] = [
  groupMetric("desired", "GroupDesiredCapacity"),
  { id: "missing", metric: null, expression: "desired - serving", isCompared: true },
  groupMetric("serving", "GroupInServiceInstances"),
];

function groupMetric(id: string, name: string): AlarmMetric {
  return {
    id,
    metric: {
      namespace: "AWS/AutoScaling",
      name,
      statistic: "Average",
      period: 60,
      dimensions: { AutoScalingGroupName: "afterpay" },
      unit: null,
    },
    expression: null,
    isCompared: false,
  };
}

export async function openAlarm(rest: Partial<AlarmFields> = {}) {
  const account = await openAccount();
  const fields = alarmFields(rest);
  const live = await createIn(account, fields);
  account.takeCalls();
  return { account, fields, live };
}

export function createIn(account: Account, fields = alarmFields(), context = account.another()) {
  return account.pass(alarm.create(context, alarmName, fields));
}

/** Somebody else's call. */
export function byHand(account: Account, operation: string, input: object): Promise<unknown> {
  const clients = clientsOf(account.sandbox, account.sandbox.region);
  return account.pass(send(clients, "cloudwatch", operation, input));
}

/** Somebody puts an alarm of this name with some settings changed. */
export async function putByHand(
  account: Account,
  name: string,
  changes: Partial<cloudWatch.PutMetricAlarmInput>,
): Promise<void> {
  const { MetricAlarms: [found] = [] } = (await byHand(account, "DescribeAlarms", {
    AlarmNames: [name],
  })) as cloudWatch.DescribeAlarmsOutput;
  const {
    AlarmArn: _arn,
    AlarmConfigurationUpdatedTimestamp: _at,
    StateValue: _state,
    StateReason: _reason,
    StateReasonData: _data,
    StateUpdatedTimestamp: _updated,
    StateTransitionedTimestamp: _since,
    ...settings
  } = found ?? {};
  await byHand(account, "PutMetricAlarm", { ...settings, ...changes });
  await account.pass(account.context.clock.sleep(10_000));
}

/** The writes since the last time, by the operations' names. */
export function writesOf(account: Account): readonly string[] {
  return account
    .takeCalls()
    .map(({ operation }) => operation.split(":")[1] ?? "")
    .filter((name) => !/^(Describe|List|Get)/.test(name));
}
