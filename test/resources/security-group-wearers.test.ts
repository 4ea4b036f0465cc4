import { expect, test } from "vitest";
import { nameKey, stackKey } from "../../src/aws/tags.ts";
import { autoScalingGroup } from "../../src/resources/auto-scaling-group.ts";
import { loadBalancer } from "../../src/resources/load-balancer.ts";
import { securityGroup } from "../../src/resources/security-group.ts";
import { type Account, openAccount, theOnly } from "./account.ts";
import { names, openGroup } from "./tier.ts";

const group = names.group.physicalName;

/** A group of two that serves, and what deletes the security group of its servers or its balancer. */
async function openServing(account: Account) {
  const { pass, context, sandbox } = account;
  const { tier, fields } = await openGroup(account);
  await pass(autoScalingGroup.create(context, names.group, fields));
  const { AutoScalingInstances } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingInstances",
    {},
  )) as { AutoScalingInstances: { InstanceId: string }[] };
  const remove = async (id: string | undefined) => {
    const all = await pass(securityGroup.discover(context));
    const live = all.find((each) => each.id === id);
    if (live === undefined) throw new Error("the security group is not there");
    await pass(securityGroup.delete(context, live));
  };
  return {
    web: tier.template.securityGroupIds[0],
    front: tier.balancer.securityGroupIds[0],
    ids: AutoScalingInstances.map(({ InstanceId }) => InstanceId),
    remove,
  };
}

/** It is refused at once, in these words: no waiting changes anything about it. */
async function expectRefused(
  account: Account,
  work: Promise<void>,
  message: string,
  remedy: string,
) {
  const begun = account.context.clock.now();
  await expect(work).rejects.toMatchObject({
    code: "DependencyViolation",
    message: expect.stringContaining(message),
    remedy: expect.stringContaining(remedy),
  });
  expect(account.context.clock.now() - begun).toBeLessThan(20_000);
}

test.each([
  ["protected from scale-in", "set-instance-protection", "--no-protected-from-scale-in"],
  ["on standby", "exit-standby", "exit-standby"],
  ["in no Auto Scaling group", "terminate-instances", "terminate-instances"],
])("a server of ours that is %s keeps its security group", async (why, command, option) => {
  const account = await openAccount();
  const { sandbox, context, pass } = account;
  const { ids, web, remove } = await openServing(account);
  const [id = ""] = ids;
  const InstanceIds = [id];
  const ofGroup = { AutoScalingGroupName: group, InstanceIds };
  const leave = { ...ofGroup, ShouldDecrementDesiredCapacity: false };
  if (command === "exit-standby") await sandbox.call("autoscaling", "EnterStandby", leave);
  else if (command === "terminate-instances") {
    await sandbox.call("autoscaling", "DetachInstances", leave);
  } else {
    await sandbox.call("autoscaling", "SetInstanceProtection", {
      ...ofGroup,
      ProtectedFromScaleIn: true,
    });
  }
  await pass(context.clock.sleep(10 * 60_000));
  const work = remove(web);
  await expectRefused(account, work, id, `${command} `);
  await expect(work).rejects.toMatchObject({ remedy: expect.stringContaining(option) });
  await expect(work).rejects.toThrow(why);
});

test("a detached server that has lost its address keeps its security group", async () => {
  const account = await openAccount();
  const { sandbox, context, pass } = account;
  const { ids, web, remove } = await openServing(account);
  const InstanceIds = ids.slice(0, 1);
  await sandbox.call("autoscaling", "DetachInstances", {
    AutoScalingGroupName: group,
    InstanceIds,
    ShouldDecrementDesiredCapacity: false,
  });
  await pass(context.clock.sleep(10 * 60_000));
  await sandbox.call("ec2", "DeleteTags", { Resources: InstanceIds, Tags: [{ Key: nameKey }] });
  await pass(context.clock.sleep(60_000));
  const message = `${InstanceIds[0]} carries the stack's tag ${stackKey}, lacks ${nameKey}, and is in no`;
  await expectRefused(account, remove(web), message, `--instance-ids ${InstanceIds[0]} `);
});

test("the servers of a group that has lost its tags keep their security group", async () => {
  const account = await openAccount();
  const { sandbox, context, pass } = account;
  const { ids, web, remove } = await openServing(account);
  const Tags = [{ ResourceId: group, ResourceType: "auto-scaling-group", Key: nameKey }];
  await sandbox.call("autoscaling", "DeleteTags", { Tags });
  await pass(context.clock.sleep(60_000));
  const message = `${ids[0]} belongs to the Auto Scaling group ${group}, which lacks this stack's tags`;
  await expectRefused(account, remove(web), message, "create-or-update-tags");
});

test("a load balancer that has lost its tags keeps its security group, until it is gone", async () => {
  const account = await openAccount();
  const { sandbox, context, pass } = account;
  const { front, remove } = await openServing(account);
  const balancer = await theOnly(account, loadBalancer);
  await sandbox.call("elasticloadbalancing", "RemoveTags", {
    LoadBalancerNames: [balancer.id],
    Tags: [{ Key: stackKey }],
  });
  await pass(context.clock.sleep(60_000));
  const work = remove(front);
  const message = `the load balancer ${balancer.id} does not carry this stack's tags`;
  await expectRefused(account, work, message, `elb add-tags --load-balancer-names ${balancer.id} `);
  await expect(work).rejects.toMatchObject({
    remedy: expect.stringContaining(
      `elb delete-load-balancer --load-balancer-name ${balancer.id} `,
    ),
  });

  // Its network interfaces outlive it, and are waited for.
  await sandbox.call("elasticloadbalancing", "DeleteLoadBalancer", {
    LoadBalancerName: balancer.id,
  });
  await remove(front);
});
