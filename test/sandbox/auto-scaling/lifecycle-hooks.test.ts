import {
  CompleteLifecycleActionCommand,
  DeleteAutoScalingGroupCommand,
  DeleteLifecycleHookCommand,
  DescribeLifecycleHooksCommand,
  PutLifecycleHookCommand,
  type PutLifecycleHookCommandInput,
  RecordLifecycleActionHeartbeatCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Account, buildTier, healthOfFront, openAccount } from "../tier.ts";
import { activities, createGroup, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";
const TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

const group = { AutoScalingGroupName: "web" };
const put = (account: Account, more: Partial<PutLifecycleHookCommandInput>) =>
  account.autoScaling.send(
    new PutLifecycleHookCommand({ ...group, LifecycleHookName: "warm-up", ...more }),
  );
const complete = (account: Account, InstanceId: string, result = "CONTINUE", hook = "warm-up") =>
  account.autoScaling.send(
    new CompleteLifecycleActionCommand({
      ...group,
      InstanceId,
      LifecycleHookName: hook,
      LifecycleActionResult: result,
    }),
  );
const scaleTo = (account: Account, DesiredCapacity: number) =>
  account.autoScaling.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity }));

/** One that is in that state, after so many seconds at most. */
const inState = (account: Account, state: string, seconds = 300) =>
  account.until(seconds, async () => {
    const members = (await describeGroup(account))?.Instances ?? [];
    return members.find(({ LifecycleState }) => LifecycleState === state)?.InstanceId;
  });

async function open() {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, { MinSize: 1, DesiredCapacity: 1 });
  const [first = ""] = await serving(account, 1);
  return { account, tier, first };
}

describe("a hook for launches", () => {
  test("holds a new instance out of service until it is completed", async () => {
    const { account } = await open();
    await put(account, { LifecycleTransition: LAUNCHING });
    await scaleTo(account, 2);
    const id = await inState(account, "Pending:Wait");
    account.pass(3000);
    expect(await inState(account, "Pending:Wait", 0)).toBe(id);
    expect((await healthOfFront(account)).has(id)).toBe(false);
    await complete(account, id);
    expect(await inState(account, "Pending:Proceed", 0)).toBe(id);
    expect(await serving(account, 2, 120)).toContain(id);
  });

  test("lets it go when the heartbeat stops, by default to be replaced", async () => {
    const { account } = await open();
    await put(account, { LifecycleTransition: LAUNCHING, HeartbeatTimeout: 60 });
    await scaleTo(account, 2);
    const id = await inState(account, "Pending:Wait");
    account.pass(90);
    const abandoned = (await activities(account)).find(({ Description }) =>
      Description?.startsWith(`Launching a new EC2 instance: ${id}`),
    );
    expect(abandoned?.StatusCode).toBe("Cancelled");
    expect(abandoned?.StatusMessage).toMatch(
      /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token [0-9a-f-]{36} was abandoned due to Heartbeat Timeout$/,
    );
    const next = await inState(account, "Pending:Wait");
    expect(next).not.toBe(id);
  });

  test("with CONTINUE for its default lets it into service then", async () => {
    const { account } = await open();
    const hook = { LifecycleTransition: LAUNCHING, HeartbeatTimeout: 60 };
    await put(account, { ...hook, DefaultResult: "CONTINUE" });
    await scaleTo(account, 2);
    const id = await inState(account, "Pending:Wait");
    expect(await serving(account, 2, 180)).toContain(id);
  });

  test("waits as long as heartbeats come", async () => {
    const { account } = await open();
    await put(account, { LifecycleTransition: LAUNCHING, HeartbeatTimeout: 60 });
    await scaleTo(account, 2);
    const id = await inState(account, "Pending:Wait");
    for (let beat = 0; beat < 5; beat += 1) {
      account.pass(50);
      await account.autoScaling.send(
        new RecordLifecycleActionHeartbeatCommand({
          ...group,
          InstanceId: id,
          LifecycleHookName: "warm-up",
        }),
      );
    }
    expect(await inState(account, "Pending:Wait", 0)).toBe(id);
    account.pass(61);
    expect(
      (await describeGroup(account))?.Instances?.find(({ InstanceId }) => InstanceId === id)
        ?.LifecycleState,
    ).toMatch(/^Terminating/);
  });

  test("may be one of several, all of which have to be done with it; one ABANDON is enough", async () => {
    const { account } = await open();
    await put(account, { LifecycleTransition: LAUNCHING });
    await put(account, { LifecycleTransition: LAUNCHING, LifecycleHookName: "check" });
    await scaleTo(account, 2);
    const id = await inState(account, "Pending:Wait");
    await complete(account, id);
    expect(await inState(account, "Pending:Wait", 0)).toBe(id);
    await complete(account, id, "CONTINUE", "check");
    expect(await serving(account, 2, 120)).toContain(id);
    await scaleTo(account, 3);
    const next = await inState(account, "Pending:Wait");
    await complete(account, next, "ABANDON");
    await expect(complete(account, next, "CONTINUE", "check")).rejects.toThrow(
      `No active Lifecycle Action found with instance ID ${next}`,
    );
  });

  test("of a new group catches its first instances, too", async () => {
    const account = await openAccount();
    const tier = await buildTier(account);
    await createGroup(account, tier, {
      MinSize: 1,
      LifecycleHookSpecificationList: [
        { LifecycleHookName: "warm-up", LifecycleTransition: LAUNCHING },
      ],
    });
    const id = await inState(account, "Pending:Wait");
    await complete(account, id);
    expect(await serving(account, 1)).toEqual([id]);
  });
});

