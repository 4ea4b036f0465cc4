import type { LifecycleHook } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { findDifference } from "../../../src/engine/difference.ts";
import type { GroupHook } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { refusal } from "../answers.ts";
import { fields, target } from "./web-group.ts";
import { discovered, openParts, updated, writesOf } from "./web-group-parts.ts";

const launching = "autoscaling:EC2_INSTANCE_LAUNCHING";
const terminating = "autoscaling:EC2_INSTANCE_TERMINATING";

const launch: GroupHook = { at: "launch", timeout: 300, failed: "abandon" };
const terminate: GroupHook = { at: "terminate", timeout: 120, failed: "continue" };

/** The hooks as AWS tells them. */
const launchInAws: LifecycleHook = {
  AutoScalingGroupName: "afterpay-web",
  LifecycleHookName: "reconcile-launch",
  LifecycleTransition: launching,
  HeartbeatTimeout: 300,
  GlobalTimeout: 30_000,
  DefaultResult: "ABANDON",
};
const terminateInAws: LifecycleHook = {
  ...launchInAws,
  LifecycleHookName: "reconcile-terminate",
  LifecycleTransition: terminating,
  HeartbeatTimeout: 120,
  DefaultResult: "CONTINUE",
};
const theirs = { ...launchInAws, LifecycleHookName: "warm-up" };

const putLaunch = {
  AutoScalingGroupName: "afterpay-web",
  LifecycleHookName: "reconcile-launch",
  LifecycleTransition: launching,
  HeartbeatTimeout: 300,
  DefaultResult: "ABANDON",
};
const putTerminate = {
  AutoScalingGroupName: "afterpay-web",
  LifecycleHookName: "reconcile-terminate",
  LifecycleTransition: terminating,
  HeartbeatTimeout: 120,
  DefaultResult: "CONTINUE",
};

async function read(...hooks: readonly LifecycleHook[]) {
  return (await discovered(openParts({ recorded: "hooks", hooks }))).fields.hooks;
}

describe("the hooks of a group are read", () => {
  test("by their transition, whatever AWS's order is", async () => {
    expect(await read(launchInAws, terminateInAws)).toEqual([launch, terminate]);
    expect(await read(terminateInAws, launchInAws)).toEqual([launch, terminate]);
    expect(await read(terminateInAws)).toEqual([terminate]);
    expect(await read()).toEqual([]);
  });

  test("without those of other names, which are somebody else's", async () => {
    const alike = { ...theirs, LifecycleHookName: "reconcile-launching" };
    const capital = { ...theirs, LifecycleHookName: "Reconcile-launch" };
    expect(await read(theirs, alike, capital, launchInAws)).toEqual([launch]);
  });

  test("with what no stack file can define, so that it differs from every file", async () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:told";
    const [moved] = await read({ ...launchInAws, LifecycleTransition: terminating });
    expect(moved).toEqual({ ...launch, other: `at ${terminating}` });
    const [telling] = await read({ ...launchInAws, NotificationTargetARN: topic });
    expect(telling).toEqual({ ...launch, other: `tells ${topic}` });
    // The query protocol writes a target that was removed as an empty text.
    expect(await read({ ...launchInAws, NotificationTargetARN: "" })).toEqual([launch]);
    const { fields: rules } = autoScalingGroup;
    const shown = (hooks: readonly GroupHook[]) =>
      rules.hooks.shown?.({ ...fields, hooks }, fields);
    expect(shown([{ ...launch, other: `tells ${topic}` }, terminate])).toEqual([
      `launch: for at most 300 s, then abandon; tells ${topic}`,
      "terminate: for at most 120 s, then continue",
    ]);
  });

  test("only where the group's tag says that it may have some", async () => {
    for (const recorded of [undefined, "policies schedule warm-pool"]) {
      const stage = openParts({ ...(recorded && { recorded }), hooks: [launchInAws] });
      expect((await discovered(stage)).fields.hooks).toEqual([]);
      expect(stage.calls).not.toContain("autoscaling:DescribeLifecycleHooks");
    }
  });

  test("as none of a group that somebody has just deleted, and never as none where AWS refuses", async () => {
    const reading = (answer: object) =>
      discovered(
        openParts({ recorded: "hooks" }, { "autoscaling:DescribeLifecycleHooks": answer }),
      );
    const gone = refusal("ValidationError", "AutoScalingGroup name not found - no such group");
    expect((await reading(gone)).fields.hooks).toEqual([]);
    await expect(reading(refusal("AccessDenied"))).rejects.toMatchObject({ kind: "denied" });
  });
});

describe("a difference in the hooks of a group", () => {
  const rules: Parameters<typeof findDifference>[0] = autoScalingGroup.fields;
  test.each<[wanted: readonly GroupHook[], live: readonly GroupHook[], differs: boolean]>([
    [[], [], false],
    [[launch, terminate], [launch, terminate], false],
    [[launch], [], true],
    [[], [launch], true],
    [[launch], [{ ...launch, timeout: 301 }], true],
    [[launch], [{ ...launch, failed: "continue" }], true],
    [[launch], [{ ...launch, other: "tells a topic" }], true],
  ])("%j wanted, %j there: %s", (hooks, live, differs) => {
    const found = findDifference(rules, { ...fields, hooks }, { ...fields, hooks: live });
    expect(found.fields).toEqual(differs ? ["hooks"] : []);
  });
});

