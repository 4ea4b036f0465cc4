import {
  CompleteLifecycleActionCommand,
  DeleteWarmPoolCommand,
  PutLifecycleHookCommand,
} from "@aws-sdk/client-auto-scaling";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Account } from "../tier.ts";
import { scaleTo } from "./mixed-group.ts";
import { machineState, openGroup, pooled, poolOf, putPool } from "./warm-group.ts";
import { activities, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const group = { AutoScalingGroupName: "web" };
const putHook = (account: Account, transition: "LAUNCHING" | "TERMINATING") =>
  account.autoScaling.send(
    new PutLifecycleHookCommand({
      ...group,
      LifecycleHookName: "hook",
      LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
      HeartbeatTimeout: 600,
      DefaultResult: transition === "LAUNCHING" ? "ABANDON" : "CONTINUE",
    }),
  );
const complete = (account: Account, InstanceId: string, LifecycleActionResult = "CONTINUE") =>
  account.autoScaling.send(
    new CompleteLifecycleActionCommand({
      ...group,
      InstanceId,
      LifecycleHookName: "hook",
      LifecycleActionResult,
    }),
  );
const inGroup = async (account: Account, state: string) =>
  ((await describeGroup(account))?.Instances ?? [])
    .filter(({ LifecycleState }) => LifecycleState === state)
    .map(({ InstanceId = "" }) => InstanceId);

async function openHeld(transition: "LAUNCHING" | "TERMINATING", reuse = false) {
  const { account } = await openGroup();
  await putHook(account, transition);
  await putPool(account, {
    MaxGroupPreparedCapacity: 3,
    InstanceReusePolicy: { ReuseOnScaleIn: reuse },
  });
  return account;
}

describe("a launch hook", () => {
  test("holds an instance before it enters the pool, and again before it enters the group", async () => {
    const account = await openHeld("LAUNCHING");
    const [id = ""] = await poolOf(account, 1, "Warmed:Pending:Wait");
    account.pass(300);
    expect(await pooled(account, "Warmed:Pending:Wait")).toEqual([id]);
    expect(await machineState(account, id)).toBe("running");
    await complete(account, id);
    expect(await pooled(account, "Warmed:Pending:Proceed")).toEqual([id]);
    await poolOf(account, 1);
    expect(await machineState(account, id)).toBe("stopped");
    await scaleTo(account, 3);
    await account.until(120, async () =>
      (await inGroup(account, "Pending:Wait")).includes(id) ? true : undefined,
    );
    account.pass(300);
    expect(await serving(account, 2, 0)).not.toContain(id);
    await complete(account, id);
    expect(await serving(account, 3, 120)).toContain(id);
  });

  test("that is abandoned ends the instance, and another one follows", async () => {
    const account = await openHeld("LAUNCHING");
    const [id = ""] = await poolOf(account, 1, "Warmed:Pending:Wait");
    await complete(account, id, "ABANDON");
    expect(await pooled(account, "Warmed:Terminating")).toEqual([id]);
    const told = (await activities(account)).find(({ Description }) =>
      Description?.startsWith(`Launching a new EC2 instance into warm pool: ${id}`),
    );
    expect(told?.StatusCode).toBe("Cancelled");
    const [next] = await poolOf(account, 1, "Warmed:Pending:Wait");
    expect(next).not.toBe(id);
  });

  test("that nobody completes ends the instance by its default", async () => {
    const account = await openHeld("LAUNCHING");
    const [id = ""] = await poolOf(account, 1, "Warmed:Pending:Wait");
    account.pass(605);
    expect(await pooled(account, "Warmed:Terminating")).toEqual([id]);
  });
});

describe("a termination hook", () => {
  test("holds an instance of the pool before its end, unless that is forced", async () => {
    const account = await openHeld("TERMINATING");
    const [id = ""] = await poolOf(account, 1);
    await putPool(account, { MaxGroupPreparedCapacity: 0 });
    await poolOf(account, 1, "Warmed:Terminating:Wait");
    account.pass(300);
    expect(await machineState(account, id)).toBe("stopped");
    await account.autoScaling.send(new DeleteWarmPoolCommand({ ...group, ForceDelete: true }));
    account.pass(60);
    expect(await machineState(account, id)).toBe("terminated");
    expect((await describeGroup(account))?.WarmPoolConfiguration).toBeUndefined();
  });

  test("holds an instance on its way back into the pool", async () => {
    const account = await openHeld("TERMINATING", true);
    const [id = ""] = await poolOf(account, 1);
    await scaleTo(account, 3);
    await serving(account, 3);
    await scaleTo(account, 2);
    const [back = ""] = await poolOf(account, 1, "Warmed:Pending:Wait");
    expect(await machineState(account, back)).toBe("running");
    expect(await serving(account, 2, 0)).not.toContain(back);
    await complete(account, back);
    expect(await poolOf(account, 1)).toEqual([back]);
    expect(id).not.toBe("");
  });
});
