import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { loadBalancer } from "../../../src/resources/load-balancer/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { names, openGroup } from "../tier.ts";

async function open() {
  const account = await openAccount();
  const tier = await openGroup(account);
  const live = await account.pass(
    autoScalingGroup.create(account.context, names.group, tier.fields),
  );
  account.told.splice(0);
  account.takeCalls();
  return { account, live, ...tier };
}

function writesOf(account: Account): (string | undefined)[] {
  return account
    .takeCalls()
    .map(({ operation }) => operation.split(":")[1])
    .filter((operation) => !operation?.startsWith("Describe"));
}

async function instancesOf(account: Account): Promise<readonly string[]> {
  const answer = await account.sandbox.call("autoscaling", "DescribeAutoScalingGroups", {});
  const groups = (answer as { AutoScalingGroups: { Instances: { InstanceId: string }[] }[] })
    .AutoScalingGroups;
  return groups[0]?.Instances.map(({ InstanceId }) => InstanceId) ?? [];
}

describe("a group's load balancer", () => {
  test("is attached for as long as AWS says so, whoever died", async () => {
    const { account, live } = await open();
    const ids = await instancesOf(account);
    await account.sandbox.call("ec2", "TerminateInstances", { InstanceIds: ids });
    const seen = await theOnly(account, autoScalingGroup);
    expect(seen.fields.loadBalancers).toEqual(live.fields.loadBalancers);
    expect(seen).toMatchObject({ status: "settling" });
  });

  test("gets back whom somebody took out, though another server died in the same moment", async () => {
    const { account, live, fields } = await open();
    const ids = await instancesOf(account);
    const [dead = "", out = ""] = ids;
    await account.sandbox.call("elb", "DeregisterInstancesFromLoadBalancer", {
      LoadBalancerName: live.fields.loadBalancers?.[0],
      Instances: [{ InstanceId: out }],
    });
    await account.sandbox.call("ec2", "TerminateInstances", { InstanceIds: [dead] });
    const seen = await theOnly(account, autoScalingGroup);
    await account.pass(autoScalingGroup.update(account.context, seen, fields, []));
    expect(account.told).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^cannot register ${dead}; the Auto Scaling group has to replace it: InvalidInstance: `,
        ),
      ),
    );
    expect(await instancesOf(account)).toContain(out);
    expect(await instancesOf(account)).not.toContain(dead);
    expect((await theOnly(account, autoScalingGroup)).status).toBe("ready");
  });

  test("made anew under its name gets every server of the group", async () => {
    const { account, fields, tier } = await open();
    const name = names.balancer.physicalName;
    await account.sandbox.call("elb", "DeleteLoadBalancer", { LoadBalancerName: name });
    await account.pass(loadBalancer.create(account.context, names.balancer, tier.balancer));
    const seen = await theOnly(account, autoScalingGroup);
    expect(seen).toMatchObject({
      status: "settling",
      statusReason: "0 of 2 instances are in service",
    });
    account.takeCalls();
    await account.pass(autoScalingGroup.update(account.context, seen, fields, []));
    expect(writesOf(account)).toEqual(["RegisterInstancesWithLoadBalancer"]);
    expect((await theOnly(account, autoScalingGroup)).status).toBe("ready");
  });

  test("stays attached all the while another one that somebody attached goes", async () => {
    const { account, live, fields, tier } = await open();
    const other = target(loadBalancer, "by-hand");
    await account.pass(loadBalancer.create(account.context, other, tier.balancer));
    await account.sandbox.call("autoscaling", "AttachLoadBalancers", {
      AutoScalingGroupName: live.physicalName,
      LoadBalancerNames: ["by-hand"],
    });
    await account.pass(account.context.clock.sleep(60_000));
    const seen = await theOnly(account, autoScalingGroup);
    expect(seen.fields.loadBalancers).toHaveLength(2);
    const detached: unknown[] = [];
    account.sandbox.observe(({ operation, input }) => {
      if (operation === "DetachLoadBalancers")
        detached.push(Reflect.get(input, "LoadBalancerNames"));
    });
    account.takeCalls();
    await account.pass(autoScalingGroup.update(account.context, seen, fields, ["loadBalancers"]));
    expect(detached).toEqual([["by-hand"]]);
    expect(writesOf(account)).toEqual(["DetachLoadBalancers"]);
  });
});

test("tags are changed on those that are there, though the group lists one that is dead for ever", async () => {
  const { account, live, fields } = await open();
  const [dead = "", alive = ""] = await instancesOf(account);
  await account.sandbox.call("autoscaling", "SuspendProcesses", {
    AutoScalingGroupName: live.physicalName,
  });
  await account.sandbox.call("ec2", "TerminateInstances", { InstanceIds: [dead] });
  // An hour later EC2 does not know it any more.
  await account.pass(account.context.clock.sleep(2 * 3_600_000));
  expect(await instancesOf(account)).toContain(dead);
  const wanted = { ...fields, tags: { team: "platform" } };
  await account.pass(autoScalingGroup.update(account.context, live, wanted, ["tags"]));
  const answer = await account.sandbox.call("ec2", "DescribeInstances", { InstanceIds: [alive] });
  expect(JSON.stringify(answer)).toContain('"platform"');
});
