import * as iam from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { role } from "../../../src/resources/role/index.ts";
import type { RoleFields } from "../../../src/resources/role/live.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { withoutDemand } from "../auto-scaling-group/without-demand.ts";
import { openTier, names as tierNames } from "../tier.ts";

const name = "afterpay-ap-southeast-2";
const path = "/reconcile/afterpay/";
const target = { address: "role/afterpay", physicalName: name, generation: "00000000" } as const;

const fields: RoleFields = {
  trust: "ec2.amazonaws.com",
  allow: [{ actions: ["s3:GetObject"], on: ["arn:aws:s3:::assets/*"] }],
  policies: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"],
  boundary: null,
  profile: "complete",
  otherPolicies: [],
  tags: { team: "payments" },
};

const create = (account: Account, wanted = fields) =>
  account.pass(role.create(account.context, target, wanted));
const operations = (account: Account) =>
  account
    .takeCalls()
    .map(({ operation }) => operation.replace("iam:", ""))
    .filter((operation) => !/^(List|Get)/.test(operation));

test("a role is made with its tags, and nothing else of the account is touched", async () => {
  const account = await openAccount();
  const made = await create(account);
  expect(made).toMatchObject({
    id: name,
    address: "role/afterpay",
    status: "ready",
    fields,
    outputs: { name, arn: `arn:aws:iam::000000000000:role${path}${name}` },
  });
  expect(await theOnly(account, role)).toEqual(made);
  const again = await account.pass(role.update(account.context, made, fields, []));
  expect(again).toEqual(made);
});

describe("a create is resumed after each of its calls:", () => {
  test.each([
    ["CreateRole"],
    ["AttachRolePolicy"],
    ["PutRolePolicy"],
    ["CreateInstanceProfile"],
    ["AddRoleToInstanceProfile"],
  ])("%s", async (operation) => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation, kind: "error", code: "Broken", when: "after" }],
    });
    await expect(create(account)).rejects.toMatchObject({ code: "Broken" });
    account.sandbox.setFaults({});
    const made = await create(account);
    expect(made.fields).toEqual(fields);
    expect(account.sandbox.inventory()).toMatchObject({
      role: [{ id: name }],
      "instance-profile": [{ id: name }],
    });
    await account.pass(role.delete(account.context, made));
    expect(account.sandbox.inventory()).not.toHaveProperty("role");
    expect(account.sandbox.inventory()).not.toHaveProperty("instance-profile");
  });
});

describe("a delete is resumed after each of its calls:", () => {
  test.each([
    ["RemoveRoleFromInstanceProfile"],
    ["DeleteInstanceProfile"],
    ["DetachRolePolicy"],
    ["DeleteRolePolicy"],
    ["DeleteRole"],
  ])("%s", async (operation) => {
    const account = await openAccount();
    const made = await create(account);
    account.sandbox.setFaults({
      rules: [{ operation, kind: "error", code: "Broken", when: "after" }],
    });
    await expect(account.pass(role.delete(account.context, made))).rejects.toMatchObject({
      code: "Broken",
    });
    account.sandbox.setFaults({});
    await account.pass(account.context.clock.sleep(10_000));
    const [left] = await account.pass(role.discover(account.context));
    if (left !== undefined) await account.pass(role.delete(account.context, left));
    expect(account.sandbox.inventory()).not.toHaveProperty("role");
    expect(account.sandbox.inventory()).not.toHaveProperty("instance-profile");
  });
});

