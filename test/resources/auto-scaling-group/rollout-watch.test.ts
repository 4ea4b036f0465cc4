import { describe, expect, test } from "vitest";
import type { Rollout } from "../../../src/resources/auto-scaling-group/fields.ts";
import { replaceAll, rollOut } from "../../../src/resources/auto-scaling-group/rollout.ts";
import type { Answers } from "../answers.ts";
import { openParts } from "./web-group-parts.ts";

const rollout: Rollout = { minHealthy: 90, maxHealthy: 110, warmup: 60, rollback: true };
const next = { template: { id: "lt-1", version: "3" }, mixed: null };

/** A group without a rollout yet, whose next one is in this state at each look. */
function open(alarms: readonly string[], status = "Successful", more: Answers = {}) {
  return openParts(
    { alarms },
    {
      "autoscaling:DescribeInstanceRefreshes": ({ InstanceRefreshIds }) => ({
        InstanceRefreshes:
          InstanceRefreshIds === undefined
            ? []
            : [{ InstanceRefreshId: "refresh-1", Status: status, PercentageComplete: 100 }],
      }),
      "autoscaling:StartInstanceRefresh": { InstanceRefreshId: "refresh-1" },
      ...more,
    },
  );
}

type Opened = ReturnType<typeof open>;

function preferencesOf(stage: Opened) {
  const [input] = stage.asked("autoscaling:StartInstanceRefresh");
  return input?.["Preferences"] as Readonly<Record<string, unknown>>;
}

async function rollsOut(stage: Opened, more: Partial<Rollout>) {
  await rollOut(stage.context, "afterpay-web", next, { ...rollout, ...more });
  return preferencesOf(stage);
}

describe("a rollout watches", () => {
  const watched = ["afterpay-errors", "afterpay-unhealthy"];

  test("the alarms that it is told of", async () => {
    const stage = open(watched);
    const preferences = await rollsOut(stage, { alarms: watched });
    expect(preferences).toMatchObject({
      AlarmSpecification: { Alarms: watched },
      AutoRollback: true,
    });
    expect(stage.asked("cloudwatch:DescribeAlarms")).toEqual([
      { AlarmNames: watched, AlarmTypes: ["MetricAlarm"] },
    ]);
    expect(stage.told).toEqual([]);
  });

  test("no alarm that does not exist, because AWS refuses it, and says so", async () => {
    const stage = open(["afterpay-unhealthy", "theirs"]);
    const preferences = await rollsOut(stage, { alarms: watched });
    expect(preferences["AlarmSpecification"]).toEqual({ Alarms: ["afterpay-unhealthy"] });
    expect(stage.told).toEqual([
      "The rollout does not watch the alarm afterpay-errors, because it does not exist.",
    ]);
    const none = open([]);
    expect(await rollsOut(none, { alarms: watched })).not.toHaveProperty("AlarmSpecification");
    expect(none.told).toHaveLength(2);
  });

  test.each<[more: Partial<Rollout>]>([[{}], [{ alarms: [] }]])(
    "none where it is told of none, and asks for none: %j",
    async (more) => {
      const stage = open(watched);
      expect(await rollsOut(stage, more)).not.toHaveProperty("AlarmSpecification");
      expect(stage.calls).not.toContain("cloudwatch:DescribeAlarms");
    },
  );

  test("the replaced servers for as long as it is told", async () => {
    expect(await rollsOut(open([]), { bake: 600 })).toMatchObject({ BakeTime: 600 });
    expect(await rollsOut(open([]), { bake: 0 })).not.toHaveProperty("BakeTime");
    expect(await rollsOut(open([]), {})).not.toHaveProperty("BakeTime");
  });

  test("nothing where it moves servers: no new version has to prove itself", async () => {
    const stage = open(watched);
    const { context } = stage;
    await replaceAll(context, "afterpay-web", { ...rollout, alarms: watched, bake: 3600 });
    expect(preferencesOf(stage)).toEqual({
      MinHealthyPercentage: 90,
      MaxHealthyPercentage: 110,
      InstanceWarmup: 60,
      SkipMatching: false,
      ScaleInProtectedInstances: "Ignore",
      StandbyInstances: "Ignore",
      AutoRollback: false,
    });
    expect(stage.calls).not.toContain("cloudwatch:DescribeAlarms");
  });
});

describe("the end of a rollout is waited for", () => {
  const hours = async (run: (stage: Opened) => Promise<unknown>) => {
    const stage = open([], "Baking");
    await expect(run(stage)).rejects.toThrow("waited");
    expect(stage.told[0]).toMatch(/^rolled out; AWS is monitoring the new instances/);
    // The waits of this stage are of 100 s.
    return Math.round(stage.passed() / 360) / 10;
  };

  test("three hours, and longer by the time that AWS watches it", async () => {
    expect(await hours((stage) => rollsOut(stage, {}))).toBe(3);
    expect(await hours((stage) => rollsOut(stage, { bake: 7200 }))).toBe(5);
    const moving = ({ context }: Opened) =>
      replaceAll(context, "afterpay-web", { ...rollout, bake: 7200 });
    expect(await hours(moving)).toBe(3);
  });

  test("as long where an earlier apply has begun it", async () => {
    const begun = {
      InstanceRefreshId: "refresh-0",
      Status: "Baking",
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "3" } },
    };
    const stage = open([], "Baking", {
      "autoscaling:DescribeInstanceRefreshes": { InstanceRefreshes: [begun] },
    });
    await expect(rollsOut(stage, { bake: 7200 })).rejects.toThrow("the rollout refresh-0");
    expect(Math.round(stage.passed() / 360) / 10).toBe(5);
    expect(stage.calls).not.toContain("autoscaling:StartInstanceRefresh");
  });
});
