import type { WarmPoolConfiguration } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import type { WarmPool } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { warmPoolOf } from "../../../src/resources/auto-scaling-group/warm-pool.ts";
import { type Answers, refusal } from "../answers.ts";
import { type Current, openChanging } from "./changing-group.ts";
import { fields, group, target } from "./web-group.ts";
import { discovered, updated, writesOf } from "./web-group-parts.ts";

const own = { "reconcile:parts": "warm-pool" };
const pool: WarmPool = { min: 1, state: "Stopped" };
const inAws: WarmPoolConfiguration = { MinSize: 1, PoolState: "Stopped" };

/** What a group with our tag has, whose pool AWS describes so. */
function read(WarmPoolConfiguration: WarmPoolConfiguration | undefined, recorded = "warm-pool") {
  const Tags = [{ Key: "reconcile:parts", Value: recorded }];
  return warmPoolOf({ ...group, Tags, WarmPoolConfiguration });
}

describe("the warm pool of a group is read", () => {
  test.each<[told: WarmPoolConfiguration, pool: WarmPool]>([
    [inAws, pool],
    [{}, { min: 0, state: "Stopped" }],
    [
      { MinSize: 0, PoolState: "Hibernated" },
      { min: 0, state: "Hibernated" },
    ],
    [{ ...inAws, MaxGroupPreparedCapacity: -1 }, pool],
    [{ ...inAws, InstanceReusePolicy: { ReuseOnScaleIn: false } }, pool],
    [
      { ...inAws, MaxGroupPreparedCapacity: 0 },
      { ...pool, other: "at most 0 prepared" },
    ],
    [
      {
        ...inAws,
        MaxGroupPreparedCapacity: 5,
        InstanceReusePolicy: { ReuseOnScaleIn: true },
      },
      { ...pool, other: "at most 5 prepared, servers return to it" },
    ],
  ])("as %j: %j", (told, found) => {
    expect(read(told)).toEqual(found);
  });

  test("as none where AWS is deleting it, or somebody else gave it to the group", () => {
    expect(read(undefined)).toBeNull();
    expect(read({ ...inAws, Status: "PendingDelete" })).toBeNull();
    expect(read(inAws, "policies hooks")).toBeNull();
  });

  test("with the group itself, by no further call", async () => {
    const stage = openChanging({ tags: own, WarmPoolConfiguration: inAws });
    expect((await discovered(stage)).fields.warmPool).toEqual(pool);
    expect(stage.calls.filter((operation) => operation.startsWith("autoscaling:"))).toEqual([
      "autoscaling:DescribeAutoScalingGroups",
    ]);
  });

  test("and a difference is shown in words", () => {
    const rules: Parameters<typeof findDifference>[0] = autoScalingGroup.fields;
    const live = { ...fields, warmPool: { ...pool, other: "at most 5 prepared" } };
    expect(findDifference(rules, { ...fields, warmPool: pool }, live).fields).toEqual(["warmPool"]);
    expect(findDifference(rules, live, live).fields).toEqual([]);
    const { warmPool } = autoScalingGroup.fields;
    expect(warmPool.shown?.(live, fields)).toBe("at least 1 stopped, at most 5 prepared");
    expect(warmPool.shown?.({ ...fields, warmPool: { min: 0, state: "Running" } }, fields)).toBe(
      "at least 0 running",
    );
    expect(warmPool.shown?.(fields, fields)).toBeNull();
  });
});

/** What AWS does with the pool of the group, in which deleted servers are for some looks. */
function poolAnswers(current: Current, more: Answers = {}): Answers {
  let looks = 0;
  return {
    "autoscaling:PutWarmPool": ({ MinSize, PoolState }) => {
      const WarmPoolConfiguration = { MinSize, PoolState } as WarmPoolConfiguration;
      current.group = { ...current.group, WarmPoolConfiguration };
      return {};
    },
    "autoscaling:DeleteWarmPool": () => {
      const before = current.group.WarmPoolConfiguration;
      current.group = {
        ...current.group,
        WarmPoolConfiguration: { ...before, Status: "PendingDelete" },
      };
      looks = 3;
      return {};
    },
    "autoscaling:DescribeAutoScalingGroups": () => {
      const shown = current.group;
      const isLeaving = shown.WarmPoolConfiguration?.Status === "PendingDelete";
      if (isLeaving && --looks === 0) {
        const { WarmPoolConfiguration: _, ...without } = shown;
        current.group = without;
      }
      return { AutoScalingGroups: [shown] };
    },
    ...more,
  };
}

