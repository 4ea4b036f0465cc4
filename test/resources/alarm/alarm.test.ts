import type { PutMetricAlarmInput } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import { unknownValue } from "../../../src/engine/values.ts";
import { type AlarmFields, alarm } from "../../../src/resources/alarm/index.ts";
import { openAccount, theOnly } from "../account.ts";
import {
  alarmFields,
  alarmName,
  byHand,
  createIn,
  missingServers,
  openAlarm,
  putByHand,
  topicArn,
  unhealthyHosts,
  writesOf,
} from "./alarms.ts";

const { normalize } = alarm;
const allFields = alarm.update.sets;

describe("an alarm", () => {
  test.each([
    ["on one metric", {}],
    ["on a percentile", { metrics: [slow()], comparison: "GreaterThanThreshold" as const }],
    ["on an expression", { metrics: missingServers, missing: "missing", threshold: 0 }],
  ])("%s has exactly its fields, and discovery tells them back", async (_, rest) => {
    const { account, fields, live } = await openAlarm(rest);
    expect(live.fields).toEqual(normalize(fields));
    expect(live).toEqual(await theOnly(account, alarm));
    expect(live).toMatchObject({
      id: `arn:aws:cloudwatch:${account.sandbox.region}:000000000000:alarm:afterpay-unhealthy`,
      address: "alarm/web",
      physicalName: "afterpay-unhealthy",
      status: "ready",
      usesTypes: ["topic"],
    });
  });

  test("uses what it watches and whom it tells, so that it is deleted before them", async () => {
    const { live } = await openAlarm();
    expect(live.uses).toEqual(["afterpay", topicArn]);
    const { live: other } = await openAlarm({
      metrics: [ofBalancer("app/afterpay/0123", "targetgroup/afterpay/4567")],
      alarmActions: [],
      okActions: [],
    });
    const prefix = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000";
    expect(other.uses).toEqual([
      `${prefix}:loadbalancer/app/afterpay/0123`,
      `${prefix}:targetgroup/afterpay/4567`,
    ]);
    expect(other.usesTypes).toBeUndefined();
  });

  test("has the last parts of ARNs in its dimensions, as CloudWatch wants them", async () => {
    const arn = "arn:aws:elasticloadbalancing:eu-west-1:1:";
    const wanted = alarmFields({
      metrics: [ofBalancer(`${arn}loadbalancer/app/web/0123`, `${arn}targetgroup/web/4567`)],
    });
    const { live } = await openAlarm(wanted);
    expect(live.fields.metrics).toEqual([ofBalancer("app/web/0123", "targetgroup/web/4567")]);
    // A plan normalises before it knows the ARNs.
    expect(findDifference(alarm.fields, wanted, live.fields).fields).toEqual([]);
    const other = alarmFields({
      metrics: [ofBalancer(`${arn}loadbalancer/app/web/0123`, `${arn}targetgroup/web/8901`)],
    });
    expect(findDifference(alarm.fields, other, live.fields).fields).toEqual(["metrics"]);
  });

  test("stays comparable where a value is known only later", () => {
    const ref = { ref: "topic/shop", output: "arn" } as const;
    const wanted = { ...alarmFields(), alarmActions: [ref, topicArn] };
    expect(normalize(wanted).alarmActions).toEqual([ref, topicArn]);
    const metrics = [ofBalancer(unknownValue as unknown as string, "targetgroup/web/4567")];
    expect(normalize(alarmFields({ metrics })).metrics).toEqual(metrics);
  });

  test("needs no order of metrics and of actions", () => {
    const other = `${topicArn}2`;
    expect(
      normalize(
        alarmFields({ metrics: missingServers.toReversed(), alarmActions: [other, topicArn] }),
      ),
    ).toEqual(normalize(alarmFields({ metrics: missingServers, alarmActions: [topicArn, other] })));
  });

  test("changes any of its fields by one call, and keeps its state", async () => {
    const { account, fields, live } = await openAlarm();
    const wanted = { ...fields, threshold: 2, minutes: 5, description: "2 servers" };
    await byHand(account, "SetAlarmState", {
      AlarmName: live.physicalName,
      StateValue: "ALARM",
      StateReason: "a test",
    });
    const changed = ["threshold", "minutes", "breaching", "description"] as const;
    const after = await account.pass(alarm.update(account.context, live, wanted, changed));
    expect(writesOf(account)).toEqual(["PutMetricAlarm"]);
    expect(after.fields).toEqual(normalize(wanted));
    expect(after.notes).toHaveLength(1);
    expect(after).toEqual(await theOnly(account, alarm));
    account.takeCalls();
    await account.pass(alarm.update(account.context, after, wanted, allFields));
    expect(account.takeCalls()).toEqual([]);
  });

  test("changes its tags by those calls alone", async () => {
    const { account, fields, live } = await openAlarm();
    const wanted = { ...fields, tags: { owner: "ops" } };
    const after = await account.pass(alarm.update(account.context, live, wanted, ["tags"]));
    expect(writesOf(account).toSorted()).toEqual(["TagResource", "UntagResource"]);
    expect(after.fields.tags).toEqual({ owner: "ops" });
    expect(after).toEqual(await theOnly(account, alarm));
  });

  test("that somebody deleted since the plan comes back with the stack's tags, not as nobody's", async () => {
    const { account, fields, live } = await openAlarm();
    await byHand(account, "DeleteAlarms", { AlarmNames: [live.physicalName] });
    await account.pass(account.context.clock.sleep(10_000));
    const wanted = { ...fields, threshold: 2 };
    await account.pass(alarm.update(account.context, live, wanted, ["threshold"]));
    expect((await theOnly(account, alarm)).fields).toEqual(normalize(wanted));
  });

  test("is deleted, also where somebody has deleted it already", async () => {
    const { account, live } = await openAlarm();
    await account.pass(alarm.delete(account.context, live));
    expect(await account.pass(alarm.discover(account.context))).toEqual([]);
    await account.pass(alarm.delete(account.context, live));
  });

  test("of another stack, whose name begins alike, is not the stack's", async () => {
    const { account } = await openAlarm();
    const others = { ...account.another(), stack: "afterpay-eu" };
    await account.pass(
      alarm.create(others, { ...alarmName, physicalName: "afterpay-eu-unhealthy" }, alarmFields()),
    );
    const found = await account.pass(alarm.discover(account.context));
    expect(found.map(({ physicalName }) => physicalName)).toEqual(["afterpay-unhealthy"]);
    const theirs = await account.pass(alarm.discover(others));
    expect(theirs.map(({ physicalName }) => physicalName)).toEqual(["afterpay-eu-unhealthy"]);
  });

  test("is found if its name is that of the stack", async () => {
    const account = await openAccount();
    const context = { ...account.context, stack: "errors" };
    const named = { ...alarmName, address: "alarm/errors", physicalName: "errors" } as const;
    const live = await account.pass(alarm.create(context, named, alarmFields()));
    expect(await account.pass(alarm.discover(context))).toEqual([live]);
  });
});