describe("a group is created", () => {
  test("with its hooks in the same call, because only those hold its first servers", async () => {
    const stage = openParts({ recorded: "hooks" });
    const hooks = [launch, terminate];
    await autoScalingGroup.create(stage.context, target, { ...fields, hooks });
    const [input] = stage.asked("autoscaling:CreateAutoScalingGroup");
    const { AutoScalingGroupName: _, ...first } = putLaunch;
    const { AutoScalingGroupName: __, ...second } = putTerminate;
    expect(input?.["LifecycleHookSpecificationList"]).toEqual([first, second]);
    expect(input?.["Tags"]).toContainEqual({
      Key: "reconcile:parts",
      Value: "hooks",
      PropagateAtLaunch: false,
      ResourceId: "afterpay-web",
      ResourceType: "auto-scaling-group",
    });
    expect(writesOf(stage)).toEqual(["CreateAutoScalingGroup tags"]);
  });

  test("without any where the stack file has none", async () => {
    const stage = openParts({});
    await autoScalingGroup.create(stage.context, target, fields);
    const [input] = stage.asked("autoscaling:CreateAutoScalingGroup");
    expect(input).not.toHaveProperty("LifecycleHookSpecificationList");
  });
});

describe("the hooks of a group are set", () => {
  const set = async (
    parts: Parameters<typeof openParts>[0],
    hooks: readonly GroupHook[],
    more: Parameters<typeof openParts>[1] = {},
  ) => {
    const stage = openParts(parts, more);
    await updated(stage, { ...fields, hooks }, ["hooks"]);
    return stage;
  };

  test("once the tag says that the group may have some, which a crash could hide otherwise", async () => {
    const stage = await set({ hooks: [theirs] }, [launch, terminate]);
    expect(writesOf(stage)).toEqual([
      "CreateOrUpdateTags tags",
      "PutLifecycleHook reconcile-launch",
      "PutLifecycleHook reconcile-terminate",
    ]);
    expect(stage.asked("autoscaling:PutLifecycleHook")).toEqual([putLaunch, putTerminate]);
    expect(stage.asked("autoscaling:CreateOrUpdateTags")).toMatchObject([
      { Tags: [{ Key: "reconcile:parts", Value: "hooks", PropagateAtLaunch: false }] },
    ]);
  });

  test("where they differ, and no others", async () => {
    const longer = { ...launchInAws, HeartbeatTimeout: 3600 };
    const hooks = [longer, terminateInAws];
    const stage = await set({ recorded: "policies hooks", hooks }, [launch, terminate]);
    expect(writesOf(stage)).toEqual(["PutLifecycleHook reconcile-launch"]);
    expect(stage.asked("autoscaling:PutLifecycleHook")).toEqual([putLaunch]);
  });

  test("anew where somebody lets one tell a topic, because an update would keep the topic", async () => {
    const telling = { ...terminateInAws, NotificationTargetARN: "arn:aws:sns:eu-west-1:1:told" };
    const hooks = [launchInAws, telling];
    const stage = await set({ recorded: "hooks", hooks }, [launch, terminate]);
    expect(writesOf(stage)).toEqual([
      "DeleteLifecycleHook reconcile-terminate",
      "PutLifecycleHook reconcile-terminate",
    ]);
  });

  test("and those that the stack file no longer has are deleted, not somebody else's", async () => {
    const hooks = [theirs, launchInAws, terminateInAws];
    const one = await set({ recorded: "hooks", hooks }, [launch]);
    expect(writesOf(one)).toEqual(["DeleteLifecycleHook reconcile-terminate"]);
    expect(one.asked("autoscaling:DeleteLifecycleHook")).toEqual([
      { AutoScalingGroupName: "afterpay-web", LifecycleHookName: "reconcile-terminate" },
    ]);
    const none = await set({ recorded: "policies hooks", hooks }, []);
    expect(writesOf(none)).toEqual([
      "DeleteLifecycleHook reconcile-launch",
      "DeleteLifecycleHook reconcile-terminate",
      // After the deletion: until then, the group may have some.
      "CreateOrUpdateTags tags",
    ]);
    expect(none.asked("autoscaling:CreateOrUpdateTags")).toMatchObject([
      { Tags: [{ Key: "reconcile:parts", Value: "policies" }] },
    ]);
    const last = await set({ recorded: "hooks", hooks: [theirs] }, []);
    expect(writesOf(last)).toEqual(["DeleteTags tags"]);
  });

  test("without waiting for servers: a hook moves none", async () => {
    const stage = await set({ recorded: "hooks", hooks: [] }, [launch]);
    // By the discovery alone.
    expect(stage.asked("elasticloadbalancing:DescribeInstanceHealth")).toHaveLength(1);
  });

  test("though somebody deletes one at the same moment; any other refusal ends the update", async () => {
    const deleting = (answer: object) =>
      set({ recorded: "hooks", hooks: [launchInAws] }, [], {
        "autoscaling:DeleteLifecycleHook": answer,
      });
    const words = [
      "No Lifecycle Hook found for Auto Scaling group afterpay-web with name reconcile-launch",
      "AutoScalingGroup name not found - no such group: afterpay-web",
    ];
    for (const message of words) {
      const stage = await deleting(refusal("ValidationError", message));
      expect(writesOf(stage)).toContain("DeleteTags tags");
    }
    await expect(deleting(refusal("ValidationError", "a wrong parameter"))).rejects.toThrow();
    await expect(deleting(refusal("AccessDenied"))).rejects.toMatchObject({
      kind: "denied",
      operation: "autoscaling:DeleteLifecycleHook",
    });
  });

  test("on no group that somebody has deleted meanwhile", async () => {
    const stage = openParts({ recorded: "hooks" });
    const live = await discovered(stage);
    const empty = openParts(
      {},
      { "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [] } },
    );
    await expect(
      autoScalingGroup.update(empty.context, live, { ...fields, hooks: [launch] }, ["hooks"]),
    ).rejects.toThrow("the Auto Scaling group afterpay-web is not visible yet");
    expect(writesOf(empty)).toEqual([]);
  });
});