test("a delete leaves a role of the same name alone that somebody created in place of the stack's", async () => {
  const account = await openAccount();
  const made = await create(account, { ...fields, allow: [], policies: [] });
  const client = await account.clients.iam();
  const both = { InstanceProfileName: name, RoleName: name };
  await client.send(new iam.RemoveRoleFromInstanceProfileCommand(both));
  await client.send(new iam.DeleteRoleCommand({ RoleName: name }));
  const AssumeRolePolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}';
  await client.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  const [PolicyArn] = fields.policies;
  await client.send(new iam.AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
  await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: "theirs" }));
  await account.pass(account.context.clock.sleep(10_000));
  await client.send(
    new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: "theirs", RoleName: name }),
  );
  await client.send(new iam.AddRoleToInstanceProfileCommand(both));
  await account.pass(account.context.clock.sleep(10_000));
  account.takeCalls();
  await account.pass(role.delete(account.context, made));
  expect(operations(account)).toEqual(["RemoveRoleFromInstanceProfile", "DeleteInstanceProfile"]);
  expect(account.sandbox.inventory()).toMatchObject({
    role: [{ id: name }],
    "instance-profile": [{ id: "theirs" }],
  });
  const { InstanceProfile: theirs } = await client.send(
    new iam.GetInstanceProfileCommand({ InstanceProfileName: "theirs" }),
  );
  expect(theirs?.Roles).toMatchObject([{ RoleName: name }]);
});

test("a delete leaves a role in the stack's path alone that lacks the stack's tags", async () => {
  const account = await openAccount();
  const made = await create(account);
  const client = await account.clients.iam();
  await client.send(new iam.UntagRoleCommand({ RoleName: name, TagKeys: ["reconcile:stack"] }));
  await account.pass(account.context.clock.sleep(10_000));
  account.takeCalls();
  await account.pass(role.delete(account.context, made));
  expect(operations(account)).toEqual(["RemoveRoleFromInstanceProfile", "DeleteInstanceProfile"]);
  expect(account.sandbox.inventory()).toMatchObject({ role: [{ id: name }] });
});

test("an instance profile whose role is gone is the rest of the stack's, and gets a role again", async () => {
  const account = await openAccount();
  await create(account);
  const client = await account.clients.iam();
  const both = { InstanceProfileName: name, RoleName: name };
  await client.send(new iam.RemoveRoleFromInstanceProfileCommand(both));
  const [policy = ""] = fields.policies;
  await client.send(new iam.DetachRolePolicyCommand({ RoleName: name, PolicyArn: policy }));
  await client.send(new iam.DeleteRolePolicyCommand({ RoleName: name, PolicyName: "reconcile" }));
  await client.send(new iam.DeleteRoleCommand({ RoleName: name }));
  await account.pass(account.context.clock.sleep(10_000));
  expect(await theOnly(account, role)).toMatchObject({
    status: "partial",
    statusReason: "the instance profile exists without its role",
  });
  expect((await create(account)).fields).toEqual(fields);
});

test("another role in the instance profile is exchanged for the stack's", async () => {
  const account = await openAccount();
  const made = await create(account);
  const client = await account.clients.iam();
  await account.pass(
    role.create(account.context, { ...target, physicalName: "other" }, { ...fields, policies: [] }),
  );
  await client.send(
    new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }),
  );
  await client.send(
    new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: "other" }),
  );
  await account.pass(account.context.clock.sleep(10_000));
  const live = await theOnly(account, role);
  expect(live.fields.profile).toBe("with another role");
  const mended = await account.pass(role.update(account.context, live, fields, ["profile"]));
  expect(mended.fields).toEqual(made.fields);
});

test("two applies at the same time create one role", async () => {
  const account = await openAccount();
  const [one, other] = await account.pass(
    Promise.all([
      role.create(account.context, target, fields),
      role.create(account.another(), target, fields),
    ]),
  );
  expect(one).toEqual(other);
  expect(account.sandbox.inventory()["role"]).toHaveLength(1);
});

test("the role of the same stack in another region is another one", async () => {
  const account = await openAccount();
  const elsewhere = { ...target, physicalName: "afterpay-eu-west-1" };
  await account.pass(role.create(account.context, elsewhere, fields));
  expect(await account.pass(role.discover(account.context))).toEqual([]);
  const { strays } = role;
  if (strays === "ec2") throw new Error("EC2 lists no roles");
  expect(await account.pass(strays.find(account.context))).toEqual([]);
});

