import { describe, expect, test } from "vitest";
import type { Live } from "../../../src/engine/resource.ts";
import {
  type SecurityGroupFields,
  securityGroup,
} from "../../../src/resources/security-group/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import {
  addGroup,
  addInterface,
  addVpc,
  everything,
  fieldsIn,
  launchIn,
  rule,
} from "./security-groups.ts";

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
    const live = await theOnly(account, securityGroup);
    account.takeCalls();
    const fields = await fieldsIn(account);
    for (const names of [["ingress", "egress"], []] as const) {
      const after = await account.pass(
        securityGroup.update(account.context, live, fields, [...names]),
      );
      expect(after).toBe(live);
    }
    expect(account.takeCalls()).toEqual([]);
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
    const account = await openAccount({ pageSize: 1 });
    const fields = await fieldsIn(account);
    const VpcId = fields.vpcId;
    const mine = { GroupName: "afterpay-web-1", Description: "theirs", VpcId };
    await account.sandbox.call("ec2", "CreateSecurityGroup", mine);
    await account.pass(account.context.clock.sleep(60_000));
    const none = { ...made, physicalName: "afterpay-none" };
    const sought = [made, none].map((one) => ({ ...one, fields }));
    account.takeCalls();
    const [foreign] = await account.pass(securityGroup.findForeign(account.context, sought));
    expect(account.takeCalls()).toHaveLength(1);
    expect(foreign).toMatchObject({
      physicalName: "afterpay-web-1",
      summary: `a security group named afterpay-web-1 (${foreign?.id} in ${VpcId}) exists and does not belong to this stack`,
      remedy: expect.stringContaining(
        `aws ec2 create-tags --resources ${foreign?.id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=security-group/web `,
      ),
    });
    // A group of the same name in another VPC is in nobody's way.
    const elsewhere = [{ ...made, fields: { ...fields, vpcId: "vpc-0123456789abcdef0" } }];
    expect(await account.pass(securityGroup.findForeign(account.context, elsewhere))).toEqual([]);
    const swapped = [...elsewhere, { ...none, fields }];
    expect(await account.pass(securityGroup.findForeign(account.context, swapped))).toEqual([]);
    // Of a VPC that is to be made nobody knows that yet.
    const vpcId = { ref: "vpc/web" as const, output: "id" };
    const unknown = [{ ...made, fields: { ...fields, vpcId } }];
    expect(await account.pass(securityGroup.findForeign(account.context, unknown))).toHaveLength(1);
    const creating = account.pass(securityGroup.create(account.context, made, fields));
    await expect(creating).rejects.toThrow(
      /^the security group afterpay-web-1 already exists and does not carry the tags/,
    );
  });

  test("is made in its VPC, whatever ours has the same name in another", async () => {
    const account = await openAccount();
    const vpcId = await addVpc(account);
    const elsewhere = await addGroup(account, "afterpay-web-1", { vpcId });
    const live = await addGroup(account, "afterpay-web-1");
    expect(live.id).not.toBe(elsewhere.id);
    expect(live.fields.vpcId).not.toBe(vpcId);
    // Once more, as after a crash.
    expect((await addGroup(account, "afterpay-web-1")).id).toBe(live.id);
    expect((await addGroup(account, "afterpay-web-1", { vpcId })).id).toBe(elsewhere.id);
  });

  test("is not looked for after an error of AWS's that is another one", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ operation: "CreateSecurityGroup", kind: "deny" }] });
    await expect(addGroup(account, "afterpay-web-1")).rejects.toMatchObject({ kind: "denied" });
    expect(account.takeCalls()).toHaveLength(1);
  });

  test("is told with all that AWS knows of it, and whom its rules name", async () => {
    const account = await openAccount();
    const other = await addGroup(account, "other", { ingress: [], egress: [] }, "other");
    const web = await addGroup(account, "web", { description: "HTTP, in and out" });
    const rules = {
      ingress: [rule("10.0.0.0/8"), rule(other.id), rule(web.id)],
      egress: [rule(other.id, 443), rule("pl-0123456789abcdef0", 443)],
    };
    const tags = { team: "payments" };
    const fields = { ...web.fields, ...rules, tags };
    await account.pass(
      securityGroup.update(account.context, web, fields, ["ingress", "egress", "tags"]),
    );
    // Somebody has taken half of the tags off another one of ours: it is nobody's.
    const lost = await addGroup(account, "lost");
    const Tags = [{ Key: "reconcile:name" }];
    await account.sandbox.call("ec2", "DeleteTags", { Resources: [lost.id], Tags });
    await account.pass(account.context.clock.sleep(60_000));
    const { ingress, egress, ...rest } = (await theOnly(account, securityGroup)).fields;
    expect(rest).toEqual({ vpcId: fields.vpcId, description: "HTTP, in and out", tags });
    expect(securityGroup.fields.ingress.equal?.(ingress, rules.ingress)).toBe(true);
    expect(securityGroup.fields.egress.equal?.(egress, rules.egress)).toBe(true);
    expect(await theOnly(account, securityGroup)).toMatchObject({
      id: web.id,
      address: "security-group/web",
      physicalName: "web",
      status: "ready",
      createdAt: 0,
      outputs: { id: web.id, name: "web" },
      uses: [fields.vpcId, other.id],
    });
  });

  test.each(["ingress", "egress"] as const)(
    "is changed in what differs alone: %s",
    async (name) => {
      const account = await openAccount();
      const before = {
        ingress: [rule("10.0.0.0/8")],
        egress: [rule("10.0.0.0/8")],
        tags: { a: "1" },
      };
      const live = await addGroup(account, "web", before);
      const wanted = {
        ...live.fields,
        ingress: [rule("::/0")],
        egress: [rule("::/0")],
        tags: { a: "2" },
      };
      const after = await account.pass(securityGroup.update(account.context, live, wanted, [name]));
      expect(after.fields).toEqual({ ...live.fields, [name]: wanted[name] });
      const tagged = await account.pass(
        securityGroup.update(account.context, after, wanted, ["tags"]),
      );
      expect(tagged.fields).toEqual({ ...after.fields, tags: { a: "2" } });
      await account.pass(account.context.clock.sleep(60_000));
      expect(await theOnly(account, securityGroup)).toEqual(tagged);
    },
  );

  test("is waited for until AWS shows its rules, and its first tags", async () => {
    const account = await openAccount({ consistency: { maxMilliseconds: 60_000 } });
    const rules = { ingress: [rule("10.0.0.0/8")], egress: [rule("10.0.0.0/8")] };
    const live = await addGroup(account, "web", { ...rules, tags: { team: "payments" } });
    expect(live.fields).toMatchObject({ ...rules, tags: { team: "payments" } });
    expect(account.told).toContain("the new rules are not all visible yet");
  });

  test.each([
    ["CreateSecurityGroup", "the security group web"],
    ["AuthorizeSecurityGroupIngress", "the rules of web"],
  ])("is no longer waited for after an interrupt, which is said: %s", async (last, what) => {
    const account = await openAccount();
    account.sandbox.observe(({ operation }) => {
      if (operation === last) account.interrupt();
    });
    await expect(addGroup(account, "web")).rejects.toThrow(what);
  });
});

