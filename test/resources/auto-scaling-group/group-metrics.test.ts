import type { EnabledMetric } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { hasMetrics } from "../../../src/resources/auto-scaling-group/group-metrics.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { openChanging } from "./changing-group.ts";
import { fields, target } from "./web-group.ts";
import { discovered, openParts, updated, writesOf } from "./web-group-parts.ts";

const ours = ["GroupDesiredCapacity", "GroupInServiceInstances"];

function enabled(...metrics: readonly string[]): EnabledMetric[] {
  return metrics.map((Metric) => ({ Metric, Granularity: "1Minute" }));
}

describe("the metrics of a group", () => {
  test.each<[metrics: EnabledMetric[] | undefined, has: boolean]>([
    [undefined, false],
    [[], false],
    [enabled("GroupDesiredCapacity"), false],
    [enabled("GroupInServiceInstances", "GroupMinSize"), false],
    [enabled(...ours), true],
    [enabled("GroupMinSize", ...ours.toReversed()), true],
  ])("are those that the alarm on launches compares: %j", async (EnabledMetrics, has) => {
    expect(hasMetrics({ EnabledMetrics })).toBe(has);
    const stage = openParts({ group: { EnabledMetrics } });
    expect((await discovered(stage)).fields.groupMetrics).toBe(has);
  });

  /** A group that has these, and whose changes AWS shows at once. */
  const open = (...before: readonly string[]) =>
    openChanging({ EnabledMetrics: enabled(...before) }, (current) => {
      const now = () => (current.group.EnabledMetrics ?? []).flatMap(({ Metric }) => Metric ?? []);
      const set = (metrics: readonly string[]) => {
        current.group = { ...current.group, EnabledMetrics: enabled(...metrics) };
        return {};
      };
      return {
        "autoscaling:EnableMetricsCollection": ({ Metrics }) =>
          set([...new Set([...now(), ...(Metrics as string[])])]),
        "autoscaling:DisableMetricsCollection": ({ Metrics }) =>
          set(now().filter((metric) => !(Metrics as string[]).includes(metric))),
      };
    });

  test("are enabled every minute, and others that somebody enabled stay", async () => {
    const stage = open("GroupMinSize");
    const after = await updated(stage, { ...fields, groupMetrics: true }, ["groupMetrics"]);
    expect(writesOf(stage)).toEqual(["EnableMetricsCollection"]);
    expect(stage.asked("autoscaling:EnableMetricsCollection")).toEqual([
      { AutoScalingGroupName: "afterpay-web", Metrics: ours, Granularity: "1Minute" },
    ]);
    expect(after.fields.groupMetrics).toBe(true);
    // By the discovery alone: a metric moves no servers.
    expect(stage.asked("elasticloadbalancing:DescribeInstanceHealth")).toHaveLength(1);
  });

  test("are disabled, and no others: without names, AWS disables all", async () => {
    const stage = open("GroupMinSize", ...ours);
    const after = await updated(stage, { ...fields, groupMetrics: false }, ["groupMetrics"]);
    expect(stage.asked("autoscaling:DisableMetricsCollection")).toEqual([
      { AutoScalingGroupName: "afterpay-web", Metrics: ours },
    ]);
    expect(after.fields.groupMetrics).toBe(false);
    expect(stage.current.group.EnabledMetrics).toEqual(enabled("GroupMinSize"));
  });

  test("stay as they are where the stack file says nothing of them", async () => {
    const stage = open(...ours);
    await updated(stage, { ...fields, groupMetrics: null }, ["groupMetrics"]);
    expect(writesOf(stage)).toEqual([]);
  });

  test("are waited for until AWS shows them", async () => {
    const stage = openParts({});
    await expect(
      updated(stage, { ...fields, groupMetrics: true }, ["groupMetrics"]),
    ).rejects.toThrow("groupMetrics not yet visible");
  });

  test.each<[wanted: boolean | null, writes: readonly string[]]>([
    [true, ["CreateAutoScalingGroup tags", "EnableMetricsCollection"]],
    [false, ["CreateAutoScalingGroup tags"]],
    [null, ["CreateAutoScalingGroup tags"]],
  ])("of a new group are enabled before its servers serve: %s", async (groupMetrics, writes) => {
    const stage = openParts({});
    await autoScalingGroup.create(stage.context, target, { ...fields, groupMetrics });
    expect(writesOf(stage)).toEqual(writes);
    const { calls } = stage;
    const enabling = calls.indexOf("autoscaling:EnableMetricsCollection");
    expect(calls.indexOf("elasticloadbalancing:DescribeInstanceHealth")).toBeGreaterThan(enabling);
  });
});
