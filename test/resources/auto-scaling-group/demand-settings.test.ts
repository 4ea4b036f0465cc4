import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import { unknownValue } from "../../../src/engine/values.ts";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { fields, target } from "./web-group.ts";
import { openParts, updated, writesOf } from "./web-group-parts.ts";

const { fields: rules } = autoScalingGroup;

const nights = {
  name: "nights",
  at: "0 20 * * *",
  zone: "Etc/UTC",
  min: 1,
  max: null,
  servers: null,
} as const;

describe("a setting that the stack file leaves to AWS", () => {
  type Setting = "instanceWarmup" | "deletionProtection" | "capacityRebalance" | "groupMetrics";

  test.each<[field: Setting, live: unknown]>([
    ["instanceWarmup", null],
    ["instanceWarmup", 300],
    ["deletionProtection", "none"],
    ["deletionProtection", "prevent-force-deletion"],
    ["capacityRebalance", true],
    ["capacityRebalance", false],
    ["groupMetrics", true],
    ["groupMetrics", false],
  ])("is no difference, whatever the group has: %s %j", (field, live) => {
    expect(rules[field].equal?.(null as never, live as never)).toBe(true);
  });

  test.each<[field: Setting, wanted: unknown, live: unknown]>([
    ["instanceWarmup", 60, null],
    ["instanceWarmup", 0, null],
    ["instanceWarmup", 60, 300],
    ["deletionProtection", "none", "prevent-all-deletion"],
    ["deletionProtection", "prevent-all-deletion", "prevent-force-deletion"],
    ["capacityRebalance", true, false],
    ["groupMetrics", true, false],
    ["groupMetrics", false, true],
  ])("is one where the file names another: %s %j, not %j", (field, wanted, live) => {
    expect(rules[field].equal?.(wanted as never, live as never)).toBe(false);
    expect(rules[field].equal?.(wanted as never, wanted as never)).toBe(true);
  });

  test.each<[changed: Partial<AutoScalingGroupFields>, parameters: object]>([
    [{ instanceWarmup: 60 }, { DefaultInstanceWarmup: 60 }],
    [{ instanceWarmup: 0 }, { DefaultInstanceWarmup: 0 }],
    [
      { deletionProtection: "prevent-all-deletion" },
      { DeletionProtection: "prevent-all-deletion" },
    ],
    [{ deletionProtection: "none" }, { DeletionProtection: "none" }],
    [{ capacityRebalance: true }, { CapacityRebalance: true }],
  ])("is sent alone where the file changes it: %j", async (changed, parameters) => {
    const stage = openParts({ group: parameters });
    const names = Object.keys(changed) as (keyof AutoScalingGroupFields)[];
    const health = () => stage.asked("elasticloadbalancing:DescribeInstanceHealth").length;
    await updated(stage, { ...fields, ...changed }, names);
    expect(stage.asked("autoscaling:UpdateAutoScalingGroup")).toEqual([
      { AutoScalingGroupName: "afterpay-web", ...parameters },
    ]);
    // By the discovery alone: it moves no servers.
    expect(health()).toBe(1);
  });

  test("is waited for until AWS shows it", async () => {
    const stage = openParts({});
    await expect(
      updated(
        stage,
        {
          ...fields,
          instanceWarmup: 60,
          deletionProtection: "prevent-all-deletion",
          capacityRebalance: true,
        },
        ["instanceWarmup", "deletionProtection", "capacityRebalance"],
      ),
    ).rejects.toThrow("instanceWarmup, deletionProtection, capacityRebalance not yet visible");
    const asItIs = openParts({ group: { DefaultInstanceWarmup: 5 } });
    const all = ["instanceWarmup", "deletionProtection", "capacityRebalance"] as const;
    await updated(asItIs, fields, all);
    expect(writesOf(asItIs)).toEqual([]);
  });
});