describe("a hook for terminations", () => {
  test("holds an instance that is out of the load balancer, which counts no more", async () => {
    const { account, first } = await open();
    await put(account, { LifecycleTransition: TERMINATING });
    await scaleTo(account, 2);
    await serving(account, 2);
    await scaleTo(account, 1);
    const id = await inState(account, "Terminating:Wait");
    expect(await serving(account, 1, 0)).not.toContain(id);
    account.pass(1000);
    expect(await inState(account, "Terminating:Wait", 0)).toBe(id);
    await complete(account, id);
    account.pass(120);
    expect((await describeGroup(account))?.Instances).toHaveLength(1);
    expect(first).not.toBe("");
  });

  test("ends by itself, whatever its default result", async () => {
    const { account } = await open();
    await put(account, { LifecycleTransition: TERMINATING, HeartbeatTimeout: 30 });
    await scaleTo(account, 2);
    await serving(account, 2);
    await scaleTo(account, 1);
    await inState(account, "Terminating:Wait");
    account.pass(120);
    expect((await describeGroup(account))?.Instances).toHaveLength(1);
  });

  test("holds one that somebody terminated in the group, and another takes its place", async () => {
    const { account, first } = await open();
    await put(account, { LifecycleTransition: TERMINATING });
    await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first] }));
    expect(await inState(account, "Terminating:Wait")).toBe(first);
    expect(await serving(account, 1)).not.toContain(first);
    await complete(account, first);
    account.pass(60);
    expect((await describeGroup(account))?.Instances).toHaveLength(1);
  });

  test("is not waited for when the group is deleted by force", async () => {
    const { account } = await open();
    await put(account, { LifecycleTransition: TERMINATING });
    await scaleTo(account, 2);
    await serving(account, 2);
    await scaleTo(account, 1);
    await inState(account, "Terminating:Wait");
    await account.autoScaling.send(
      new DeleteAutoScalingGroupCommand({ ...group, ForceDelete: true }),
    );
    account.pass(300);
    expect(await describeGroup(account)).toBeUndefined();
    expect(account.sandbox.inventory()["instance"]).toBeUndefined();
  });
});

test("hooks are told as they are, changed in part, and deleted with what they hold", async () => {
  const { account } = await open();
  await put(account, { LifecycleTransition: LAUNCHING, NotificationMetadata: "m" });
  await put(account, { HeartbeatTimeout: 300 });
  const hooks = async () =>
    (await account.autoScaling.send(new DescribeLifecycleHooksCommand(group))).LifecycleHooks;
  expect(await hooks()).toEqual([
    {
      LifecycleHookName: "warm-up",
      AutoScalingGroupName: "web",
      LifecycleTransition: LAUNCHING,
      NotificationMetadata: "m",
      HeartbeatTimeout: 300,
      GlobalTimeout: 30_000,
      DefaultResult: "ABANDON",
    },
  ]);
  await scaleTo(account, 2);
  const id = await inState(account, "Pending:Wait");
  await account.autoScaling.send(
    new DeleteLifecycleHookCommand({ ...group, LifecycleHookName: "warm-up" }),
  );
  expect(await hooks()).toEqual([]);
  expect(await serving(account, 2)).not.toContain(id);
});

test("what AWS refuses", async () => {
  const { account, first } = await open();
  const refused = expect.objectContaining({ name: "ValidationError" });
  await expect(put(account, {})).rejects.toEqual(refused);
  await expect(put(account, { LifecycleTransition: "launching" })).rejects.toEqual(refused);
  const hook = { LifecycleTransition: LAUNCHING };
  await expect(put(account, { ...hook, HeartbeatTimeout: 29 })).rejects.toEqual(refused);
  await expect(put(account, { ...hook, HeartbeatTimeout: 7201 })).rejects.toEqual(refused);
  await expect(put(account, { ...hook, DefaultResult: "STOP" })).rejects.toEqual(refused);
  await expect(put(account, { ...hook, LifecycleHookName: "a b" })).rejects.toEqual(refused);
  await put(account, hook);
  await expect(complete(account, first)).rejects.toThrow(/No active Lifecycle Action found with/);
  await expect(complete(account, first, "CONTINUE", "other")).rejects.toEqual(refused);
});
