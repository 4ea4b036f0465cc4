import type { AutoScalingGroup, InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { launchFrom } from "../../../src/resources/auto-scaling-group/changes.ts";
import type { MixedInstances } from "../../../src/resources/auto-scaling-group/fields.ts";
import {
  type LaunchSource,
  launchParameters,
} from "../../../src/resources/auto-scaling-group/mixed-instances.ts";
import { rollOut } from "../../../src/resources/auto-scaling-group/rollout.ts";
import { openChanging } from "./changing-group.ts";
import { fields, group } from "./web-group.ts";
import { updated, writesOf } from "./web-group-parts.ts";

const half: MixedInstances = {
  instanceTypes: ["m7g.large", "m6g.large"],
  onDemandBase: 1,
  spotShare: 50,
};
const alone: LaunchSource = { template: { id: "lt-1", version: "2" }, mixed: null };
const mixed: LaunchSource = { ...alone, mixed: half };
const otherTypes: LaunchSource = { ...alone, mixed: { ...half, instanceTypes: ["m5.large"] } };

/** The group's description where it launches from the source, and its servers run its template. */
function launching(
  source: LaunchSource,
  running = source.template.version,
): Omit<AutoScalingGroup, "Tags"> {
  const { Tags: _, LaunchTemplate: __, Instances = [], ...rest } = group;
  const LaunchTemplate = { LaunchTemplateId: source.template.id, Version: running };
  return {
    ...rest,
    LaunchTemplate: undefined,
    ...launchParameters(source),
    Instances: Instances.map((instance) => ({ ...instance, LaunchTemplate })),
  };
}

/** A group whose rollouts succeed at once, and that has already begun this one. */
function open(before: Omit<AutoScalingGroup, "Tags">, begun?: InstanceRefresh) {
  let latest = begun;
  return openChanging(before, (current) => ({
    "autoscaling:DescribeInstanceRefreshes": () => {
      const InstanceRefreshes = latest === undefined ? [] : [latest];
      // It ends before the next look.
      if (latest !== undefined) latest = { ...latest, Status: "Successful" };
      return { InstanceRefreshes };
    },
    "autoscaling:CancelInstanceRefresh": {},
    "autoscaling:StartInstanceRefresh": ({ DesiredConfiguration }) => {
      latest = { InstanceRefreshId: "refresh-2", Status: "InProgress" };
      current.group = {
        ...current.group,
        LaunchTemplate: undefined,
        MixedInstancesPolicy: undefined,
        ...(DesiredConfiguration as Partial<AutoScalingGroup>),
      };
      return { InstanceRefreshId: "refresh-2" };
    },
    "autoscaling:UpdateAutoScalingGroup": {},
  }));
}

const rollout = { minHealthy: 90, maxHealthy: 110, warmup: 60, rollback: true };

/** What a rollout of the source writes, and with which rollback. */
async function rolledOut(stage: ReturnType<typeof open>, source: LaunchSource) {
  await rollOut(stage.context, "afterpay-web", source, rollout);
  const [started] = stage.asked("autoscaling:StartInstanceRefresh");
  const { AutoRollback } = (started?.["Preferences"] ?? {}) as { AutoRollback?: boolean };
  return { writes: writesOf(stage), started, AutoRollback };
}

describe("a rollout", () => {
  test.each<[what: string, from: LaunchSource, to: LaunchSource]>([
    ["to several types", alone, mixed],
    ["to other types", mixed, otherTypes],
    ["back to the template alone", mixed, alone],
    ["to fewer Spot Instances", mixed, { ...alone, mixed: { ...half, spotShare: 10 } }],
  ])("%s has them as its desired configuration, and can go back", async (_what, from, to) => {
    const { writes, started, AutoRollback } = await rolledOut(open(launching(from)), to);
    expect(writes).toEqual(["StartInstanceRefresh"]);
    expect(started?.["DesiredConfiguration"]).toEqual(launchParameters(to));
    expect(AutoRollback).toBe(true);
  });

  test("removes a maximum price that somebody set", async () => {
    const priced = launching(mixed);
    const policy = priced.MixedInstancesPolicy;
    const InstancesDistribution = { ...policy?.InstancesDistribution, SpotMaxPrice: "0.05" };
    const found = { ...priced, MixedInstancesPolicy: { ...policy, InstancesDistribution } };
    const { started } = await rolledOut(open(found), mixed);
    expect(started).toHaveProperty(
      "DesiredConfiguration.MixedInstancesPolicy.InstancesDistribution.SpotMaxPrice",
      "",
    );
    const stage = open(found);
    await launchFrom(stage.context, "afterpay-web", mixed);
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toHaveProperty(
      "0.MixedInstancesPolicy.InstancesDistribution.SpotMaxPrice",
      "",
    );
  });

  test("cannot go back to what the group launches already, or to a version that moves", async () => {
    const { AutoRollback: ofSame } = await rolledOut(open(launching(mixed, "1")), mixed);
    expect(ofSame).toBe(false);
    const latest = { ...mixed, template: { id: "lt-1", version: "$Latest" } };
    const { AutoRollback: ofMoving } = await rolledOut(open(launching(latest)), mixed);
    expect(ofMoving).toBe(false);
  });

  test.each([alone, mixed])("of what all launches and runs already is none: %j", async (source) => {
    const { writes } = await rolledOut(open(launching(source)), source);
    expect(writes).toEqual([]);
  });

  const begun = (source: LaunchSource, Status = "InProgress"): InstanceRefresh => ({
    InstanceRefreshId: "refresh-1",
    Status: Status as NonNullable<InstanceRefresh["Status"]>,
    DesiredConfiguration: launchParameters(source),
  });

  test("to the same types is followed", async () => {
    const stage = open(launching(alone), begun(mixed));
    expect((await rolledOut(stage, mixed)).writes).toEqual([]);
    expect(stage.asked("autoscaling:DescribeInstanceRefreshes").at(-1)).toMatchObject({
      InstanceRefreshIds: ["refresh-1"],
    });
  });

  test.each<[what: string, found: LaunchSource]>([
    ["of other types", otherTypes],
    ["of the template alone", alone],
    ["of another template", { ...mixed, template: { id: "lt-1", version: "1" } }],
  ])("%s gives way", async (_what, found) => {
    const { writes } = await rolledOut(open(launching(alone), begun(found)), mixed);
    expect(writes).toEqual(["CancelInstanceRefresh", "StartInstanceRefresh"]);
  });

  test("to the same types that rolls back is not followed", async () => {
    const stage = open(launching(alone), begun(mixed, "RollbackInProgress"));
    expect((await rolledOut(stage, mixed)).writes).toEqual(["StartInstanceRefresh"]);
  });
});

describe("after a rollout, the group", () => {
  const settings = async (found: LaunchSource, wanted: LaunchSource) => {
    const stage = open(launching(found));
    await launchFrom(stage.context, "afterpay-web", wanted);
    return stage.asked("autoscaling:UpdateAutoScalingGroup");
  };

  test.each<[from: LaunchSource, to: LaunchSource]>([
    [alone, mixed],
    [mixed, alone],
    [mixed, otherTypes],
  ])("launches from what it still lacks: %j, then %j", async (from, to) => {
    expect(await settings(from, to)).toEqual([
      { AutoScalingGroupName: "afterpay-web", ...launchParameters(to) },
    ]);
  });

  test.each<[from: LaunchSource, to: LaunchSource]>([
    [mixed, mixed],
    [alone, alone],
    // The refresh sets the version. AWS may show it a moment later.
    [alone, { ...alone, template: { id: "lt-1", version: "3" } }],
  ])("needs no call where it does already: %j, then %j", async (from, to) => {
    expect(await settings(from, to)).toEqual([]);
  });

  test("is not there: nothing is set", async () => {
    const stage = openChanging(launching(alone), () => ({
      "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [] },
    }));
    await launchFrom(stage.context, "afterpay-web", mixed);
    expect(writesOf(stage)).toEqual([]);
  });

  test("is waited for until AWS shows its types", async () => {
    const stage = open(launching(alone));
    const wanted = { ...fields, mixedInstancesPolicy: half };
    const after = await updated(stage, wanted, ["mixedInstancesPolicy"]);
    expect(after.fields.mixedInstancesPolicy).toEqual(half);
    expect(writesOf(stage)).toEqual(["StartInstanceRefresh"]);
    const blind = openChanging(launching(alone), () => ({
      "autoscaling:DescribeInstanceRefreshes": ({ InstanceRefreshIds }) => ({
        InstanceRefreshes:
          InstanceRefreshIds === undefined
            ? []
            : [{ InstanceRefreshId: "refresh-2", Status: "Successful" }],
      }),
      "autoscaling:StartInstanceRefresh": { InstanceRefreshId: "refresh-2" },
    }));
    await expect(updated(blind, wanted, ["mixedInstancesPolicy"])).rejects.toThrow(
      "mixedInstancesPolicy not yet visible",
    );
  });
});
