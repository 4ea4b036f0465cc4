import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { writesOf } from "../application-tier.ts";
import { healthOf, inService, membersOf, move, moved, open, theOnlyOf } from "./moving.ts";

describe("a group's target group", () => {
  test("gets back whom somebody took out", async () => {
    const opened = await open();
    const { account, targets, behindTargets, ids } = opened;
    await move(opened);
    const [out = ""] = ids;
    await account.sandbox.call("elbv2", "DeregisterTargets", {
      TargetGroupArn: targets.id,
      Targets: [{ Id: out }],
    });
    const seen = await theOnlyOf(opened);
    expect(seen).toMatchObject({
      status: "settling",
      statusReason: "1 of 2 instances are in service",
    });
    account.takeCalls();
    await account.pass(autoScalingGroup.update(account.context, seen, behindTargets, []));
    expect(writesOf(account)).toEqual(["RegisterTargets"]);
    expect(account.told).toContain(
      `registering ${out} with the target group afterpay-targets again`,
    );
    expect(await healthOf(opened)).toEqual(moved);
  });

  test("gets back whom somebody took out, though another server died in the same moment", async () => {
    const opened = await open();
    const { account, targets, behindTargets } = opened;
    await move(opened);
    const [dead = "", out = ""] = await inService(account);
    await account.sandbox.call("elbv2", "DeregisterTargets", {
      TargetGroupArn: targets.id,
      Targets: [{ Id: dead }, { Id: out }],
    });
    await account.sandbox.call("ec2", "TerminateInstances", { InstanceIds: [dead] });
    const seen = await theOnlyOf(opened);
    await account.pass(autoScalingGroup.update(account.context, seen, behindTargets, []));
    expect(account.told).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^cannot register ${dead}; the Auto Scaling group has to replace it: InvalidTarget: `,
        ),
      ),
    );
    expect(await healthOf(opened)).toEqual(moved);
    expect(await membersOf(account)).toContain(out);
  });
});
