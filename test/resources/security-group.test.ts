import { describe, expect, test } from "vitest";
import { type SecurityGroupFields, securityGroup } from "../../src/resources/security-group.ts";
import type { SecurityGroupRule } from "../../src/resources/security-group-rules.ts";
import { type Account, openAccount, target, theOnly } from "./account.ts";

const everything: SecurityGroupRule = {
  protocol: "-1",
  fromPort: null,
  toPort: null,
  peer: "0.0.0.0/0",
};

function rule(peer: string, port = 80): SecurityGroupRule {
  return { protocol: "tcp", fromPort: port, toPort: port, peer };
}

async function vpcOf(account: Account): Promise<string> {
  const answer = await account.sandbox.call("ec2", "DescribeVpcs", {});
  return (answer as { Vpcs: { VpcId: string }[] }).Vpcs[0]?.VpcId ?? "";
}

async function fieldsIn(
  account: Account,
  rest: Partial<SecurityGroupFields> = {},
): Promise<SecurityGroupFields> {
  return {
    vpcId: await vpcOf(account),
    description: "HTTP",
    ingress: [rule("0.0.0.0/0")],
    egress: [everything],
    tags: {},
    ...rest,
  };
}

const made = target(securityGroup, "afterpay-web-1");

function writesOf(account: Account): string[] {
  return account
    .takeCalls()
    .map(({ operation }) => operation)
    .filter((operation) => !operation.startsWith("ec2:Describe"));
}

async function changed(account: Account, rules: Partial<SecurityGroupFields>) {
  const fields = await fieldsIn(account, rules);
  const live = await theOnly(account, securityGroup);
  account.takeCalls();
  const names = Object.keys(rules) as (keyof SecurityGroupFields)[];
  const after = await account.pass(securityGroup.update(account.context, live, fields, names));
  const writes = writesOf(account);
  expect(after).toEqual(await theOnly(account, securityGroup));
  return { after, writes };
}

