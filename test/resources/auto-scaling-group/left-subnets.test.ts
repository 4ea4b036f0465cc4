import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { openAccount } from "../account.ts";
import { names, openGroup } from "../tier.ts";

/** A group whose servers are all in one zone, and its move to the other. */
async function openMove() {
  const account = await openAccount();
  const { context, pass, sandbox } = account;
  const { fields } = await openGroup(account);
  const [here = "", there = ""] = fields.subnets;
  const before = { ...fields, subnets: [here] };
  const live = await pass(autoScalingGroup.create(context, names.group, before));
  const startedAt = context.clock.now();
  return {
    account,
    here,
    call: (operation: string, input: object) =>
      sandbox.call("autoscaling", operation, {
        AutoScalingGroupName: live.physicalName,
        ...input,
      }),
    move: () =>
      pass(autoScalingGroup.update(context, live, { ...before, subnets: [there] }, ["subnets"])),
    seconds: () => (context.clock.now() - startedAt) / 1000,
  };
}

describe("servers that are to leave a subnet", () => {
  test.each(["Launch", "Terminate"])("end the wait at once without %s", async (process) => {
    const { here, call, move, seconds } = await openMove();
    await call("SuspendProcesses", { ScalingProcesses: [process] });
    await expect(move()).rejects.toMatchObject({
      code: "ScalingProcessSuspended",
      message: expect.stringMatching(
        new RegExp(
          `^i-\\w+ is still in ${here}, which is no longer a subnet of the group, and has to be moved, but this process is suspended: ${process} \\(`,
        ),
      ),
      remedy: expect.stringContaining(`--scaling-processes ${process} --region `),
    });
    expect(seconds()).toBeLessThan(60);
  });

  test("end the wait when the launches elsewhere fail three times, with AWS's words", async () => {
    const { account, move, seconds } = await openMove();
    account.sandbox.setFaults({ rules: [{ happening: "capacity" }] });
    await expect(move()).rejects.toMatchObject({
      code: "ScalingActivityFailed",
      message: expect.stringMatching(/cannot launch instances: .*sufficient t3\.micro capacity/),
      remedy: expect.stringContaining("other availability zones (network.zones)"),
    });
    expect(seconds()).toBeLessThan(15 * 60);
  });

  test("are waited for with the lifecycle hook named that holds their successor", async () => {
    const { account, here, call, move, seconds } = await openMove();
    await call("PutLifecycleHook", {
      LifecycleHookName: "warm-up",
      LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      HeartbeatTimeout: 7200,
    });
    await expect(move()).rejects.toMatchObject({
      code: "LifecycleHookNotCompleted",
      message: expect.stringMatching(
        new RegExp(
          `^moving servers out of ${here} has waited 30 minutes for a lifecycle hook to be completed: i-\\w+ is Pending:Wait: the lifecycle hook warm-up holds it`,
        ),
      ),
      remedy: expect.stringMatching(
        /complete-lifecycle-action --auto-scaling-group-name afterpay-web --lifecycle-hook-name warm-up /,
      ),
    });
    expect(account.told.join("\n")).toContain("the lifecycle hook warm-up holds it");
    expect(seconds()).toBeLessThan(35 * 60);
  });
});
