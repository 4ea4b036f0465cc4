import { describe, expect, test } from "vitest";
import type {
  GroupHook,
  MixedInstances,
} from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { applyTo, byHand, differing, named, openGroupWith, tagOf } from "./sandbox-group.ts";

/** Its servers do not know the hooks, so each waits for its shortest time. */
const launch: GroupHook = { at: "launch", timeout: 30, failed: "continue" };
const terminate: GroupHook = { at: "terminate", timeout: 30, failed: "continue" };

async function hooksOf({ sandbox }: Account) {
  const answer = await sandbox.call("autoscaling", "DescribeLifecycleHooks", named);
  const { LifecycleHooks: hooks } = answer as { LifecycleHooks: { LifecycleHookName: string }[] };
  return hooks.map(({ LifecycleHookName: name }) => name).sort();
}

describe("a group with hooks", () => {
  test("has them right after its create, whose first servers they hold", async () => {
    const account = await openAccount();
    const held: string[] = [];
    account.sandbox.observe(({ operation, output = {} }) => {
      if (operation !== "DescribeAutoScalingGroups") return;
      held.push(
        ...JSON.stringify(output)
          .matchAll(/Pending:Wait/g)
          .map(([state]) => state),
      );
    });
    const { fields } = await openGroupWith({ hooks: [launch, terminate] }, account);
    expect(held.length).toBeGreaterThan(0);
    expect(await differing(account, fields)).toEqual([]);
    expect(await tagOf(account, "reconcile:parts")).toBe("hooks");
    expect(await applyTo(account, fields)).toEqual({ changed: [], writes: [] });
  });

  test("has them again as the stack file says, and leaves somebody else's to them", async () => {
    const { account, fields } = await openGroupWith({ hooks: [launch, terminate] });
    await byHand(account, "PutLifecycleHook", {
      LifecycleHookName: "reconcile-launch",
      HeartbeatTimeout: 900,
    });
    await byHand(account, "DeleteLifecycleHook", { LifecycleHookName: "reconcile-terminate" });
    await byHand(account, "PutLifecycleHook", {
      LifecycleHookName: "theirs",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      HeartbeatTimeout: 30,
    });
    expect(await applyTo(account, fields)).toEqual({
      changed: ["hooks"],
      writes: ["PutLifecycleHook", "PutLifecycleHook"],
    });
    expect(await differing(account, fields)).toEqual([]);
    const without = { ...fields, hooks: [] };
    await applyTo(account, without);
    expect(await differing(account, without)).toEqual([]);
    expect(await hooksOf(account)).toEqual(["theirs"]);
    expect(await tagOf(account, "reconcile:parts")).toBeUndefined();
  });
});

describe("a group with several instance types", () => {
  const types: MixedInstances = {
    instanceTypes: ["t3.small", "t3.micro"],
    onDemandBase: 0,
    spotShare: 0,
  };

  async function typesRunning({ sandbox }: Account) {
    const answer = await sandbox.call("autoscaling", "DescribeAutoScalingGroups", {});
    const { AutoScalingGroups: [found] = [] } = answer as {
      AutoScalingGroups: { Instances: { InstanceType: string }[] }[];
    };
    return found?.Instances.map(({ InstanceType: type }) => type);
  }

  test("launches the preferred one, and a second apply changes nothing", async () => {
    const { account, fields } = await openGroupWith({ mixedInstancesPolicy: types });
    expect(await differing(account, fields)).toEqual([]);
    expect(await typesRunning(account)).toEqual(["t3.small", "t3.small"]);
    expect(await applyTo(account, fields)).toEqual({ changed: [], writes: [] });
  });

  test("and Spot Instances among them has their share again by a rollout", async () => {
    const spot = { ...types, onDemandBase: 1, spotShare: 100 };
    const { account, fields } = await openGroupWith({
      mixedInstancesPolicy: spot,
      capacityRebalance: true,
    });
    expect(await differing(account, fields)).toEqual([]);
    await byHand(account, "UpdateAutoScalingGroup", {
      CapacityRebalance: false,
      MixedInstancesPolicy: { InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 100 } },
    });
    expect(await applyTo(account, fields)).toEqual({
      changed: ["mixedInstancesPolicy", "capacityRebalance"],
      writes: ["UpdateAutoScalingGroup", "StartInstanceRefresh"],
    });
    expect(await differing(account, fields)).toEqual([]);
  });

  test("gets them by a rollout, and goes back to the template alone by another", async () => {
    const { account, fields } = await openGroupWith({});
    const wanted = { ...fields, mixedInstancesPolicy: types };
    expect(await applyTo(account, wanted)).toEqual({
      changed: ["mixedInstancesPolicy"],
      writes: ["StartInstanceRefresh"],
    });
    expect(await differing(account, wanted)).toEqual([]);
    expect(await applyTo(account, fields)).toEqual({
      changed: ["mixedInstancesPolicy"],
      writes: ["StartInstanceRefresh"],
    });
    expect(await differing(account, fields)).toEqual([]);
    expect(await typesRunning(account)).toEqual(["t3.micro", "t3.micro"]);
  });
});

