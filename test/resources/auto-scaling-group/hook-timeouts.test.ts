import type { LifecycleHook } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import type { GroupHook } from "../../../src/resources/auto-scaling-group/fields.ts";
import { watchHooks } from "../../../src/resources/auto-scaling-group/lifecycle-hooks.ts";
import { openStage } from "../answers.ts";
import { applyTo, openGroupWith } from "./sandbox-group.ts";

const hook = (LifecycleHookName: string, HeartbeatTimeout: number): LifecycleHook => ({
  LifecycleHookName,
  LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
  HeartbeatTimeout,
  DefaultResult: "ABANDON",
});

/** Looks every minute at a member that these hooks hold, until the wait gives up, and says after how many. */
async function patience(...hooks: readonly LifecycleHook[]) {
  const { context } = openStage({});
  const watch = watchHooks(context, "web");
  const held = [{ id: "i-1", lifecycle: "Pending:Wait", hooks }];
  for (let minutes = 0; minutes < 300; minutes++) {
    const failure = await watch.stopIfStuck(held, "web").then(
      () => undefined,
      ({ message }: Error) => message,
    );
    if (failure !== undefined) return { minutes, failure, allowance: watch.allowance() / 60_000 };
    await context.clock.sleep(60_000);
  }
  throw new Error("nobody gives up");
}

describe("a wait gives up on a hook", () => {
  test.each<[what: string, hooks: readonly LifecycleHook[], minutes: number]>([
    ["of the stack file after the time that AWS gives it", [hook("reconcile-launch", 7200)], 121],
    ["of the stack file at a termination, too", [hook("reconcile-terminate", 2700)], 46],
    ["of the stack file with a short time after half an hour", [hook("reconcile-launch", 300)], 30],
    ["of somebody else after half an hour", [hook("warm-up", 7200)], 30],
    ["with a similar name, too", [hook("reconcile-launching", 7200)], 30],
    [
      "beside one of somebody else after half an hour: either may hold the server",
      [hook("reconcile-launch", 7200), hook("warm-up", 7200)],
      30,
    ],
    ["that no longer exists after half an hour", [], 30],
  ])("%s", async (_what, hooks, minutes) => {
    const found = await patience(...hooks);
    expect(found.minutes).toBe(minutes);
    expect(found.failure).toMatch(
      new RegExp(`^web has waited ${minutes} minutes for a lifecycle hook to be completed: i-1 is`),
    );
    // The deadline of the wait itself is put off by as much.
    expect(found.allowance).toBe(minutes);
  });
});

describe("a hook of the stack file in the sandbox", () => {
  test("holds a server for two hours, and the apply waits for it", async () => {
    // No server there has the program, so AWS ends the hook by its default.
    const slow: GroupHook = { at: "launch", timeout: 7200, failed: "continue" };
    const { account, fields } = await openGroupWith({});
    await applyTo(account, { ...fields, hooks: [slow] });
    const { clock } = account.context;
    const started = clock.now();
    const { changed } = await applyTo(account, { ...fields, hooks: [slow], desired: 3 });
    expect(changed).toEqual(["desired"]);
    expect(clock.now() - started).toBeGreaterThan(7_200_000);
    expect(clock.now() - started).toBeLessThan(9_000_000);
  });
});
