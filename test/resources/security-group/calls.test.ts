import { describe, expect, test } from "vitest";
import {
  authorizeRules,
  type Direction,
  describeSecurityGroups,
  modifyRule,
  revokeRules,
} from "../../../src/resources/security-group/calls.ts";
import { securityGroup } from "../../../src/resources/security-group/index.ts";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { openAccount, theOnly } from "../account.ts";
import { addGroup, rule, vpcOf } from "./security-groups.ts";

const [one, two, three] = [rule("10.1.0.0/16"), rule("10.2.0.0/16"), rule("10.3.0.0/16")];

async function open(
  rules: Partial<Record<Direction, readonly SecurityGroupRule[]>>,
  options: SandboxOptions = {},
) {
  const account = await openAccount(options);
  const { id } = await addGroup(account, "web", { ingress: [], egress: [], ...rules });
  const { context, pass } = account;
  await pass(context.clock.sleep(60_000));
  account.takeCalls();
  const now = async () => {
    await pass(context.clock.sleep(60_000));
    const { ingress, egress } = (await theOnly(account, securityGroup)).fields;
    return { ingress, egress };
  };
  const calls = () => account.takeCalls().map(({ operation }) => operation.replace("ec2:", ""));
  return { account, context, pass, id, now, calls };
}

describe.each(["ingress", "egress"] as const)("rules of %s", (direction) => {
  const other = direction === "ingress" ? "egress" : "ingress";
  const suffix = direction === "ingress" ? "Ingress" : "Egress";

  test("come in one call", async () => {
    const { context, pass, id, now, calls } = await open({ [other]: [three] });
    await pass(authorizeRules(context, direction, id, [one, two]));
    expect(calls()).toEqual([`AuthorizeSecurityGroup${suffix}`]);
    expect(await now()).toEqual({ [direction]: [one, two], [other]: [three] });
  });

  test("come one by one where some are there already", async () => {
    const { context, pass, id, now, calls } = await open({ [direction]: [two] });
    await pass(authorizeRules(context, direction, id, [one, two, three]));
    expect(calls()).toEqual(Array(4).fill(`AuthorizeSecurityGroup${suffix}`));
    expect(await now()).toEqual({ [direction]: [one, two, three], [other]: [] });
  });

  test("go in one call", async () => {
    const rules = { [direction]: [one, two, three], [other]: [one] };
    const { context, pass, id, now, calls } = await open(rules);
    await pass(revokeRules(context, direction, id, [one, two]));
    expect(calls()).toEqual([`RevokeSecurityGroup${suffix}`]);
    expect(await now()).toEqual({ [direction]: [three], [other]: [one] });
  });

  test("go one by one where some are gone already", async () => {
    const { context, pass, id, now, calls } = await open({ [direction]: [one, three] });
    await pass(revokeRules(context, direction, id, [one, two, three]));
    expect(calls()).toEqual(Array(4).fill(`RevokeSecurityGroup${suffix}`));
    expect(await now()).toEqual({ ingress: [], egress: [] });
  });

  test("one that is there, or gone, already takes one call, and none takes none", async () => {
    const { context, pass, id, calls } = await open({ [direction]: [one] });
    await pass(authorizeRules(context, direction, id, [one]));
    await pass(revokeRules(context, direction, id, [two]));
    await pass(authorizeRules(context, direction, id, []));
    await pass(revokeRules(context, direction, id, []));
    expect(calls()).toEqual([`AuthorizeSecurityGroup${suffix}`, `RevokeSecurityGroup${suffix}`]);
  });

  test("are not changed one by one where AWS refuses for another reason", async () => {
    const { account, context, pass, id, calls } = await open({ [direction]: [one] });
    account.sandbox.setFaults({ rules: [{ kind: "deny" }] });
    for (const change of [authorizeRules, revokeRules]) {
      await expect(pass(change(context, direction, id, [one, two]))).rejects.toMatchObject({
        kind: "denied",
      });
    }
    expect(calls()).toHaveLength(2);
  });

  test("one of them becomes another in place, whatever is the same elsewhere", async () => {
    const { account, context, pass, id, now, calls } = await open(
      { ingress: [one, two], egress: [one, two] },
      { pageSize: 1 },
    );
    expect(await pass(modifyRule(context, direction, id, two, three))).toBe(true);
    const writes = calls().filter((call) => !call.startsWith("Describe"));
    expect(writes).toEqual(["ModifySecurityGroupRules"]);
    expect(await now()).toEqual({ [direction]: [one, three], [other]: [one, two] });
    const last = await addGroup(account, "last", { ingress: [one], egress: [one] });
    await pass(context.clock.sleep(60_000));
    expect(await pass(modifyRule(context, direction, last.id, one, two))).toBe(true);
  });
});

