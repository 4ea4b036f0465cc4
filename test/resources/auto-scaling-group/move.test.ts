import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import {
  healthOf,
  membersOf,
  move,
  moved,
  open,
  shutOut,
  theOnlyOf,
  unmoved,
  watchDetachments,
} from "./moving.ts";

describe("a group that moves from a classic load balancer to a target group", () => {
  test("has one server tried out, then the others, is attached, and leaves when all are healthy there", async () => {
    const opened = await open();
    const { account, happened, behindTargets, classic, ids, targets } = opened;
    const detachments = watchDetachments(opened);
    const live = await move(opened);
    expect(happened).toEqual([
      "RegisterTargets 1",
      "RegisterTargets 1",
      "AttachLoadBalancerTargetGroups",
      "DetachLoadBalancers",
    ]);
    const [detached, ...others] = await Promise.all(detachments);
    expect(detached).toMatchObject({ from: [classic], targets: ["healthy", "healthy"] });
    expect(others).toEqual([]);
    expect(live.fields).toMatchObject({ loadBalancers: [], targetGroups: [targets.id] });
    expect(await healthOf(opened)).toEqual(moved);
    expect(await membersOf(account)).toEqual(ids);
    const after = await theOnlyOf(opened);
    expect(after).toMatchObject({ status: "ready", fields: { targetPort: 80 } });
    expect(after.uses).toContain(behindTargets.applicationLoadBalancer);
  });

  test("stays where it is if its server fails the check, which is told with what it answered", async () => {
    const healthCheck = { path: "/up", status: "404" };
    const opened = await open();
    const { account, happened, ids, targets } = opened;
    await account.sandbox.call("elbv2", "ModifyTargetGroup", {
      TargetGroupArn: targets.id,
      Matcher: { HttpCode: healthCheck.status },
    });
    happened.splice(0);
    const started = account.sandbox.now();
    await expect(move(opened)).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(
          `^(${ids.join("|")}) does not get healthy in the target group afterpay-targets: it is unhealthy \\(Target\\.ResponseCodeMismatch: Health checks failed with these codes: \\[200\\]\\)\\. The group was not attached to it, and stays attached to what it was attached to\\.$`,
        ),
      ),
      remedy: expect.stringMatching(
        /^Check the path and the status of loadBalancer\.healthCheck, and that the servers' security groups/,
      ),
    });
    expect(account.sandbox.now() - started).toBeLessThan(6 * 60_000);
    expect(happened).toEqual(["RegisterTargets 1", "DeregisterTargets 1"]);
    expect(account.told.at(-1)).toMatch(/^trying out i-\w+ in the target group afterpay-targets: /);
    await account.pass(account.context.clock.sleep(60_000));
    expect(await healthOf(opened)).toEqual(unmoved);
    expect(await membersOf(account)).toEqual(ids);
    const after = await theOnlyOf(opened);
    expect(after).toMatchObject({ status: "ready", fields: { targetGroups: [] } });
  });

  test("is tried out again by the next apply, once the check fits", async () => {
    const opened = await open();
    const { account, targets } = opened;
    const check = (HttpCode: string) =>
      account.sandbox.call("elbv2", "ModifyTargetGroup", {
        TargetGroupArn: targets.id,
        Matcher: { HttpCode },
      });
    await check("404");
    await expect(move(opened)).rejects.toThrow(/does not get healthy/);
    await check("200");
    await move(opened);
    expect(await healthOf(opened)).toEqual(moved);
  });

  test("is not attached if another server fails the check, and serves as before", async () => {
    const opened = await open();
    const { happened } = opened;
    const sick = await shutOut(opened);
    happened.splice(0);
    await expect(move(opened)).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(
          `^${sick} does not get healthy in the target group afterpay-targets: it is unhealthy \\(Target\\.Timeout: Request timed out\\)\\. The group was not attached to it, and stays attached to what it was attached to\\.$`,
        ),
      ),
    });
    expect(happened).toEqual([
      "RegisterTargets 1",
      "RegisterTargets 1",
      "DeregisterTargets 1",
      "DeregisterTargets 1",
    ]);
    await opened.account.pass(opened.account.context.clock.sleep(60_000));
    expect(await healthOf(opened)).toEqual(unmoved);
  });

  test.each(["RegisterTargets", "AttachLoadBalancerTargetGroups", "DetachLoadBalancers"])(
    "goes on after a crash right after %s",
    async (operation) => {
      const opened = await open();
      const { account, ids, targets } = opened;
      const rule = { operation, times: 1, when: "after", kind: "deny" } as const;
      account.sandbox.setFaults({ rules: [rule] });
      await expect(move(opened)).rejects.toMatchObject({ kind: "denied" });
      await account.pass(account.context.clock.sleep(5_000));
      const seen = await theOnlyOf(opened);
      const detachments = watchDetachments(opened);
      // What a plan finds different, or else what settles.
      const changed = (["loadBalancers", "targetGroups"] as const).filter((name) => {
        const wanted = opened.behindTargets[name] ?? [];
        return wanted.join() !== (seen.fields[name] ?? []).join();
      });
      const context = account.another();
      await account.pass(autoScalingGroup.update(context, seen, opened.behindTargets, changed));
      for (const { targets: states } of await Promise.all(detachments)) {
        expect(states).toEqual(["healthy", "healthy"]);
      }
      expect(await healthOf(opened)).toEqual(moved);
      expect(await membersOf(account)).toEqual(ids);
      const after = await theOnlyOf(opened);
      expect(after).toMatchObject({
        status: "ready",
        fields: { loadBalancers: [], targetGroups: [targets.id] },
      });
    },
  );

  test("is not left by an apply that follows such a crash before all are healthy there", async () => {
    const opened = await open();
    const { account, behindTargets, happened } = opened;
    const operation = "AttachLoadBalancerTargetGroups";
    const rule = { operation, times: 1, when: "after", kind: "deny" } as const;
    account.sandbox.setFaults({ rules: [rule] });
    await expect(move(opened)).rejects.toMatchObject({ kind: "denied" });
    const sick = await shutOut(opened);
    await account.pass(account.context.clock.sleep(60_000));
    happened.splice(0);
    const seen = await theOnlyOf(opened);
    await expect(
      account.pass(
        autoScalingGroup.update(account.another(), seen, behindTargets, ["loadBalancers"]),
      ),
    ).rejects.toThrow(
      new RegExp(`behind the new load balancer: ${sick} in the target group .* detached from it`),
    );
    expect(happened).toEqual(["DetachLoadBalancerTargetGroups"]);
    expect(await healthOf(opened)).toEqual(unmoved);
  });

  test("moves back the same way", async () => {
    const opened = await open();
    const { account, happened, fields, classic } = opened;
    const there = await move(opened);
    happened.splice(0);
    const back = await account.pass(
      autoScalingGroup.update(account.context, there, { ...fields, targetGroups: [] }, [
        "loadBalancers",
        "targetGroups",
      ]),
    );
    expect(happened).toEqual([
      "RegisterInstancesWithLoadBalancer 1",
      "RegisterInstancesWithLoadBalancer 1",
      "AttachLoadBalancers",
      "DetachLoadBalancerTargetGroups",
    ]);
    expect(back.fields).toMatchObject({ loadBalancers: [classic], targetGroups: [] });
    expect(await healthOf(opened)).toEqual(unmoved);
  });

  test("is behind both while the stack file keeps the old one", async () => {
    const opened = await open();
    const { account, happened, behindTargets, live, classic, targets } = opened;
    const kept = { ...behindTargets, loadBalancers: null };
    const after = await account.pass(
      autoScalingGroup.update(account.context, live, kept, ["targetGroups"]),
    );
    expect(happened).toEqual([
      "RegisterTargets 1",
      "RegisterTargets 1",
      "AttachLoadBalancerTargetGroups",
    ]);
    expect(after.fields).toMatchObject({ loadBalancers: [classic], targetGroups: [targets.id] });
    expect(await healthOf(opened)).toEqual({ ...unmoved, targets: ["healthy", "healthy"] });
    const { loadBalancers, targetGroups } = autoScalingGroup.fields;
    expect(loadBalancers.equal?.(null, [classic])).toBe(true);
    expect(targetGroups.equal?.([], [targets.id])).toBe(false);
  });
});