describe("a group is created", () => {
  test("with its protection and warm-up, and with neither where the file leaves them to AWS", async () => {
    const inputOf = async (wanted: Partial<AutoScalingGroupFields>) => {
      const stage = openParts({});
      await autoScalingGroup.create(stage.context, target, { ...fields, ...wanted });
      return stage.asked("autoscaling:CreateAutoScalingGroup")[0];
    };
    expect(
      await inputOf({ instanceWarmup: 60, deletionProtection: "prevent-all-deletion" }),
    ).toMatchObject({ DefaultInstanceWarmup: 60, DeletionProtection: "prevent-all-deletion" });
    const without = await inputOf({});
    expect(without).not.toHaveProperty("DefaultInstanceWarmup");
    expect(without).not.toHaveProperty("DeletionProtection");
  });

  test.each<[wanted: Partial<AutoScalingGroupFields>, recorded: string | undefined]>([
    [{}, undefined],
    [{ cpuTarget: 50 }, "policies"],
    [
      {
        requestTarget: 800,
        requestSource: { loadBalancer: "app/a/1", targetGroup: "targetgroup/b/2" },
      },
      "policies",
    ],
    [{ schedule: [nights] }, "schedule"],
    [{ cpuTarget: 50, schedule: [nights] }, "policies schedule"],
  ])("with the tag that records its parts, which no server gets: %j", async (wanted, recorded) => {
    const stage = openParts({ ...(recorded !== undefined && { recorded }) });
    await autoScalingGroup.create(stage.context, target, { ...fields, ...wanted });
    const [{ Tags = [] } = {}] = stage.asked("autoscaling:CreateAutoScalingGroup");
    const tags = (Tags as { Key: string }[]).filter(({ Key }) => Key === "reconcile:parts");
    const tag = {
      Key: "reconcile:parts",
      Value: recorded,
      PropagateAtLaunch: false,
      ResourceId: "afterpay-web",
      ResourceType: "auto-scaling-group",
    };
    expect(tags).toEqual(recorded === undefined ? [] : [tag]);
    // So a look-up needs no further call to record them.
    expect(stage.calls).not.toContain("autoscaling:CreateOrUpdateTags");
  });

  test("with its policies and its schedule before its servers serve, its suspension after that", async () => {
    let serving = ["i-1"];
    const stage = openParts(
      { recorded: "policies schedule" },
      {
        "elasticloadbalancing:DescribeInstanceHealth": () => {
          const InstanceStates = serving.map((InstanceId) => ({ InstanceId, State: "InService" }));
          serving = ["i-1", "i-2"];
          return { InstanceStates };
        },
      },
    );
    await autoScalingGroup.create(stage.context, target, {
      ...fields,
      cpuTarget: 50,
      scaleIn: true,
      schedule: [nights],
      suspended: [{ process: "Launch", reason: "" }],
    });
    const order = stage.calls.filter((operation) => !/:Describe(?!InstanceHealth)/.test(operation));
    expect(order.map((operation) => operation.split(":")[1])).toEqual([
      "CreateAutoScalingGroup",
      "PutScalingPolicy",
      "PutScheduledUpdateGroupAction",
      "DescribeInstanceHealth",
      "DescribeInstanceHealth",
      "SuspendProcesses",
    ]);
    expect(stage.asked("autoscaling:SuspendProcesses")).toEqual([
      { AutoScalingGroupName: "afterpay-web", ScalingProcesses: ["Launch"] },
    ]);
  });

  test("without a call for parts that it does not have", async () => {
    const stage = openParts({});
    await autoScalingGroup.create(stage.context, target, fields);
    expect(writesOf(stage)).toEqual(["CreateAutoScalingGroup tags"]);
    expect(stage.calls).not.toContain("autoscaling:DescribePolicies");
    expect(stage.calls).not.toContain("autoscaling:DescribeScheduledActions");
  });
});

describe("a difference in the targets of a group", () => {
  test("is said in words", () => {
    expect(rules.faultyPolicies.because?.(["the alarm a does not exist any more", "b"], null)).toBe(
      "the alarm a does not exist any more, b: put the target again",
    );
    expect(rules.faultyPolicies.because?.(null, null)).toBe(": put the target again");
    expect(
      rules.requestSource.because?.(null, {
        loadBalancer: "app/a/1",
        targetGroup: "targetgroup/b/2",
      }),
    ).toBe("its target counts the requests of another load balancer");
  });

  test("is none between an ARN and what a policy names, and one while it is not known yet", () => {
    const arn = "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:";
    const requestSource = {
      loadBalancer: `${arn}loadbalancer/app/web/0123`,
      targetGroup: `${arn}targetgroup/web/4567`,
    };
    const live = {
      ...fields,
      requestSource: { loadBalancer: "app/web/0123", targetGroup: "targetgroup/web/4567" },
    };
    const all: Parameters<typeof findDifference>[0] = rules;
    const differing = (wanted: AutoScalingGroupFields) =>
      findDifference(all, autoScalingGroup.normalize(wanted), live).fields;
    expect(differing({ ...fields, requestSource })).toEqual([]);
    const other = { ...requestSource, targetGroup: `${arn}targetgroup/web/other` };
    expect(differing({ ...fields, requestSource: other })).toEqual(["requestSource"]);
    expect(differing({ ...fields, requestSource: null })).toEqual(["requestSource"]);
    const unknown = { ...requestSource, targetGroup: unknownValue } as never;
    expect(differing({ ...fields, requestSource: unknown })).toEqual(["requestSource"]);
  });

  test("is found in each of their fields", () => {
    const all: Parameters<typeof findDifference>[0] = rules;
    const live = {
      ...fields,
      faultyPolicies: ["the policy reconcile-cpu is disabled"],
      scaleIn: null,
    };
    const wanted = {
      ...fields,
      cpuTarget: 50,
      requestTarget: 800,
      scaleIn: true,
      schedule: [nights],
    };
    expect(findDifference(all, wanted, live).fields).toEqual([
      "schedule",
      "cpuTarget",
      "requestTarget",
      "scaleIn",
      "faultyPolicies",
    ]);
    expect(findDifference(all, fields, { ...fields, deletionProtection: "none" }).fields).toEqual(
      [],
    );
  });
});
