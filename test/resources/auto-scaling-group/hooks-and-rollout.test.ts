import type { LifecycleHook } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import type { GroupHook } from "../../../src/resources/auto-scaling-group/fields.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { openChanging } from "./changing-group.ts";
import { applyTo, differing, openGroupWith } from "./sandbox-group.ts";
import { fields } from "./web-group.ts";
import { updated, writesOf } from "./web-group-parts.ts";

const launch: GroupHook = { at: "launch", timeout: 300, failed: "abandon" };
const terminate: GroupHook = { at: "terminate", timeout: 120, failed: "continue" };

const inAws = ({ at, timeout, failed }: GroupHook): LifecycleHook => ({
  LifecycleHookName: `reconcile-${at}`,
  LifecycleTransition: `autoscaling:EC2_INSTANCE_${at === "launch" ? "LAUNCHING" : "TERMINATING"}`,
  HeartbeatTimeout: timeout,
  DefaultResult: failed.toUpperCase(),
});

/** A group with these hooks, whose next rollout ends at once in this state. */
function open(before: readonly GroupHook[], Status = "Successful") {
  let hooks = before.map(inAws);
  const without = (name: unknown) => hooks.filter((hook) => hook.LifecycleHookName !== name);
  const tags = before.length > 0 ? { "reconcile:parts": "hooks" } : {};
  return openChanging({ tags }, (current) => ({
    "autoscaling:DescribeLifecycleHooks": () => ({ LifecycleHooks: hooks }),
    "autoscaling:PutLifecycleHook": (input) => {
      hooks = [...without(input["LifecycleHookName"]), input];
      return {};
    },
    "autoscaling:DeleteLifecycleHook": ({ LifecycleHookName: name }) => {
      hooks = without(name);
      return {};
    },
    "autoscaling:DescribeScalingActivities": { Activities: [] },
    "autoscaling:DescribeInstanceRefreshes": ({ InstanceRefreshIds }) => ({
      InstanceRefreshes:
        InstanceRefreshIds === undefined ? [] : [{ InstanceRefreshId: "refresh-1", Status }],
    }),
    "autoscaling:StartInstanceRefresh": () => {
      const LaunchTemplate = { LaunchTemplateId: "lt-1", Version: "3" };
      if (Status === "Successful") current.group = { ...current.group, LaunchTemplate };
      return { InstanceRefreshId: "refresh-1" };
    },
  }));
}

const next = { ...fields, launchTemplate: { id: "lt-1", version: "3" } };
const changed = ["hooks", "launchTemplate"] as const;

describe("a rollout of the same update", () => {
  test("comes before a new hook is put: servers of before have no program that completes it", async () => {
    const stage = open([]);
    await updated(stage, { ...next, hooks: [launch, terminate] }, changed);
    expect(writesOf(stage)).toEqual([
      "StartInstanceRefresh",
      "CreateOrUpdateTags tags",
      "PutLifecycleHook reconcile-launch",
      "PutLifecycleHook reconcile-terminate",
    ]);
  });

  test("and so does one before a hook that changes", async () => {
    const stage = open([launch]);
    await updated(stage, { ...next, hooks: [{ ...launch, timeout: 600 }] }, changed);
    expect(writesOf(stage)).toEqual(["StartInstanceRefresh", "PutLifecycleHook reconcile-launch"]);
  });

  test("comes after a dropped hook is deleted: its own servers may have no such program", async () => {
    const stage = open([launch, terminate]);
    await updated(stage, next, changed);
    expect(writesOf(stage)).toEqual([
      "DeleteLifecycleHook reconcile-launch",
      "DeleteLifecycleHook reconcile-terminate",
      "StartInstanceRefresh",
      "DeleteTags tags",
    ]);
    const exchanged = open([launch]);
    await updated(exchanged, { ...next, hooks: [terminate] }, changed);
    expect(writesOf(exchanged)).toEqual([
      "DeleteLifecycleHook reconcile-launch",
      "StartInstanceRefresh",
      "PutLifecycleHook reconcile-terminate",
    ]);
  });

  test("that fails leaves no hook to the servers that it goes back to", async () => {
    const stage = open([], "RollbackSuccessful");
    await expect(updated(stage, { ...next, hooks: [launch] }, changed)).rejects.toThrow(
      "AWS rolled all instances back",
    );
    expect(writesOf(stage)).toEqual(["StartInstanceRefresh"]);
  });

  test("is held up by neither a new nor a dropped hook in the sandbox", async () => {
    // No server there has a program for these hooks, so one that held a server would hold it for so long.
    const slow: GroupHook = { at: "terminate", timeout: 7200, failed: "continue" };
    const { account, fields: before, template, tier } = await openGroupWith({});
    const { context, pass } = account;
    const started = context.clock.now();
    const versions = ["t3.small", "t3.medium"].map((instanceType) => ({
      ...tier.template,
      instanceType,
    }));
    for (const [data, hooks, writes] of [
      [versions[0], [slow], ["StartInstanceRefresh", "CreateOrUpdateTags", "PutLifecycleHook"]],
      [versions[1], [], ["DeleteLifecycleHook", "StartInstanceRefresh", "DeleteTags"]],
    ] as const) {
      if (data === undefined) throw new Error("two versions");
      const { outputs } = await pass(
        launchTemplate.update(context, template, data, ["instanceType"]),
      );
      const { id, version } = outputs;
      const wanted = { ...before, launchTemplate: { id, version }, hooks };
      expect((await applyTo(account, wanted)).writes).toEqual(writes);
      expect(await differing(account, wanted)).toEqual([]);
    }
    expect(context.clock.now() - started).toBeLessThan(3_600_000);
  });
});