test("rules are added to a new group as soon as AWS knows it", async () => {
  const { account, context, pass, id, calls } = await open({});
  const codes = { code: "InvalidGroup.NotFound", message: "The security group does not exist" };
  account.sandbox.setFaults({
    rules: [{ operation: /^Authorize/, kind: "error", status: 400, times: 2, ...codes }],
  });
  await pass(authorizeRules(context, "ingress", id, [one]));
  expect(calls()).toHaveLength(3);
  expect(account.told).toContain(
    "AWS does not know the security group everywhere yet (InvalidGroup.NotFound)",
  );
});

describe("a rule does not become another in place", () => {
  test("where it is there no longer, and nothing is asked for", async () => {
    const { context, pass, id, calls } = await open({ ingress: [one] });
    expect(await pass(modifyRule(context, "ingress", id, two, three))).toBe(false);
    expect(calls()).toEqual(["DescribeSecurityGroupRules"]);
  });

  test("where the other is there already", async () => {
    const { context, pass, id, now } = await open({ ingress: [one, two] });
    expect(await pass(modifyRule(context, "ingress", id, one, two))).toBe(false);
    expect((await now()).ingress).toEqual([one, two]);
  });

  test.each([
    ["it goes meanwhile", "InvalidSecurityGroupRuleId.NotFound"],
    ["the other counts more than there is room for", "RulesPerSecurityGroupLimitExceeded"],
  ])("where %s", async (_why, code) => {
    const { account, context, pass, id } = await open({ ingress: [one] });
    account.sandbox.setFaults({
      rules: [{ operation: /^Modify/, kind: "error", status: 400, code, message: "no" }],
    });
    expect(await pass(modifyRule(context, "ingress", id, one, two))).toBe(false);
  });

  test("where AWS refuses for another reason, which is an error", async () => {
    const { account, context, pass, id } = await open({ ingress: [one] });
    account.sandbox.setFaults({ rules: [{ operation: /^Modify/, kind: "deny" }] });
    await expect(pass(modifyRule(context, "ingress", id, one, two))).rejects.toMatchObject({
      kind: "denied",
    });
  });
});

test("groups are found on every page, by what is asked for, and once for all who ask", async () => {
  const account = await openAccount({ pageSize: 1 });
  const groups = [await addGroup(account, "one"), await addGroup(account, "two")];
  const { context, pass } = account;
  await pass(context.clock.sleep(60_000));
  account.takeCalls();
  const filters = [{ Name: "group-name", Values: ["one", "two"] }];
  const [found, again] = await pass(
    Promise.all([
      describeSecurityGroups(context, filters),
      describeSecurityGroups(context, filters),
    ]),
  );
  expect(found.map(({ GroupId }) => GroupId)).toEqual(groups.map(({ id }) => id));
  expect(again).toBe(found);
  expect(account.takeCalls()).toHaveLength(2);
  const VpcId = await vpcOf(account);
  const all = await pass(describeSecurityGroups(context, [{ Name: "vpc-id", Values: [VpcId] }]));
  expect(all).toHaveLength(3);
});