describe("a group that tells topics of failed launches", () => {
  const accountId = "123456789012";
  const topicOf = (name: string) => `arn:aws:sns:ap-southeast-2:${accountId}:${name}`;
  const topics = ["alerts", "oncall"].map(topicOf);

  async function openTopics() {
    const account = await openAccount({ account: accountId });
    for (const Name of ["alerts", "oncall", "theirs"]) {
      await account.sandbox.call("sns", "CreateTopic", { Name });
    }
    return openGroupWith({ notifications: topics }, account);
  }

  async function toldBy({ sandbox }: Account) {
    const answer = await sandbox.call("autoscaling", "DescribeNotificationConfigurations", {});
    const { NotificationConfigurations: found } = answer as {
      NotificationConfigurations: { TopicARN: string }[];
    };
    return [...new Set(found.map(({ TopicARN }) => TopicARN))].sort();
  }

  test("tells them right after its create, and a second apply changes nothing", async () => {
    const { account, fields } = await openTopics();
    expect(await toldBy(account)).toEqual(topics);
    expect(await differing(account, fields)).toEqual([]);
    expect(await applyTo(account, fields)).toEqual({ changed: [], writes: [] });
  });

  test("tells them again, and leaves somebody else's topic to them", async () => {
    const { account, fields } = await openTopics();
    const NotificationTypes = ["autoscaling:EC2_INSTANCE_LAUNCH"];
    await byHand(account, "PutNotificationConfiguration", {
      TopicARN: topicOf("theirs"),
      NotificationTypes,
    });
    await byHand(account, "PutNotificationConfiguration", {
      TopicARN: topicOf("alerts"),
      NotificationTypes,
    });
    await byHand(account, "DeleteNotificationConfiguration", { TopicARN: topicOf("oncall") });
    expect(await applyTo(account, fields)).toEqual({
      changed: ["notifications"],
      writes: ["PutNotificationConfiguration", "PutNotificationConfiguration"],
    });
    expect(await differing(account, fields)).toEqual([]);
    const without = { ...fields, notifications: [] };
    await applyTo(account, without);
    expect(await differing(account, without)).toEqual([]);
    // What somebody else asked for stays, also on a topic of the stack file's.
    expect(await toldBy(account)).toEqual([topicOf("alerts"), topicOf("theirs")]);
    expect(await tagOf(account, "reconcile:topics")).toBeUndefined();
  });
});

describe("a group with metrics", () => {
  test("has them again where somebody has disabled all", async () => {
    const { account, fields } = await openGroupWith({ groupMetrics: true });
    expect(await differing(account, fields)).toEqual([]);
    await byHand(account, "DisableMetricsCollection", {});
    expect(await applyTo(account, fields)).toEqual({
      changed: ["groupMetrics"],
      writes: ["EnableMetricsCollection"],
    });
    expect(await differing(account, fields)).toEqual([]);
    expect(await differing(account, { ...fields, groupMetrics: null })).toEqual([]);
  });
});

describe("a group with a warm pool", () => {
  const warmPool = { min: 1, state: "Stopped" };

  test("has it right after its create, and a second apply changes nothing", async () => {
    const { account, fields } = await openGroupWith({ warmPool });
    expect(await differing(account, fields)).toEqual([]);
    expect(await tagOf(account, "reconcile:parts")).toBe("warm-pool");
    expect(await applyTo(account, fields)).toEqual({ changed: [], writes: [] });
    await account.pass(account.context.clock.sleep(600_000));
    // Its servers are in place by then, and stopped.
    const pool = await account.sandbox.call("autoscaling", "DescribeWarmPool", named);
    expect(pool).toMatchObject({ Instances: [{ LifecycleState: "Warmed:Stopped" }] });
    const live = await theOnly(account, autoScalingGroup);
    expect(live.status).toBe("ready");
    expect(live).not.toHaveProperty("notes");
    expect(await applyTo(account, fields)).toEqual({ changed: [], writes: [] });
  });

  test("has it again as the stack file says, and loses it with its servers", async () => {
    const { account, fields } = await openGroupWith({ warmPool });
    await byHand(account, "PutWarmPool", { MinSize: 0, MaxGroupPreparedCapacity: 3 });
    expect(await applyTo(account, fields)).toEqual({
      changed: ["warmPool"],
      writes: ["PutWarmPool"],
    });
    expect(await differing(account, fields)).toEqual([]);
    const without = { ...fields, warmPool: null };
    await applyTo(account, without);
    expect(await differing(account, without)).toEqual([]);
    expect(await tagOf(account, "reconcile:parts")).toBeUndefined();
    const answer = await account.sandbox.call("autoscaling", "DescribeAutoScalingGroups", {});
    expect(answer).toHaveProperty("AutoScalingGroups.0.Instances");
    expect(answer).not.toHaveProperty("AutoScalingGroups.0.WarmPoolConfiguration");
  });
});