test("what stays in one that is to go, or names it, is told before, but for what goes, too", async () => {
  const account = await openAccount();
  const web = await addGroup(account, "web");
  const db = await addGroup(account, "db");
  await addGroup(account, "theirs", { ingress: [rule(web.id)] }, "theirs");
  const tags = { "reconcile:stack": "afterpay", "reconcile:name": "auto-scaling-group/web" };
  const server = await launchIn(account, web, tags);
  const idle = await addInterface(account, db);
  const holdsBeside = (deleting: readonly Live[]) =>
    account.pass(
      securityGroup.findHolds?.(account.context, [web, db], deleting) ?? Promise.resolve([]),
    );
  const all = await holdsBeside([]);
  expect(all.map(({ id }) => id)).toEqual([web.id, web.id, db.id]);
  const [named, used, kept] = all.map(({ summary }) => summary);
  expect(named).toContain("the group theirs");
  expect(used).toContain(server);
  expect(kept).toContain(idle);
  const rest = await holdsBeside([{ ...web, id: server }]);
  expect(rest.map(({ summary }) => summary)).toEqual([named, kept]);
});

describe("a difference is told:", () => {
  const { ingress, egress, description } = securityGroup.fields;
  const [one, two, three] = [rule("10.1.0.0/16"), rule("10.2.0.0/16"), rule("10.3.0.0/16")];

  test.each([
    ["ingress", [one], [one, two], "ingress: 1 rule to add"],
    ["ingress", [one, two, three], [one], "ingress: 2 rules to remove"],
    ["egress", [one, two], [three], "egress: 1 rule to add, 2 rules to remove"],
    ["egress", [everything], [one, two], "egress: 2 rules to add, 1 rule to remove"],
  ] as const)("of %s", (direction, before, after, words) => {
    const field = direction === "ingress" ? ingress : egress;
    expect(field.because?.(before, after)).toBe(words);
  });

  test("of the description", () => {
    expect(description.because?.("HTTP", "HTTPS")).toBe(
      'AWS cannot change a group\'s description: "HTTP" → "HTTPS"',
    );
  });

  test("of rules, not of how they are written", () => {
    const normal = (rules: object) =>
      securityGroup.normalize?.({ tags: {}, ...rules } as SecurityGroupFields);
    const written = [rule("10.1.2.3/16"), rule("10.1.0.0/16")];
    expect(normal({ ingress: written })).toEqual({ tags: {}, ingress: [one] });
    expect(normal({ egress: written })).toEqual({ tags: {}, egress: [one] });
  });
});

test("what a plan has to know of the type", () => {
  expect(securityGroup.replace).toBe("create-first");
  expect(securityGroup.naming).toEqual({ maxLength: 255 });
  // Rules that name it go before it, so other groups block nothing. Nobody waits for what an update changes.
  expect(securityGroup.holds).toEqual(["vpc"]);
  expect(securityGroup.changedByUpdate).toEqual([]);
  // Two groups may name each other: one is made without its rules.
  expect(securityGroup.fields.ingress.detachable).toBe(true);
  expect(securityGroup.fields.egress.detachable).toBe(true);
});