describe("a security group", () => {
  test("whose rule somebody widened at one end is seen, and set right", async () => {
    const account = await openAccount();
    const ingress = [{ protocol: "tcp", fromPort: 8000, toPort: 8010, peer: "10.0.0.0/8" }];
    const fields = await fieldsIn(account, { ingress });
    const live = await account.pass(securityGroup.create(account.context, made, fields));
    for (const [operation, ToPort] of [
      ["RevokeSecurityGroupIngress", 8010],
      ["AuthorizeSecurityGroupIngress", 65535],
    ] as const) {
      const range = { IpProtocol: "tcp", FromPort: 8000, ToPort };
      const IpPermissions = [{ ...range, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }];
      await account.sandbox.call("ec2", operation, { GroupId: live.id, IpPermissions });
    }
    await account.pass(account.context.clock.sleep(60_000));
    const seen = await theOnly(account, securityGroup);
    expect(seen.fields.ingress).toEqual([{ ...ingress[0], toPort: 65535 }]);
    expect(securityGroup.fields.ingress.equal?.(fields.ingress, seen.fields.ingress)).not.toBe(
      true,
    );
    const { after } = await changed(account, { ingress });
    expect(after.fields.ingress).toEqual(ingress);
  });

  test("has exactly its rules, AWS's own way out among them or not", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account, { egress: [rule("10.0.0.0/8", 443)] });
    const live = await account.pass(securityGroup.create(account.context, made, fields));
    expect(live.fields).toEqual(fields);
    expect(live).toEqual(await theOnly(account, securityGroup));
  });

  test("that may let everything out costs no call for it", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    await account.pass(securityGroup.create(account.context, made, fields));
    expect(writesOf(account)).toEqual([
      "ec2:CreateSecurityGroup",
      "ec2:AuthorizeSecurityGroupIngress",
    ]);
  });

  test("whose rules are left to a later update has none until then, out or in", async () => {
    const account = await openAccount();
    const { ingress: _in, egress: _out, ...rest } = await fieldsIn(account);
    const live = await account.pass(
      securityGroup.create(account.context, made, rest as SecurityGroupFields),
    );
    expect(live.fields).toMatchObject({ ingress: [], egress: [] });
  });

  test("is never more open than it was or shall be: first what is added, then what goes", async () => {
    const account = await openAccount();
    await account.pass(securityGroup.create(account.context, made, await fieldsIn(account)));
    const { after, writes } = await changed(account, { ingress: [rule("10.0.0.0/8")] });
    expect(after.fields.ingress).toEqual([rule("10.0.0.0/8")]);
    expect(writes).toEqual(["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]);
  });

  test("touches only the rules that differ", async () => {
    const account = await openAccount();
    const kept = [rule("10.0.0.0/8"), rule("10.0.0.0/8", 443), rule("::/0")];
    const fields = await fieldsIn(account, { ingress: kept });
    const live = await account.pass(securityGroup.create(account.context, made, fields));
    const [GroupId, byHand] = [live.id, { IpProtocol: "tcp", FromPort: 22, ToPort: 22 }];
    const IpPermissions = [{ ...byHand, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
    await account.sandbox.call("ec2", "AuthorizeSecurityGroupIngress", { GroupId, IpPermissions });
    const sent: unknown[] = [];
    account.sandbox.observe(({ operation, input }) => {
      if (operation.startsWith("Revoke")) sent.push(input);
    });
    await account.pass(account.context.clock.sleep(60_000));
    const { writes } = await changed(account, { ingress: kept });
    expect(writes).toEqual(["ec2:RevokeSecurityGroupIngress"]);
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(sent)).not.toContain("10.0.0.0/8");
  });

  test("with nothing to change writes nothing", async () => {
    const account = await openAccount();
    await account.pass(securityGroup.create(account.context, made, await fieldsIn(account)));
    expect((await changed(account, { ingress: [rule("0.0.0.0/0")] })).writes).toEqual([]);
  });

  test("converges when another has made half of the change", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const live = await account.pass(securityGroup.create(account.context, made, fields));
    const wanted = { ...fields, ingress: [rule("10.0.0.0/8"), rule("::/0")] };
    const other = { ...fields, ingress: [rule("::/0")] };
    await account.pass(securityGroup.update(account.another(), live, other, ["ingress"]));
    // `live` is what was seen before the other's change: AWS refuses both calls as a whole.
    const after = await account.pass(
      securityGroup.update(account.context, live, wanted, ["ingress"]),
    );
    expect(securityGroup.fields.ingress.equal?.(after.fields.ingress, wanted.ingress)).toBe(true);
  });

  test("that an interrupted apply made is gone on with", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation: "AuthorizeSecurityGroupIngress", times: 1, kind: "deny" }],
    });
    const fields = await fieldsIn(account);
    const first = account.pass(securityGroup.create(account.context, made, fields));
    await expect(first).rejects.toMatchObject({ kind: "denied" });
    const live = await account.pass(securityGroup.create(account.another(), made, fields));
    expect(live).toEqual(await theOnly(account, securityGroup));
    expect(live.fields.ingress).toEqual(fields.ingress);
  });

  test("of somebody else with that name is named, and not touched", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const VpcId = fields.vpcId;
    const mine = { GroupName: "afterpay-web-1", Description: "theirs", VpcId };
    await account.sandbox.call("ec2", "CreateSecurityGroup", mine);
    await account.pass(account.context.clock.sleep(60_000));
    const none = { ...made, physicalName: "afterpay-none" };
    const sought = [made, none].map((one) => ({ ...one, fields }));
    const [foreign] = await account.pass(securityGroup.findForeign(account.context, sought));
    expect(foreign).toMatchObject({ physicalName: "afterpay-web-1" });
    // A group of the same name in another VPC is in nobody's way.
    const elsewhere = [{ ...made, fields: { ...fields, vpcId: "vpc-0123456789abcdef0" } }];
    expect(await account.pass(securityGroup.findForeign(account.context, elsewhere))).toEqual([]);
    const creating = account.pass(securityGroup.create(account.context, made, fields));
    await expect(creating).rejects.toThrow(/does not carry the tags/);
  });

  test("goes although another of ours names it, whose rule goes first", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const web = await account.pass(securityGroup.create(account.context, made, fields));
    const naming = { ...fields, ingress: [rule(web.id), rule("10.0.0.0/8")] };
    const other = {
      address: "security-group/other",
      physicalName: "other",
      generation: "",
    } as const;
    await account.pass(securityGroup.create(account.context, other, naming));
    const { context } = account;
    await account.pass(securityGroup.delete(context, web));
    await account.pass(securityGroup.delete(context, web));
    await account.pass(context.clock.sleep(60_000));
    const left = await theOnly(account, securityGroup);
    expect(left.fields.ingress).toEqual([rule("10.0.0.0/8")]);
  });

  test("that somebody else's group names stays, and the error says whose", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const web = await account.pass(securityGroup.create(account.context, made, fields));
    const theirs = { ...account.context, stack: "theirs" };
    const naming = { ...fields, ingress: [rule(web.id)] };
    const there = target(securityGroup, "theirs");
    const other = await account.pass(securityGroup.create(theirs, there, naming));
    const begun = account.context.clock.now();
    const deleting = account.pass(securityGroup.delete(account.context, web));
    await expect(deleting).rejects.toThrow(
      `while the group theirs (${other.id} in ${fields.vpcId}), which is not this stack's, lets it in by its rule tcp 80, ${web.id}`,
    );
    await expect(deleting).rejects.toMatchObject({ code: "DependencyViolation" });
    // No waiting changes anything about it.
    expect(account.context.clock.now() - begun).toBeLessThan(10_000);
  });

  test("that somebody else's instance is in stays until that has gone, and the error says which", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const web = await account.pass(securityGroup.create(account.context, made, fields));
    const { pass, sandbox, context } = account;
    const images = (await sandbox.call("ec2", "DescribeImages", {
      Owners: ["amazon"],
      Filters: [{ Name: "name", Values: ["al2023-ami-2023.*-x86_64"] }],
    })) as { Images: { ImageId: string }[] };
    const launched = (await sandbox.call("ec2", "RunInstances", {
      ImageId: images.Images[0]?.ImageId,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      SecurityGroupIds: [web.id],
    })) as { Instances: { InstanceId: string }[] };
    const InstanceIds = launched.Instances.map(({ InstanceId }) => InstanceId);
    await pass(context.clock.sleep(60_000));
    const begun = context.clock.now();
    await expect(pass(securityGroup.delete(context, web))).rejects.toThrow(
      `while an instance is in it that is not this stack's: ${InstanceIds.join()}`,
    );
    expect(context.clock.now() - begun).toBeLessThan(10_000);
    await sandbox.call("ec2", "TerminateInstances", { InstanceIds });
    await pass(securityGroup.delete(context, web));
  });
});
