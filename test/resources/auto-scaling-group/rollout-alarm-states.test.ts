import { describe, expect, test } from "vitest";
import { watchable } from "../../../src/resources/auto-scaling-group/rollout-alarms.ts";
import { rolloutFailure } from "../../../src/resources/auto-scaling-group/rollout-failure.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { openStage } from "../answers.ts";
import { applyTo, openGroupWith } from "./sandbox-group.ts";

const alarm = "afterpay-errors";

/** What a rollout watches of these alarms, of which some exist, each in a state. */
async function watched(names: readonly string[], states: Readonly<Record<string, string>>) {
  const { context, told } = openStage({
    "cloudwatch:DescribeAlarms": {
      MetricAlarms: Object.entries(states).map(([AlarmName, StateValue]) => ({
        AlarmName,
        StateValue,
      })),
    },
  });
  return { names: await watchable(context, names), told };
}

const unwatched = (name: string, why: string) =>
  `The rollout does not watch the alarm ${name}, because it ${why}.`;

describe("a rollout watches an alarm", () => {
  test.each(["OK", "INSUFFICIENT_DATA"])("that is %s", async (state) => {
    expect(await watched([alarm], { [alarm]: state })).toEqual({ names: [alarm], told: [] });
  });

  test("not if it is on already, and notes it", async () => {
    expect(await watched([alarm, "slow"], { [alarm]: "ALARM", slow: "OK" })).toEqual({
      names: ["slow"],
      told: [unwatched(alarm, "is on already")],
    });
  });

  test("not if it does not exist, and notes it", async () => {
    expect(await watched([alarm, "slow", "busy"], { busy: "ALARM", slow: "OK" })).toEqual({
      names: ["slow"],
      told: [unwatched(alarm, "does not exist"), unwatched("busy", "is on already")],
    });
  });
});

/** A group in the sandbox whose rollouts watch an alarm in this state, and its next version. */
async function openWatched(StateValue: "OK" | "ALARM") {
  const rollout = { minHealthy: 100, maxHealthy: 150, warmup: 60, rollback: true, alarms: [alarm] };
  const { account, fields, template, tier } = await openGroupWith({ rollout });
  const { context, pass, sandbox } = account;
  const call = (operation: string, input: object) =>
    sandbox.call("cloudwatch", operation, { AlarmName: alarm, ...input });
  await call("PutMetricAlarm", {
    Namespace: "test",
    MetricName: "errors",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
    // It stays in the state that it is set to.
    TreatMissingData: "ignore",
  });
  // Until everybody sees it.
  await pass(context.clock.sleep(30_000));
  const setState = (state: string) =>
    call("SetAlarmState", { StateValue: state, StateReason: "by a test" });
  await setState(StateValue);
  const data = { ...tier.template, instanceType: "t3.small" };
  const { outputs } = await pass(launchTemplate.update(context, template, data, ["instanceType"]));
  const { id, version } = outputs;
  return { account, setState, wanted: { ...fields, launchTemplate: { id, version } } };
}

const remedy =
  "An alarm of the stack entered the state ALARM during the rollout. Find out what the new version does otherwise, correct that, then apply again. To roll it out in spite of the alarm, write rollout: { alarms: false } under scaling for this apply.";

describe("a rollout in the sandbox", () => {
  test("succeeds though an alarm is on already: it may correct its cause", async () => {
    const { account, wanted } = await openWatched("ALARM");
    expect(await applyTo(account, wanted)).toMatchObject({ writes: ["StartInstanceRefresh"] });
    expect(account.told).toContain(unwatched(alarm, "is on already"));
  });

  test("is rolled back for an alarm that enters ALARM, and the remedy is about the alarm", async () => {
    const { account, setState, wanted } = await openWatched("OK");
    const applied = applyTo(account, wanted).catch((error: unknown) => error);
    await account.pass(account.context.clock.sleep(90_000));
    await setState("ALARM");
    expect(await applied).toMatchObject({
      code: "InstanceRefreshRollbackSuccessful",
      message: expect.stringContaining(alarm),
      remedy,
    });
  });
});

describe("the remedy for a rollout that failed", () => {
  const failureFor = (refresh: object) => {
    const { context } = openStage({
      "autoscaling:DescribeScalingActivities": { Activities: [] },
      "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [] },
    });
    return rolloutFailure(context, "web", refresh, undefined);
  };

  test.each<[refresh: object]>([
    [{ Status: "Failed", StatusReason: "CloudWatch alarm afterpay-errors is in ALARM" }],
    [
      {
        Status: "RollbackSuccessful",
        StatusReason: "The rollback is done",
        RollbackDetails: { RollbackReason: "An alarm was triggered" },
      },
    ],
  ])("is about the alarm where AWS's reason names one: %j", async (refresh) => {
    expect(await failureFor(refresh)).toMatchObject({ remedy });
  });

  test.each<[refresh: object, remedy: RegExp]>([
    [{ Status: "Failed", StatusReason: "no alarming progress" }, /^Find out why the new instances/],
    [{ Status: "Cancelled", StatusReason: "Cancelled in ALARM" }, /^Another apply of this stack/],
  ])("is not about an alarm of %j", async (refresh, other) => {
    expect((await failureFor(refresh)).remedy).toMatch(other);
  });
});
