import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { openAccount, theOnly } from "../account.ts";
import { names, openGroup } from "../tier.ts";

/** A group of two that serves without a load balancer, and whose health checks may be suspended. */
async function open({ suspended }: { readonly suspended: boolean }) {
  const account = await openAccount();
  const { context, pass, sandbox } = account;
  const { fields } = await openGroup(account);
  const alone = { ...fields, healthCheckType: "EC2", loadBalancers: [] } as const;
  const live = await pass(autoScalingGroup.create(context, names.group, alone));
  const ofGroup = { AutoScalingGroupName: live.physicalName };
  if (suspended) {
    await sandbox.call("autoscaling", "SuspendProcesses", {
      ...ofGroup,
      ScalingProcesses: ["HealthCheck"],
    });
  }
  const { AutoScalingGroups } = (await sandbox.call("autoscaling", "DescribeAutoScalingGroups", {
    AutoScalingGroupNames: [live.physicalName],
  })) as { AutoScalingGroups: { Instances: { InstanceId: string }[] }[] };
  const [id = "", other = ""] = (AutoScalingGroups[0]?.Instances ?? []).map(
    ({ InstanceId }) => InstanceId,
  );
  return { account, live, alone, id, other, ofGroup };
}

/** The operations of EC2 that a look at the group needs beside the two sweeps. */
async function lookedAt(account: Awaited<ReturnType<typeof openAccount>>) {
  account.takeCalls();
  const live = await theOnly(account, autoScalingGroup);
  const calls = account.takeCalls().map(({ operation }) => operation);
  return { live, calls };
}

describe("servers without a load balancer", () => {
  test("that run are ready, and EC2 is asked nothing beside the sweep", async () => {
    const { account } = await open({ suspended: false });
    const { live, calls } = await lookedAt(account);
    expect(live.status).toBe("ready");
    expect(calls.toSorted()).toEqual([
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:DescribeInstances",
    ]);
  });

  test.each([
    ["StopInstances", /is stopped in EC2/],
    ["TerminateInstances", /is terminated in EC2/],
  ])("are not ready after %s while health checks are suspended", async (operation, why) => {
    const { account, alone, live, id } = await open({ suspended: true });
    const { context, pass, sandbox } = account;
    await sandbox.call("ec2", operation, { InstanceIds: [id] });
    await pass(context.clock.sleep(10 * 60_000));
    expect((await lookedAt(account)).live).toMatchObject({
      status: "settling",
      statusReason: "1 of 2 instances are in service",
    });
    const settling = { ...live, status: "settling" as const };
    await expect(pass(autoScalingGroup.update(context, settling, alone, []))).rejects.toMatchObject(
      {
        code: "ScalingProcessSuspended",
        message: expect.stringMatching(why),
      },
    );
  });

  test("that fail EC2's status checks are not ready while health checks are suspended", async () => {
    const { account, alone, live, ofGroup } = await open({ suspended: true });
    const { context, pass, sandbox } = account;
    sandbox.setFaults({ rules: [{ happening: "instance-dies", times: 1 }] });
    await sandbox.call("autoscaling", "SetDesiredCapacity", { ...ofGroup, DesiredCapacity: 3 });
    await pass(context.clock.sleep(10 * 60_000));
    const seen = await lookedAt(account);
    expect(seen.live).toMatchObject({
      status: "settling",
      statusReason: "2 of 3 instances are in service",
    });
    expect(seen.calls.filter((name) => name === "ec2:DescribeInstanceStatus")).toHaveLength(2);
    const wanted = { ...alone, desired: 3 };
    const settling = { ...live, status: "settling" as const };
    await expect(
      pass(autoScalingGroup.update(context, settling, wanted, [])),
    ).rejects.toMatchObject({
      code: "ScalingProcessSuspended",
      message: expect.stringMatching(
        /^i-\w+ fails its EC2 status checks and has to be replaced, but this process is suspended/,
      ),
    });
  });

  test("that lack the stack's tags are looked up by their ids, not taken for gone", async () => {
    const { account, id } = await open({ suspended: false });
    await account.sandbox.call("ec2", "DeleteTags", {
      Resources: [id],
      Tags: [{ Key: "reconcile:stack" }],
    });
    await account.pass(account.context.clock.sleep(60_000));
    const { live, calls } = await lookedAt(account);
    expect(live.status).toBe("ready");
    expect(calls.filter((name) => name === "ec2:DescribeInstances")).toHaveLength(2);
  });

  test("of which one has just died are waited for until the group has replaced it", async () => {
    const { account, alone, live, id } = await open({ suspended: false });
    const { context, pass, sandbox } = account;
    await sandbox.call("ec2", "TerminateInstances", { InstanceIds: [id] });
    await pass(context.clock.sleep(5_000));
    const settling = { ...live, status: "settling" as const };
    await pass(autoScalingGroup.update(context, settling, alone, []));
    const { live: after } = await lookedAt(account);
    expect(after.status).toBe("ready");
    expect(account.told.join("\n")).toContain(`${id} is shutting-down in EC2`);
  });
});