describe("what somebody changed by hand differs, and is set back by one call:", () => {
  test.each<[what: string, changes: Partial<PutMetricAlarmInput>, field: keyof AlarmFields]>([
    ["the threshold", { Threshold: 50 }, "threshold"],
    ["the period", { Period: 300 }, "metrics"],
    ["the dimensions", { Dimensions: [{ Name: "LoadBalancerName", Value: "b" }] }, "metrics"],
    ["the statistic", { Statistic: "Average" }, "metrics"],
    ["the comparison", { ComparisonOperator: "LessThanThreshold" }, "comparison"],
    ["fewer breaching minutes", { DatapointsToAlarm: 1 }, "breaching"],
    ["missing data", { TreatMissingData: "breaching" }, "missing"],
    ["the description", { AlarmDescription: "" }, "description"],
    ["the actions", { AlarmActions: [] }, "alarmActions"],
    ["the actions at its end", { OKActions: [] }, "okActions"],
    ["actions of missing data", { InsufficientDataActions: [topicArn] }, "otherActions"],
    ["disabled actions", { ActionsEnabled: false }, "enabled"],
  ])("%s", async (_, changes, field) => {
    const { account, fields, live } = await openAlarm();
    await putByHand(account, live.physicalName, changes);
    const seen = await theOnly(account, alarm);
    const wanted = normalize(fields);
    expect(findDifference(alarm.fields, wanted, normalize(seen.fields)).fields).toEqual([field]);
    account.takeCalls();
    const back = await account.pass(alarm.update(account.context, seen, fields, [field]));
    expect(writesOf(account)).toEqual(["PutMetricAlarm"]);
    expect(back.fields).toEqual(wanted);
  });

  test("and the reason says so where an alarm tells nobody any more", () => {
    const { enabled, otherActions } = alarm.fields;
    expect(enabled.because?.(false, true)).toBe(
      "somebody disabled its actions, so it tells nobody",
    );
    expect(otherActions.because?.([topicArn], [])).toBe("somebody added actions for missing data");
  });
});

