import { describe, expect, onTestFinished, test } from "vitest";
import { createClients } from "../../../src/aws/clients.ts";
import { nameKey, stackKey } from "../../../src/aws/tags.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { loadBalancer } from "../../../src/resources/load-balancer/index.ts";
import { securityGroup } from "../../../src/resources/security-group/index.ts";
import { holdsByUsers } from "../../../src/resources/security-group/users.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { openEndpoint } from "../../aws/loopback.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { names, openGroup } from "../tier.ts";
import { addGroup, addInterface, launchIn } from "./security-groups.ts";

const group = names.group.physicalName;

/** What is told of one group before it is deleted, where nothing else goes. */
async function holdByUsers(
  context: ResourceContext,
  used: { readonly id: string; readonly physicalName: string },
) {
  const [hold] = await holdsByUsers(context, [used], { going: new Set(), idle: true });
  return hold;
}

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
  const message = `${InstanceIds[0]} carries the stack's tag ${stackKey} without ${nameKey} but is in no`;
  await expectRefused(account, remove(web), message, `--instance-ids ${InstanceIds[0]} `);
});

test("the servers of a group that has lost its tags keep their security group", async () => {
  const account = await openAccount();
  const { sandbox, context, pass } = account;
  const { ids, web, remove } = await openServing(account);
  const Tags = [{ ResourceId: group, ResourceType: "auto-scaling-group", Key: nameKey }];
  await sandbox.call("autoscaling", "DeleteTags", { Tags });
  await pass(context.clock.sleep(60_000));
  const serverTags = { [stackKey]: "afterpay", [nameKey]: "auto-scaling-group/web" };
  const lone = await launchIn(account, { id: web ?? "" }, serverTags);
  const message = `${ids[0]} is in the Auto Scaling group ${group}, which does not carry this stack's tags`;
  const work = remove(web);
  await expectRefused(account, work, message, "create-or-update-tags");
  await expect(work).rejects.toThrow(`${lone} carries the stack's tags but is in no Auto Scaling`);
  await expect(work).rejects.not.toThrow(`${lone} is in the Auto Scaling group`);
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

test("all that stays in it is told at once, and what is in another group is not", async () => {
  const account = await openAccount();
  const { sandbox, context, pass } = account;
  const { ids, web = "" } = await openServing(account);
  const [shielded = "", standby = ""] = ids;
  const other = await addGroup(account, "other");
  await sandbox.call("autoscaling", "SetInstanceProtection", {
    AutoScalingGroupName: group,
    InstanceIds: ids,
    ProtectedFromScaleIn: true,
  });
  await sandbox.call("autoscaling", "EnterStandby", {
    AutoScalingGroupName: group,
    InstanceIds: [standby],
    ShouldDecrementDesiredCapacity: false,
  });
  await pass(context.clock.sleep(10 * 60_000));
  const physicalName = "web";
  const both = await pass(holdByUsers(context, { id: web, physicalName }));
  expect(both?.id).toBe(web);
  expect(both?.summary).toMatch(
    new RegExp(
      `^AWS does not delete the security group web \\(${web}\\) while it is in use: ${shielded} is protected from scale-in: [^;]*; ${standby} is on standby: [^;]*$`,
    ),
  );
  expect(both?.remedy).toMatch(
    /remove the protection first: aws .* --region ap-southeast-2\. To put it back into service: aws .* --region ap-southeast-2\. Then run the same command again\.$/,
  );
  const Groups = [other.id];
  await sandbox.call("ec2", "ModifyInstanceAttribute", { InstanceId: shielded, Groups });
  // Long enough for AWS to show it, and too short for the group to replace it: its health checks fail now.
  await pass(context.clock.sleep(10_000));
  const one = await pass(holdByUsers(context, { id: web, physicalName }));
  expect(one?.summary).toContain(standby);
  expect(one?.summary).not.toContain(shielded);
  const { AutoScalingInstances } = (await sandbox.call(
    "autoscaling",
    "DescribeAutoScalingInstances",
    {
      InstanceIds: [shielded],
    },
  )) as { AutoScalingInstances: readonly object[] };
  expect(AutoScalingInstances).toMatchObject([{ ProtectedFromScaleIn: true }]);
});

test.each([
  [
    "has lost its address",
    { [stackKey]: "afterpay" },
    `carries the stack's tag ${stackKey} without ${nameKey} but is in no Auto Scaling group (somebody probably detached it)`,
  ],
  [
    "is a server",
    { [stackKey]: "afterpay", [nameKey]: "auto-scaling-group/web" },
    "carries the stack's tags but is in no Auto Scaling group (somebody probably detached it)",
  ],
])("an instance of ours that %s and is in no Auto Scaling group is told", async (...each) => {
  const [_why, tags, words] = each;
  const account = await openAccount();
  const web = await addGroup(account, "web");
  const id = await launchIn(account, web, tags);
  expect(await account.pass(holdByUsers(account.context, web))).toEqual({
    id: web.id,
    summary: `AWS does not delete the security group web (${web.id}) while it is in use: ${id} ${words}`,
    remedy: `If nobody needs ${id}, terminate it: aws ec2 terminate-instances --instance-ids ${id} --region ap-southeast-2. Then run the same command again.`,
  });
});

test("of several groups each is told of what is in it alone", async () => {
  const account = await openAccount();
  const { context, pass } = account;
  const web = await addGroup(account, "web");
  const db = await addGroup(account, "db");
  const free = await addGroup(account, "free");
  const server = await launchIn(account, web);
  const idle = await addInterface(account, db);
  const groups = [free, web, db];
  const all = await pass(holdsByUsers(context, groups, { going: new Set(), idle: true }));
  expect(all.map(({ id }) => id)).toEqual([web.id, db.id]);
  expect(all.map(({ summary }) => [summary.includes(server), summary.includes(idle)])).toEqual([
    [true, false],
    [false, true],
  ]);
  const sure = await pass(holdsByUsers(context, groups, { going: new Set(), idle: false }));
  expect(sure).toEqual(all.slice(0, 1));
  const rest = await pass(holdsByUsers(context, groups, { going: new Set([server]), idle: true }));
  expect(rest).toEqual(all.slice(1));
});

test("servers of our group are its own without their tags, and go with it", async () => {
  const account = await openAccount();
  const { sandbox, context, pass } = account;
  const { ids, web = "" } = await openServing(account);
  const used = [{ id: web, physicalName: "web" }];
  const none = { going: new Set<string>(), idle: true };
  const stranger = await launchIn(account, { id: web });
  await sandbox.call("ec2", "DeleteTags", { Resources: ids, Tags: [{ Key: stackKey }] });
  await pass(context.clock.sleep(60_000));
  const [told] = await pass(holdsByUsers(context, used, none));
  expect(told?.summary.endsWith(`an instance outside this stack uses it: ${stranger}`)).toBe(true);
  await sandbox.call("ec2", "TerminateInstances", { InstanceIds: [stranger] });
  await sandbox.call("autoscaling", "SetInstanceProtection", {
    AutoScalingGroupName: group,
    InstanceIds: ids.slice(0, 1),
    ProtectedFromScaleIn: true,
  });
  await pass(context.clock.sleep(10 * 60_000));
  const [apart] = await pass(holdsByUsers(context, used, none));
  expect(apart?.summary).toContain(`${ids[0]} is protected from scale-in`);
  const going = { ...none, going: new Set([group]) };
  expect(await pass(holdsByUsers(context, used, going))).toEqual([]);
  // The group has lost its tags, too: nothing says that they are ours.
  const Tags = [{ ResourceId: group, ResourceType: "auto-scaling-group", Key: stackKey }];
  await sandbox.call("autoscaling", "DeleteTags", { Tags });
  await pass(context.clock.sleep(60_000));
  const [lost] = await pass(holdsByUsers(context, used, none));
  const [one, other] = ids;
  expect(lost?.summary).toMatch(
    new RegExp(`outside this stack use it: (${one}, ${other}|${other}, ${one})$`),
  );
});

describe("an instance of somebody else holds it", () => {
  test.each([
    ["pending", undefined, true],
    ["running", undefined, true],
    ["stopping", "StopInstances", true],
    ["stopped", "StopInstances", true],
    ["shutting-down", "TerminateInstances", false],
    ["terminated", "TerminateInstances", false],
  ])("while it is %s", async (state, operation, holds) => {
    const account = await openAccount({ consistency: { maxMilliseconds: 0 } });
    const { sandbox, context, pass } = account;
    const web = await addGroup(account, "web");
    const id = await launchIn(account, web, {}, operation === undefined ? 0 : 60_000);
    if (operation !== undefined) await sandbox.call("ec2", operation, { InstanceIds: [id] });
    const stateNow = async () => {
      const { Reservations } = (await sandbox.call("ec2", "DescribeInstances", {
        InstanceIds: [id],
      })) as { Reservations: { Instances: { State: { Name: string } }[] }[] };
      return Reservations[0]?.Instances[0]?.State.Name;
    };
    while ((await stateNow()) !== state) await pass(context.clock.sleep(500));
    const hold = await pass(holdByUsers(context, web));
    expect(await stateNow()).toBe(state);
    expect(hold?.summary.endsWith(`an instance outside this stack uses it: ${id}`)).toBe(
      holds ? true : undefined,
    );
  });
});

describe("a load balancer that is not this stack's is told", () => {
  const give = (others: string) =>
    `it other security groups: aws elb apply-security-groups-to-load-balancer --load-balancer-name shop --security-groups ${others} --region ap-southeast-2; or delete it if nothing needs it: aws elb delete-load-balancer --load-balancer-name shop --region ap-southeast-2. Then run the same command again.`;
  const putBack = `If the load balancer belongs to this stack and lost its tags, put them back: aws elb add-tags --load-balancer-names shop --tags Key=${stackKey},Value=afterpay Key=${nameKey},Value=load-balancer/afterpay --region ap-southeast-2. Otherwise give`;
  const untagged = "the load balancer shop does not carry this stack's tags";
  test.each([
    ["without tags", {}, untagged, putBack],
    ["with half of the tags", { [stackKey]: "afterpay" }, untagged, putBack],
    [
      "of another stack",
      { [stackKey]: "theirs", [nameKey]: "load-balancer/web" },
      `the load balancer shop belongs to the stack theirs (tag ${stackKey})`,
      "Give",
    ],
  ])("%s", async (_why, tags, words, beginning) => {
    const account = await openAccount();
    const { sandbox, context, pass } = account;
    const web = await addGroup(account, "web");
    const other = await addGroup(account, "other");
    const found = (await sandbox.call("ec2", "DescribeSubnets", {})) as {
      Subnets: { SubnetId: string }[];
    };
    const name = { LoadBalancerName: "shop" };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await sandbox.call("elb", "CreateLoadBalancer", {
      ...name,
      Listeners: [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 80 }],
      Subnets: found.Subnets.slice(0, 2).map(({ SubnetId }) => SubnetId),
      SecurityGroups: [web.id],
      ...(Tags.length > 0 && { Tags }),
    });
    await pass(context.clock.sleep(60_000));
    account.takeCalls();
    const told = {
      id: web.id,
      summary: `AWS does not delete the security group web (${web.id}) while it is in use: ${words}`,
    };
    const remedy = `${beginning} ${give("OTHER-GROUP")}`;
    expect(await pass(holdByUsers(context, web))).toEqual({ ...told, remedy });
    // It has an interface in each subnet, and is looked up once.
    const calls = account.takeCalls().map(({ operation }) => operation);
    expect(calls.filter((operation) => operation.includes("DescribeLoadBalancers"))).toHaveLength(
      1,
    );
    const both = { ...name, SecurityGroups: [web.id, other.id] };
    await sandbox.call("elb", "ApplySecurityGroupsToLoadBalancer", both);
    await pass(context.clock.sleep(60_000));
    const rest = `${beginning} ${give(other.id)}`;
    expect(await pass(holdByUsers(context, web))).toEqual({ ...told, remedy: rest });
  });

  /** AWS's words, for what the embedded AWS has none of: other load balancers, and interfaces of their own. */
  test.each([
    ["ELB shop", ["shop"]],
    ["ELB app/shop/50dc6c495c0c9188", []],
    ["Interface of ELB shop", []],
    ["ELB shop of ours/theirs", []],
    ["", []],
    [undefined, []],
  ])("by its network interface, which is described as %j", async (description, names) => {
    const element = description === undefined ? "" : `<description>${description}</description>`;
    const application =
      "<LoadBalancers><member><LoadBalancerArn>arn</LoadBalancerArn><LoadBalancerName>shop</LoadBalancerName><Type>application</Type></member></LoadBalancers>";
    const answers: Readonly<Record<string, string>> = {
      DescribeInstances: "<reservationSet/>",
      DescribeNetworkInterfaces: `<networkInterfaceSet><item><groupSet><item><groupId>sg-1</groupId></item></groupSet>${element}<status>in-use</status></item></networkInterfaceSet>`,
      DescribeLoadBalancers: `<DescribeLoadBalancersResult><LoadBalancerDescriptions><member><LoadBalancerName>shop</LoadBalancerName><SecurityGroups><member>sg-2</member></SecurityGroups></member></LoadBalancerDescriptions>${application}</DescribeLoadBalancersResult>`,
      DescribeTags:
        "<DescribeTagsResult><TagDescriptions><member><ResourceArn>arn</ResourceArn><Tags/></member></TagDescriptions></DescribeTagsResult>",
    };
    const endpoint = await openEndpoint(({ action }, response) => {
      response
        .writeHead(200, { "content-type": "text/xml" })
        .end(`<${action}Response><requestId>r</requestId>${answers[action]}</${action}Response>`);
    });
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const { url } = endpoint;
    const clients = createClients({ region: "ap-southeast-2", endpoint: url, credentials });
    onTestFinished(() => clients.destroy());
    const { context } = await openAccount();
    const hold = await holdByUsers({ ...context, clients }, { id: "sg-1", physicalName: "web" });
    // The load balancer has left the group by now; what else it may be is told as such.
    expect(hold === undefined).toBe(names.length > 0);
    const asked = endpoint.received
      .filter(({ action }) => action === "DescribeLoadBalancers")
      .flatMap(({ body }) => new URLSearchParams(body).get("LoadBalancerNames.member.1") ?? []);
    expect(asked).toEqual(names);
  });
});