function open(
  { tags = {}, ...more }: Parameters<typeof openChanging>[0] = {},
  answers: Answers = {},
) {
  return openChanging({ tags, ...more }, (current) => poolAnswers(current, answers));
}

const put = {
  AutoScalingGroupName: "afterpay-web",
  MinSize: 1,
  PoolState: "Stopped",
  MaxGroupPreparedCapacity: -1,
  InstanceReusePolicy: { ReuseOnScaleIn: false },
};

describe("the warm pool of a group is set", () => {
  test("once the tag says that it is the stack's own, and until AWS shows it", async () => {
    const stage = open();
    const after = await updated(stage, { ...fields, warmPool: pool }, ["warmPool"]);
    expect(writesOf(stage)).toEqual(["CreateOrUpdateTags tags", "PutWarmPool"]);
    expect(stage.asked("autoscaling:PutWarmPool")).toEqual([put]);
    expect(stage.tag("reconcile:parts")).toBe("warm-pool");
    expect(after.fields.warmPool).toEqual(pool);
    const blind = open({}, { "autoscaling:PutWarmPool": {} });
    await expect(updated(blind, { ...fields, warmPool: pool }, ["warmPool"])).rejects.toThrow(
      "AWS does not show it yet",
    );
  });

  test("where it differs, with what somebody else set besides", async () => {
    const theirs = { MinSize: 3, PoolState: "Running", MaxGroupPreparedCapacity: 9 } as const;
    const stage = open({ tags: own, WarmPoolConfiguration: theirs });
    await updated(stage, { ...fields, warmPool: pool }, ["warmPool"]);
    expect(writesOf(stage)).toEqual(["PutWarmPool"]);
    expect((await discovered(stage)).fields.warmPool).toEqual(pool);
  });

  test("without waiting for its servers, which serve nobody yet", async () => {
    const stage = open();
    await updated(stage, { ...fields, warmPool: pool }, ["warmPool"]);
    // By the discovery alone.
    expect(stage.asked("elasticloadbalancing:DescribeInstanceHealth")).toHaveLength(1);
  });

  test.each(["InstanceRefreshInProgress", "ScalingActivityInProgress", "ResourceInUse"])(
    "after what AWS has in progress: %s",
    async (code) => {
      let calls = 0;
      const stage = open(
        { tags: { "reconcile:parts": "warm-pool" } },
        {
          "autoscaling:PutWarmPool": () => {
            calls += 1;
            return refusal(calls < 3 ? code : "AccessDenied");
          },
        },
      );
      await expect(
        updated(stage, { ...fields, warmPool: pool }, ["warmPool"]),
      ).rejects.toMatchObject({ kind: "denied" });
      expect(calls).toBe(3);
      expect(stage.told).toContainEqual(
        expect.stringMatching(/^a rollout or a scaling activity of the group is in progress \(/),
      );
    },
  );

  test("and deleted with its servers, which the update waits for, before the tag is", async () => {
    const stage = open({
      tags: { "reconcile:parts": "hooks warm-pool" },
      WarmPoolConfiguration: inAws,
    });
    const after = await updated(stage, fields, ["warmPool"]);
    expect(writesOf(stage)).toEqual(["DeleteWarmPool", "CreateOrUpdateTags tags"]);
    expect(stage.asked("autoscaling:DeleteWarmPool")).toEqual([
      { AutoScalingGroupName: "afterpay-web", ForceDelete: true },
    ]);
    expect(stage.told).toContain("its servers are shutting down");
    expect(stage.current.group.WarmPoolConfiguration).toBeUndefined();
    expect(stage.tag("reconcile:parts")).toBe("hooks");
    expect(after.fields.warmPool).toBeNull();
  });

  test("or already deleted by somebody, which AWS has no error code for", async () => {
    const deleting = async (refused: object, more: Partial<typeof group> = {}) => {
      const stage = open({ tags: own, ...more }, { "autoscaling:DeleteWarmPool": refused });
      await updated(stage, fields, ["warmPool"]);
      return stage;
    };
    const gone = "No warm pool found for the Auto Scaling group with name afterpay-web.";
    const stage = await deleting(refusal("ValidationError", gone));
    expect(stage.tag("reconcile:parts")).toBeUndefined();
    for (const [code, words] of [
      ["ValidationError", "The warm pool could not be deleted"],
      ["AccessDenied", "in AWS's words"],
    ] as const) {
      await expect(
        deleting(refusal(code, words), { WarmPoolConfiguration: inAws }),
      ).rejects.toMatchObject({ code });
    }
  });
});

describe("a group is created", () => {
  test("with its warm pool once its own servers serve, and the tag from the beginning", async () => {
    let serving = ["i-1"];
    const stage = open(
      { tags: own },
      {
        "elasticloadbalancing:DescribeInstanceHealth": () => {
          const InstanceStates = serving.map((InstanceId) => ({ InstanceId, State: "InService" }));
          serving = ["i-1", "i-2"];
          return { InstanceStates };
        },
      },
    );
    await autoScalingGroup.create(stage.context, target, { ...fields, warmPool: pool });
    const order = stage.calls.filter((operation) => !/:Describe(?!InstanceHealth)/.test(operation));
    expect(order.map((operation) => operation.split(":")[1])).toEqual([
      "CreateAutoScalingGroup",
      "DescribeInstanceHealth",
      "DescribeInstanceHealth",
      "PutWarmPool",
    ]);
    expect(stage.asked("autoscaling:PutWarmPool")).toEqual([put]);
    expect(stage.asked("autoscaling:CreateAutoScalingGroup")[0]?.["Tags"]).toContainEqual(
      expect.objectContaining({ Key: "reconcile:parts", Value: "warm-pool" }),
    );
  });
});

describe("a rollout of the same update", () => {
  /** A group whose rollout succeeds at once. */
  const opened = (more: Parameters<typeof openChanging>[0]) =>
    openChanging(more, (current) =>
      poolAnswers(current, {
        "autoscaling:DescribeInstanceRefreshes": ({ InstanceRefreshIds }) => ({
          InstanceRefreshes:
            InstanceRefreshIds === undefined
              ? []
              : [{ InstanceRefreshId: "refresh-1", Status: "Successful" }],
        }),
        "autoscaling:StartInstanceRefresh": () => {
          const LaunchTemplate = { LaunchTemplateId: "lt-1", Version: "3" };
          const { Instances = [] } = current.group;
          current.group = {
            ...current.group,
            LaunchTemplate,
            Instances: Instances.map((instance) => ({ ...instance, LaunchTemplate })),
          };
          return { InstanceRefreshId: "refresh-1" };
        },
      }),
    );
  const next = { ...fields, launchTemplate: { id: "lt-1", version: "3" } };
  const changed = ["warmPool", "launchTemplate"] as const;

  test("comes before the pool is put: its servers start from the new template", async () => {
    const stage = opened({});
    await updated(stage, { ...next, warmPool: pool }, changed);
    expect(writesOf(stage)).toEqual([
      "StartInstanceRefresh",
      "CreateOrUpdateTags tags",
      "PutWarmPool",
    ]);
  });

  test("comes after the pool is deleted: it has fewer servers to replace", async () => {
    const stage = opened({ tags: own, WarmPoolConfiguration: inAws });
    await updated(stage, next, changed);
    expect(writesOf(stage)).toEqual(["DeleteWarmPool", "DeleteTags tags", "StartInstanceRefresh"]);
  });
});