describe("creating an alarm", () => {
  test("finishes what a crash right after its creation left", async () => {
    const account = await openAccount();
    const rule = { operation: "PutMetricAlarm", times: 1, when: "after", kind: "deny" } as const;
    account.sandbox.setFaults({ rules: [rule] });
    await expect(createIn(account)).rejects.toMatchObject({ kind: "denied" });
    const live = await createIn(account, alarmFields({ threshold: 2 }));
    expect(live.fields).toEqual(normalize(alarmFields({ threshold: 2 })));
    expect(live).toEqual(await theOnly(account, alarm));
  });

  test("never overwrites somebody else's of that name, which PutMetricAlarm would do without a word", async () => {
    const { account, live } = await openAlarm();
    const others = { ...account.another(), stack: "afterpay-unhealthy" };
    const wanted = alarmFields({ threshold: 9 });
    await expect(createIn(account, wanted, others)).rejects.toThrow(
      "the alarm afterpay-unhealthy already exists and does not carry the tags reconcile:stack=afterpay-unhealthy",
    );
    expect(writesOf(account)).toEqual([]);
    expect(await theOnly(account, alarm)).toEqual(live);
  });

  test("is refused in the plan if somebody else has an alarm of that name", async () => {
    const { account } = await openAlarm();
    await byHand(account, "PutMetricAlarm", {
      AlarmName: "afterpay-errors",
      Namespace: "AWS/ELB",
      MetricName: "Latency",
      Statistic: "Average",
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 1,
    });
    await account.pass(account.context.clock.sleep(10_000));
    const sought = ["afterpay-errors", "afterpay-slow", "afterpay-unhealthy"].map((name) => ({
      address: `alarm/${name}` as const,
      physicalName: name,
      fields: alarmFields(),
    }));
    const found = await account.pass(alarm.findForeign(account.context, sought));
    expect(found).toMatchObject([
      {
        physicalName: "afterpay-errors",
        summary: "an alarm named afterpay-errors exists and does not belong to this stack",
        remedy: expect.stringContaining("aws cloudwatch tag-resource --resource-arn arn:aws:"),
      },
    ]);
  });
});

test("an alarm with the stack's tag, but no address of an alarm, is a stray", async () => {
  const { account, live } = await openAlarm();
  const { strays } = alarm;
  if (strays === "ec2") throw new Error("EC2 lists no alarms");
  await byHand(account, "TagResource", {
    ResourceARN: live.id,
    Tags: [{ Key: "reconcile:name", Value: "nothing" }],
  });
  await account.pass(account.context.clock.sleep(10_000));
  expect(await account.pass(alarm.discover(account.context))).toEqual([]);
  expect(await account.pass(strays.find(account.context))).toEqual([
    {
      id: "afterpay-unhealthy",
      tags: expect.objectContaining({ "reconcile:stack": "afterpay", "reconcile:name": "nothing" }),
    },
  ]);
  expect(strays.remove("a")).toEqual(["cloudwatch delete-alarms", { "alarm-names": "a" }]);
});

function slow() {
  const { metric } = unhealthyHosts;
  if (metric === null) throw new Error("no metric");
  return { ...unhealthyHosts, metric: { ...metric, name: "Latency", statistic: "p95" } };
}

function ofBalancer(LoadBalancer: string, TargetGroup: string) {
  const { metric } = unhealthyHosts;
  if (metric === null) throw new Error("no metric");
  const dimensions = { LoadBalancer, TargetGroup };
  return {
    ...unhealthyHosts,
    metric: { ...metric, namespace: "AWS/ApplicationELB", dimensions },
  };
}
