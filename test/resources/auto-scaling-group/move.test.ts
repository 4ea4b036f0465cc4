import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { addGroup, openBothTypes, writesOf } from "../application-tier.ts";

async function open() {
  const account = await openAccount();
  const opened = await openBothTypes(account);
  const happened: string[] = [];
  account.sandbox.observe(({ operation, input, writes }) => {
    if (!writes) return;
    const { Targets = [], Instances = [] } = input as Readonly<Record<string, readonly object[]>>;
    const count = Targets.length + Instances.length;
    happened.push(count > 0 ? `${operation} ${count}` : operation);
  });
  const ids = await membersOf(account);
  return { account, ...opened, happened, ids };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function membersOf({ sandbox }: Account): Promise<readonly string[]> {
  const { AutoScalingGroups } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingGroups",
    {},
  )) as { AutoScalingGroups: { Instances: { InstanceId: string }[] }[] };
  return (AutoScalingGroups[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId).sort();
}

/** The state of the instances in the classic load balancer, and of those in the target group. */
async function healthOf({ account, classic, targets }: Opened) {
  const { sandbox } = account;
  const { InstanceStates } = (await sandbox.call("elb", "DescribeInstanceHealth", {
    LoadBalancerName: classic,
  })) as { InstanceStates: { State: string }[] };
  const { TargetHealthDescriptions } = (await sandbox.call("elbv2", "DescribeTargetHealth", {
    TargetGroupArn: targets.id,
  })) as { TargetHealthDescriptions: { TargetHealth: { State: string } }[] };
  return {
    classic: InstanceStates.map(({ State }) => State),
    targets: TargetHealthDescriptions.map(({ TargetHealth: { State } }) => State),
  };
}

function move(opened: Opened, context = opened.account.context) {
  const { account, behindTargets } = opened;
  const changed = ["loadBalancers", "targetGroups"] as const;
  return theOnlyOf(opened).then((live) =>
    account.pass(autoScalingGroup.update(context, live, behindTargets, changed)),
  );
}

function theOnlyOf({ account }: Opened) {
  return theOnly(account, autoScalingGroup);
}

const both = { classic: ["InService", "InService"], targets: [] };
const moved = { classic: [], targets: ["healthy", "healthy"] };

describe("a group that moves from a classic load balancer to a target group", () => {
  test("has one server tried out, then all attached, and leaves when all are healthy there", async () => {
    const opened = await open();
    const { account, happened, behindTargets, classic, ids, targets } = opened;
    const atTheDetachment: unknown[] = [];
    account.sandbox.observe(({ operation, input }) => {
      if (operation === "DetachLoadBalancers") atTheDetachment.push(input, healthOf(opened));
    });
    const live = await move(opened);
    expect(happened).toEqual([
      "RegisterTargets 1",
      "AttachLoadBalancerTargetGroups",
      "DetachLoadBalancers",
    ]);
    const [input, health] = atTheDetachment;
    expect(input).toMatchObject({ LoadBalancerNames: [classic] });
    expect((await health) as object).toMatchObject({ targets: ["healthy", "healthy"] });
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
          `^(${ids.join("|")}) does not get healthy in the target group afterpay-targets: it is unhealthy \\(Target\\.ResponseCodeMismatch: Health checks failed with these codes: \\[200\\]\\)\\. The group was not attached to it, and keeps serving as before\\.$`,
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
    expect(await healthOf(opened)).toEqual(both);
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

  test("is detached again if another server fails the check, and serves as before", async () => {
    const opened = await open();
    const { account, tier, happened } = opened;
    const [front = ""] = tier.balancer.securityGroupIds;
    // The classic load balancer alone reaches it. The trial takes the other one.
    const group = await addGroup(account, tier.balancer.vpcId, "classic-alone", {
      UserIdGroupPairs: [{ GroupId: front }],
    });
    const [, sick = ""] = await inService(account);
    await account.sandbox.call("ec2", "ModifyInstanceAttribute", {
      InstanceId: sick,
      Groups: [group],
    });
    await account.sandbox.call("autoscaling", "SuspendProcesses", {
      AutoScalingGroupName: opened.live.physicalName,
      ScalingProcesses: ["ReplaceUnhealthy", "HealthCheck"],
    });
    happened.splice(0);
    await expect(move(opened)).rejects.toMatchObject({
      message: expect.stringMatching(
        new RegExp(
          `^not every server gets healthy behind the new load balancer: ${sick} in the target group afterpay-targets: it is unhealthy \\(Target\\.Timeout: Request timed out\\)\\. The group was detached from it again, and keeps serving as before\\.$`,
        ),
      ),
    });
    expect(happened).toEqual([
      "RegisterTargets 1",
      "AttachLoadBalancerTargetGroups",
      "DetachLoadBalancerTargetGroups",
    ]);
    expect(await healthOf(opened)).toEqual(both);
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
      // What a plan finds different, or else what settles.
      const changed = (["loadBalancers", "targetGroups"] as const).filter((name) => {
        const wanted = opened.behindTargets[name] ?? [];
        return wanted.join() !== (seen.fields[name] ?? []).join();
      });
      const context = account.another();
      await account.pass(autoScalingGroup.update(context, seen, opened.behindTargets, changed));
      expect(await healthOf(opened)).toEqual(moved);
      expect(await membersOf(account)).toEqual(ids);
      const after = await theOnlyOf(opened);
      expect(after).toMatchObject({
        status: "ready",
        fields: { loadBalancers: [], targetGroups: [targets.id] },
      });
    },
  );

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
      "AttachLoadBalancers",
      "DetachLoadBalancerTargetGroups",
    ]);
    expect(back.fields).toMatchObject({ loadBalancers: [classic], targetGroups: [] });
    expect(await healthOf(opened)).toEqual(both);
  });

  test("is behind both while the stack file keeps the old one", async () => {
    const opened = await open();
    const { account, happened, behindTargets, live, classic, targets } = opened;
    const kept = { ...behindTargets, loadBalancers: null };
    const after = await account.pass(
      autoScalingGroup.update(account.context, live, kept, ["targetGroups"]),
    );
    expect(happened).toEqual(["RegisterTargets 1", "AttachLoadBalancerTargetGroups"]);
    expect(after.fields).toMatchObject({ loadBalancers: [classic], targetGroups: [targets.id] });
    expect(await healthOf(opened)).toEqual({ ...both, targets: ["healthy", "healthy"] });
    const { loadBalancers, targetGroups } = autoScalingGroup.fields;
    expect(loadBalancers.equal?.(null, [classic])).toBe(true);
    expect(targetGroups.equal?.([], [targets.id])).toBe(false);
  });
});

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

/** In the order in which the group lists them. */
async function inService({ sandbox }: Account): Promise<readonly string[]> {
  const { AutoScalingGroups } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingGroups",
    {},
  )) as { AutoScalingGroups: { Instances: { InstanceId: string }[] }[] };
  return (AutoScalingGroups[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId);
}
