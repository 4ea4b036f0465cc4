import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { buildTier, openAccount } from "../tier.ts";
import { createGroup, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Of each operation on members: what else it needs, the states that it takes, and how many. */
const operations = [
  ["EnterStandby", { ShouldDecrementDesiredCapacity: false }, "InService", 20],
  ["ExitStandby", {}, "Standby", 20],
  ["DetachInstances", { ShouldDecrementDesiredCapacity: false }, "InService or Standby", 20],
  [
    "SetInstanceProtection",
    { ProtectedFromScaleIn: true },
    "InService or EnteringStandby or Standby",
    50,
  ],
] as const;

describe.each(operations)("%s", (operation, more, states, most) => {
  async function open() {
    const account = await openAccount();
    await createGroup(account, await buildTier(account));
    const ids = await serving(account, 2);
    const call = (InstanceIds: readonly string[]) =>
      account.sandbox.call("autoscaling", operation, {
        AutoScalingGroupName: "web",
        InstanceIds,
        ...more,
      });
    return { account, ids, call };
  }

  test("refuses a member in another state, and with it all others that are named", async () => {
    const { account, ids, call } = await open();
    // A hook keeps the next one out of service.
    await account.sandbox.call("autoscaling", "PutLifecycleHook", {
      AutoScalingGroupName: "web",
      LifecycleHookName: "warm-up",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
    });
    await account.sandbox.call("autoscaling", "SetDesiredCapacity", {
      AutoScalingGroupName: "web",
      DesiredCapacity: 3,
    });
    account.pass(120);
    const group = await describeGroup(account);
    const held = group?.Instances?.find(({ LifecycleState }) => LifecycleState === "Pending:Wait");
    const id = held?.InstanceId ?? "";
    expect(await refusal(call([id]))).toMatchObject({
      code: "ValidationError",
      message: `The instance ${id} is not in ${states}.`,
    });
    await refusal(call([...ids, id]));
    expect(await describeGroup(account)).toEqual(group);
  });

  test("refuses who is no member, nobody, and more than the call may name", async () => {
    const { call } = await open();
    const stranger = "i-0123456789abcdef0";
    expect((await refusal(call([stranger]))).message).toBe(
      `The instance ${stranger} is not part of Auto Scaling group web.`,
    );
    expect((await refusal(call([]))).message).toMatch(/at least one InstanceId/);
    const many = Array.from({ length: most + 1 }, (_, index) => `i-${index}`);
    expect((await refusal(call(many))).message).toContain(`At most ${most} instances`);
    expect((await refusal(call(many.slice(1)))).message).toMatch(/is not part of/);
  });
});
