import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteAutoScalingGroupCommand,
  DeleteWarmPoolCommand,
  DescribeAutoScalingInstancesCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { StartInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { type Account, buildTier, openAccount } from "../tier.ts";
import { openMixed, policyOf, scaleTo, setPolicy } from "./mixed-group.ts";
import { describePool, machineState, openGroup, pooled, poolOf, putPool } from "./warm-group.ts";
import { activities, createGroup, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const group = { AutoScalingGroupName: "web" };
const deletePool = (account: Account, ForceDelete?: boolean) =>
  account.autoScaling.send(new DeleteWarmPoolCommand({ ...group, ForceDelete }));
const resize = (account: Account, more: { MinSize?: number; MaxSize?: number }) =>
  account.autoScaling.send(new UpdateAutoScalingGroupCommand({ ...group, ...more }));
const descriptions = async (account: Account) =>
  (await activities(account)).map(({ Description }) => Description);

describe("a warm pool", () => {
  test("has what lies between the desired and the maximum capacity, stopped, beside the group", async () => {
    const { account } = await openGroup();
    const serves = await serving(account, 2);
    await putPool(account);
    const ids = await poolOf(account, 2);
    for (const id of ids) expect(await machineState(account, id)).toBe("stopped");
    const found = await describeGroup(account);
    expect(found?.Instances?.map(({ InstanceId }) => InstanceId).sort()).toEqual(serves.sort());
    expect(found).toMatchObject({
      DesiredCapacity: 2,
      WarmPoolConfiguration: { MinSize: 0, PoolState: "Stopped" },
      WarmPoolSize: 2,
    });
    const { AutoScalingInstances = [] } = await account.autoScaling.send(
      new DescribeAutoScalingInstancesCommand({ InstanceIds: ids }),
    );
    expect(AutoScalingInstances.map(({ LifecycleState }) => LifecycleState)).toEqual([
      "Warmed:Stopped",
      "Warmed:Stopped",
    ]);
    expect(await descriptions(account)).toContain(
      `Launching a new EC2 instance into warm pool: ${ids[0]}`,
    );
    expect(
      new Set((await describePool(account)).Instances?.map((one) => one.AvailabilityZone)).size,
    ).toBe(2);
  });

  test("of the state Running keeps its instances running", async () => {
    const { account } = await openGroup();
    await putPool(account, { PoolState: "Running" });
    const [id = ""] = await poolOf(account, 2, "Warmed:Running");
    expect(await machineState(account, id)).toBe("running");
    expect(await serving(account, 2, 0)).not.toContain(id);
    await scaleTo(account, 3);
    const before = (await serving(account, 3, 60)).length;
    expect(before).toBe(3);
  });

  test.each([
    ["at least its minimum", { MinSize: 3 }, 3],
    ["up to a prepared capacity", { MaxGroupPreparedCapacity: 3 }, 1],
    ["nothing beyond a prepared capacity", { MaxGroupPreparedCapacity: 1 }, 0],
    ["its minimum beyond a prepared capacity", { MaxGroupPreparedCapacity: 1, MinSize: 1 }, 1],
    ["more than the maximum", { MaxGroupPreparedCapacity: 6 }, 4],
  ])("has %s", async (_name, settings, size) => {
    const { account } = await openGroup();
    await putPool(account, settings);
    account.pass(30);
    await poolOf(account, size);
    expect(await describeGroup(account)).toMatchObject({
      WarmPoolConfiguration: settings,
      WarmPoolSize: size,
    });
  });

  test("changes only what a request names, and follows the group's bounds", async () => {
    const { account } = await openGroup();
    await putPool(account, { MinSize: 1, MaxGroupPreparedCapacity: 3 });
    await poolOf(account, 1);
    await putPool(account, {
      MaxGroupPreparedCapacity: -1,
      InstanceReusePolicy: { ReuseOnScaleIn: true },
    });
    await poolOf(account, 2);
    expect((await describePool(account)).WarmPoolConfiguration).toEqual({
      MinSize: 1,
      PoolState: "Stopped",
      InstanceReusePolicy: { ReuseOnScaleIn: true },
    });
    await resize(account, { MaxSize: 5 });
    await poolOf(account, 3);
    await resize(account, { MaxSize: 3 });
    await poolOf(account, 1);
  });

  test("comes first when the group scales out, and is filled again", async () => {
    const { account } = await openGroup({ MaxSize: 6 });
    await putPool(account, { MinSize: 2, MaxGroupPreparedCapacity: 2 });
    const ids = await poolOf(account, 2);
    await scaleTo(account, 3);
    const serves = await serving(account, 3, 120);
    const [warm = ""] = serves.filter((id) => ids.includes(id));
    expect(await descriptions(account)).toContain(
      `Launching a new EC2 instance from warm pool: ${warm}`,
    );
    expect(await poolOf(account, 2)).not.toContain(warm);
  });

  test("that is empty leaves cold starts", async () => {
    const { account } = await openGroup();
    await putPool(account, { MaxGroupPreparedCapacity: 3 });
    const [warm = ""] = await poolOf(account, 1);
    await scaleTo(account, 4);
    const serves = await serving(account, 4);
    expect(serves).toContain(warm);
    const told = (await descriptions(account)).filter((text) => text?.startsWith("Launching"));
    expect(told.filter((text) => text?.includes("from warm pool"))).toHaveLength(1);
    await poolOf(account, 0);
  });

  test("without capacity for its stopped instances leaves cold starts elsewhere", async () => {
    const { account } = await openGroup();
    await putPool(account);
    await poolOf(account, 2);
    account.sandbox.setSupply("ap-southeast-2a", "none");
    await scaleTo(account, 3);
    await serving(account, 3);
    const { Instances = [] } = await describePool(account);
    expect(Instances.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual(["ap-southeast-2a"]);
  });

  test("takes instances back when the group scales in, if it reuses them", async () => {
    const { account } = await openGroup();
    await putPool(account, { InstanceReusePolicy: { ReuseOnScaleIn: true } });
    const before = await poolOf(account, 2);
    await scaleTo(account, 4);
    const four = await serving(account, 4);
    await poolOf(account, 0);
    await scaleTo(account, 2);
    const after = await poolOf(account, 2);
    expect(after.every((id) => four.includes(id))).toBe(true);
    for (const id of after) expect(await machineState(account, id)).toBe("stopped");
    expect(before.some((id) => four.includes(id))).toBe(true);
    await scaleTo(account, 3);
    expect((await serving(account, 3)).some((id) => after.includes(id))).toBe(true);
  });

  test("replaces an instance that somebody terminates or starts", async () => {
    const { account } = await openGroup();
    await putPool(account);
    const [one = "", other = ""] = await poolOf(account, 2);
    await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [one] }));
    await account.ec2.send(new StartInstancesCommand({ InstanceIds: [other] }));
    account.pass(60);
    const ids = await poolOf(account, 2);
    expect(ids).not.toContain(one);
    expect(ids).not.toContain(other);
  });

  test("stands still while Launch is suspended", async () => {
    const { account } = await openGroup();
    await account.autoScaling.send(
      new SuspendProcessesCommand({ ...group, ScalingProcesses: ["Launch"] }),
    );
    await putPool(account);
    account.pass(600);
    expect((await describePool(account)).Instances).toEqual([]);
    await account.autoScaling.send(new ResumeProcessesCommand(group));
    await poolOf(account, 2);
    await account.autoScaling.send(
      new SuspendProcessesCommand({ ...group, ScalingProcesses: ["Launch"] }),
    );
    await scaleTo(account, 3);
    account.pass(600);
    expect(await pooled(account, "Warmed:Stopped")).toHaveLength(2);
  });

  test("goes on between two processes", async () => {
    const directory = mkdtempSync(join(tmpdir(), "reconcile-"));
    try {
      const stateFile = join(directory, "sandbox.json");
      const account = await openAccount({ stateFile });
      await createGroup(account, await buildTier(account));
      await serving(account, 2);
      await putPool(account);
      account.pass(10);
      await account.sandbox.close();
      vi.setSystemTime(Date.now() + 600_000);
      const later = await openAccount({ stateFile });
      expect(await pooled(later, "Warmed:Stopped")).toHaveLength(2);
      await later.sandbox.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("the end of a warm pool", () => {
  test("comes with its instances, when that is forced", async () => {
    const { account } = await openGroup();
    await putPool(account);
    const ids = await poolOf(account, 2);
    const { code, message } = await refusal(deletePool(account));
    expect(code).toBe("ResourceInUseFault");
    expect(message).toContain("ForceDelete");
    await deletePool(account, true);
    expect((await describeGroup(account))?.WarmPoolConfiguration?.Status).toBe("PendingDelete");
    expect((await refusal(putPool(account))).code).toBe("ScalingActivityInProgressFault");
    await account.until(300, async () =>
      (await describeGroup(account))?.WarmPoolConfiguration === undefined ? true : undefined,
    );
    for (const id of ids) expect(await machineState(account, id)).toBe("terminated");
    expect(await serving(account, 2, 0)).toHaveLength(2);
    expect((await refusal(deletePool(account, true))).message).toBe(
      "No warm pool found for Auto Scaling group web",
    );
  });

  test("needs no force without instances", async () => {
    const { account } = await openGroup();
    await putPool(account, { MaxGroupPreparedCapacity: 0 });
    await deletePool(account);
    account.pass(10);
    expect((await describeGroup(account))?.WarmPoolConfiguration).toBeUndefined();
  });

  test("comes with the group, when that is forced, and before it otherwise", async () => {
    const { account } = await openGroup();
    await resize(account, { MinSize: 0 });
    await scaleTo(account, 0);
    await putPool(account, { MaxGroupPreparedCapacity: 1 });
    const [id = ""] = await poolOf(account, 1);
    await account.until(300, async () =>
      (await describeGroup(account))?.Instances?.length === 0 ? true : undefined,
    );
    const { code } = await refusal(
      account.autoScaling.send(new DeleteAutoScalingGroupCommand(group)),
    );
    expect(code).toBe("ResourceInUseFault");
    await account.autoScaling.send(
      new DeleteAutoScalingGroupCommand({ ...group, ForceDelete: true }),
    );
    await account.until(300, async () =>
      (await describeGroup(account)) === undefined ? true : undefined,
    );
    expect(await machineState(account, id)).toBe("terminated");
  });
});

describe("what AWS refuses", () => {
  test("Spot Instances together with a warm pool", async () => {
    const spot = { OnDemandPercentageAboveBaseCapacity: 50 };
    const { account, tier } = await openMixed(["t3.small"], spot);
    const words =
      /^You can't add a warm pool to an Auto Scaling group that has a mixed instances policy or a launch template or launch configuration that requests Spot Instances\.$/;
    expect(await refusal(putPool(account))).toMatchObject({
      code: "ValidationError",
      message: expect.stringMatching(words),
    });
    await setPolicy(account, policyOf(tier, ["t3.small"]));
    await putPool(account);
    expect((await refusal(setPolicy(account, policyOf(tier, ["t3.small"], spot)))).message).toMatch(
      words,
    );
    await poolOf(account, 2);
  });

  test("hibernation without a template for it, and other values", async () => {
    const { account } = await openGroup();
    expect((await refusal(putPool(account, { PoolState: "Hibernated" }))).message).toMatch(
      /hibernation is not enabled/,
    );
    expect((await refusal(putPool(account, { MinSize: -1 }))).message).toMatch(/MinSize/);
    expect((await refusal(putPool(account, { MaxGroupPreparedCapacity: -2 }))).message).toMatch(
      /MaxGroupPreparedCapacity/,
    );
    expect(await describePool(account)).toMatchObject({ Instances: [] });
    expect((await describePool(account)).WarmPoolConfiguration).toBeUndefined();
  });

  test("the termination of an instance in the pool through the group", async () => {
    const { account } = await openGroup();
    await putPool(account);
    const [InstanceId = ""] = await poolOf(account, 2);
    const { code, message } = await refusal(
      account.autoScaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({
          InstanceId,
          ShouldDecrementDesiredCapacity: false,
        }),
      ),
    );
    expect(code).toBe("ValidationError");
    expect(message).toContain("cannot be called on instances in a warm pool");
  });
});
