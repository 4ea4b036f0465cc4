import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { fields } from "./web-group.ts";
import { openParts, updated, writesOf } from "./web-group-parts.ts";

/** Runs four hours before the time of a stage begins, and again twenty hours later. */
const nights = {
  name: "nights",
  at: "0 20 * * *",
  zone: "Etc/UTC",
  min: 1,
  max: 3,
  servers: null,
};

/** The group with a schedule, planned before `nights` ran. */
const planned: AutoScalingGroupFields = {
  ...fields,
  desired: null,
  min: 2,
  max: 8,
  schedule: [nights],
  scheduledSizes: { min: 2, max: 8, also: { min: [2, 1], max: [8] }, since: [] },
};

const rules: Parameters<typeof findDifference>[0] = autoScalingGroup.fields;

function differing(wanted: AutoScalingGroupFields, live: Partial<AutoScalingGroupFields>) {
  return findDifference(rules, wanted, { ...wanted, scheduledSizes: null, ...live }).fields;
}

describe("the size of a group with a schedule", () => {
  test.each<[live: Partial<AutoScalingGroupFields>, differ: readonly string[], why: string]>([
    [{ min: 2, max: 8 }, [], "the sizes of the moment"],
    [{ min: 1 }, [], "in the minutes around a scheduled action, those of before it are as good"],
    [{ min: 3 }, ["min"], "other sizes are a difference even then"],
    [{ max: 3 }, ["max"], "the maximum has sizes of its own"],
    [{ max: 1 }, ["max"], "and the minimum's are not the maximum's"],
  ])("%j differs in %j: %s", (live, differ) => {
    expect(differing(planned, live)).toEqual(differ);
  });

  test("that has none is compared as it is", () => {
    const { fields: one } = autoScalingGroup;
    expect(one.min.equal?.(2, 2, fields)).toBe(true);
    expect(one.min.equal?.(2, 1, fields)).toBe(false);
    expect(one.max.equal?.(4, 5)).toBe(false);
  });

  test("is that of the moment of the update, not that of the plan", async () => {
    const stage = openParts({ group: { MinSize: 5, MaxSize: 9 } });
    await updated(stage, planned, ["min", "max"]);
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", MinSize: 1, MaxSize: 3 },
    ]);
  });

  test("is set with the other one, and with other settings in one call", async () => {
    const alone = openParts({});
    await updated(alone, planned, ["min"]);
    expect(alone.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", MinSize: 1, MaxSize: 3 },
    ]);
    const both = openParts({ group: { DefaultInstanceWarmup: 60 } });
    await updated(both, { ...planned, instanceWarmup: 60 }, ["max", "instanceWarmup"]);
    expect(both.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", MinSize: 1, MaxSize: 3, DefaultInstanceWarmup: 60 },
    ]);
  });

  test("that no entry has set yet is the stack file's own", async () => {
    const yearly = { ...nights, at: "0 20 31 1 *", min: null };
    const stage = openParts({ group: { MinSize: 5 } });
    await updated(stage, { ...planned, schedule: [yearly] }, ["min"]);
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", MinSize: 2, MaxSize: 3 },
    ]);
  });

  test("is not waited for: a scheduled action may set another at any moment", async () => {
    // AWS shows these sizes for ever.
    const shown = { group: { MinSize: 5, MaxSize: 9 } };
    const stage = openParts(shown);
    await updated(stage, planned, ["min", "max"]);
    expect(stage.passed()).toBe(0);
    const without = openParts(shown);
    const fixed = { ...planned, schedule: [], scheduledSizes: null };
    await expect(updated(without, fixed, ["min", "max"])).rejects.toThrow(
      "min, max not yet visible",
    );
    expect(writesOf(without)).toEqual(["UpdateAutoScalingGroup"]);
  });
});