test("what the servers lose stays until they have changed, unless a role has no room for both", async () => {
  const account = await openAccount();
  const made = await create(account);
  const attached = Array.from({ length: 9 }, (_, n) => `p${n}`);
  const client = await account.clients.iam();
  const PolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}';
  const arns: string[] = [];
  for (const PolicyName of [...attached, "p9", "p10"]) {
    const { Policy } = await client.send(
      new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }),
    );
    arns.push(Policy?.Arn ?? "");
  }
  const policies = { ...fields, policies: arns.slice(0, 10).toSorted() };
  const widened = { ...policies, policies: [...policies.policies, ...fields.policies] };
  expect(role.fields.policies.meanwhile?.(policies.policies, fields.policies)).toEqual(
    widened.policies,
  );
  account.takeCalls();
  const seen = await account.pass(
    role.update(account.context, made, widened, ["policies"], policies),
  );
  expect(seen.fields.policies).toEqual(policies.policies);
  expect(operations(account)[0]).toBe("DetachRolePolicy");

  const long = (letter: string) => [
    { actions: ["s3:GetObject"], on: [`arn:aws:s3:::${letter.repeat(6_000)}`] },
  ];
  const before = { ...policies, allow: long("a") };
  const live = await account.pass(role.update(account.context, seen, before, ["allow"]));
  const after = { ...policies, allow: long("b") };
  const both = { ...after, allow: role.fields.allow.meanwhile?.(after.allow, before.allow) ?? [] };
  expect(both.allow).toHaveLength(2);
  const end = await account.pass(role.update(account.context, live, both, ["allow"], after));
  expect(end.fields.allow).toEqual(after.allow);
});

test("an instance profile of somebody else's is refused, and so is a policy that does not exist", async () => {
  const account = await openAccount();
  const client = await account.clients.iam();
  await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await account.pass(account.context.clock.sleep(10_000));
  await expect(create(account)).rejects.toMatchObject({
    message: `the instance profile ${name} exists and does not belong to this stack`,
  });
  const sought = [
    {
      address: target.address,
      physicalName: name,
      fields: { ...fields, boundary: "arn:aws:iam::000000000000:policy/b" },
    },
  ];
  expect(
    await account.pass(role.findObstacles?.(account.context, sought) ?? Promise.resolve([])),
  ).toMatchObject([{ summary: "the policy arn:aws:iam::000000000000:policy/b does not exist" }]);
});

test("a group waits until Auto Scaling knows the instance profile of its servers", async () => {
  const account = await openAccount();
  const { context, pass } = account;
  const tier = await openTier(account);
  const made = await create(account);
  const template = await pass(
    launchTemplate.create(context, tierNames.template, {
      ...tier.template,
      instanceProfile: made.outputs.name,
    }),
  );
  expect(template.uses).toContain(name);
  expect(template.usesTypes).toEqual(["role"]);
  account.told.length = 0;
  await pass(
    autoScalingGroup.create(context, tierNames.group, {
      min: 1,
      max: 1,
      desired: 1,
      ...withoutDemand,
      cooldown: 30,
      healthCheckType: "EC2",
      healthCheckGrace: 120,
      subnets: tier.balancer.subnets,
      loadBalancers: [],
      targetGroups: null,
      targetPort: null,
      applicationLoadBalancer: null,
      launchTemplate: { id: template.outputs.id, version: template.outputs.version },
      mixedInstancesPolicy: null,
      unpropagatedTags: null,
      launchConfiguration: null,
      rollout: { minHealthy: 100, maxHealthy: 150, warmup: 60, rollback: true },
      tags: {},
    }),
  );
  expect(account.told).toContain(
    "Auto Scaling is not ready for the new group yet (ValidationError)",
  );
});
