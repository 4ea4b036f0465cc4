import { describe, expect, test } from "vitest";
import { securityGroup } from "../../../src/resources/security-group/index.ts";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import { demandGentle, keys, networks, openGroup, quota, rule, rulesNow } from "./exchange.ts";

describe("rules that do not fit beside those that go", () => {
  test("come in parts, as those go that nothing else rests on", async () => {
    const { change } = await openGroup(networks(40));
    const wanted = networks(40, 100);
    const { end, failure, writes } = await change(wanted);
    expect(failure).toBeUndefined();
    expect(keys(end)).toEqual(keys(wanted));
    expect(writes).not.toContain("ModifySecurityGroupRules");
  });

  test("fit beside those of the other address family", async () => {
    const { change } = await openGroup(networks(quota));
    const wanted = [
      ...networks(quota),
      ...Array.from({ length: quota }, (_, index) => rule(`2001:db8:${index + 1}::/48`)),
    ];
    const { end, writes } = await change(wanted);
    expect(keys(end)).toEqual(keys(wanted));
    expect(writes).toEqual(["AuthorizeSecurityGroupIngress"]);
  });

  test("an open rule goes first where nothing rests on it", async () => {
    const open = rule("0.0.0.0/0", 22);
    const before = [open, ...networks(59)];
    const { change } = await openGroup(before);
    const { moments, end } = await change(networks(quota, 100));
    const isOpen = ({ peer }: SecurityGroupRule) => peer === open.peer;
    const closed = moments.findIndex((rules) => !rules.some(isOpen));
    const firstNew = moments.findIndex((rules) =>
      rules.some(({ peer }) => /\.1\d\d\.0/.test(peer)),
    );
    expect(closed).toBeGreaterThan(0);
    expect(closed).toBeLessThanOrEqual(firstNew);
    expect(end).toHaveLength(quota);
  });

  test("an open rule that all of them rest on becomes the last of them, in place", async () => {
    const before = [rule("0.0.0.0/0"), ...networks(59)];
    const wanted = [...networks(59), rule("203.0.113.0/24")];
    const { change } = await openGroup(before);
    const { moments, end, writes } = await change(wanted);
    expect(writes).toEqual(["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"]);
    expect(keys(end)).toEqual(keys(wanted));
    const probes = [
      { address: "203.0.113.7", port: 80 },
      { address: "198.18.7.7", port: 80 },
    ];
    demandGentle(moments, before, wanted, probes);
  });

  test("of two that the same rests on, one stays until that has come", async () => {
    const before = [...networks(58), rule("0.0.0.0/0"), rule("10.0.0.0/8")];
    const wanted = [...networks(58), rule("10.1.0.0/16"), rule("10.2.0.0/16")];
    const { change } = await openGroup(before);
    const { moments, end } = await change(wanted);
    expect(keys(end)).toEqual(keys(wanted));
    const probes = ["10.1.0.7", "10.2.0.7", "10.3.0.7"].map((address) => ({ address, port: 80 }));
    demandGentle(moments, before, wanted, probes);
  });

  test("one network for sixty parts of it takes the place of one part", async () => {
    const before = networks(quota);
    const wanted = [rule("198.18.0.0/16")];
    const { change } = await openGroup(before);
    const { moments, end } = await change(wanted);
    expect(keys(end)).toEqual(keys(wanted));
    demandGentle(
      moments,
      before,
      wanted,
      [0, 30, 59].map((part) => ({ address: `198.18.${part}.1`, port: 80 })),
    );
  });

  test("a group's rule makes room for a network, though that may be what it stands for", async () => {
    // One cannot become the other in place.
    const { account, id } = await openGroup(networks(59));
    const byHand = {
      IpProtocol: "tcp",
      FromPort: 80,
      ToPort: 80,
      UserIdGroupPairs: [{ GroupId: id }],
    };
    await account.sandbox.call("ec2", "AuthorizeSecurityGroupIngress", {
      GroupId: id,
      IpPermissions: [byHand],
    });
    await account.pass(account.context.clock.sleep(60_000));
    const live = (await account.pass(securityGroup.discover(account.context)))[0];
    if (live === undefined) throw new Error("the group is not there");
    const wanted = [...networks(59), rule("10.0.0.0/8")];
    await account.pass(
      securityGroup.update(account.context, live, { ...live.fields, ingress: wanted }, ["ingress"]),
    );
    expect(keys(rulesNow(account, id))).toEqual(keys(wanted));
  });

  test("one prefix list becomes another in place, whatever either counts", async () => {
    const { account, id } = await openGroup(networks(10));
    const list = async (name: string) => {
      const made = (await account.sandbox.call("ec2", "CreateManagedPrefixList", {
        PrefixListName: name,
        AddressFamily: "IPv4",
        MaxEntries: 50,
      })) as { PrefixList: { PrefixListId: string } };
      await account.pass(account.context.clock.sleep(60_000));
      return made.PrefixList.PrefixListId;
    };
    const change = async (...ingress: readonly SecurityGroupRule[]) => {
      const [live] = await account.pass(securityGroup.discover(account.context));
      if (live === undefined) throw new Error("the group is not there");
      account.takeCalls();
      const wanted = { ...live.fields, ingress };
      await account.pass(securityGroup.update(account.context, live, wanted, ["ingress"], wanted));
      return account.takeCalls().map(({ operation }) => operation);
    };
    await change(...networks(10), rule(await list("one")));
    const wanted = [...networks(10), rule(await list("other"))];
    expect(await change(...wanted)).toContain("ec2:ModifySecurityGroupRules");
    expect(keys(rulesNow(account, id))).toEqual(keys(wanted));
  });

  test("what is only kept for now gives way to what is wanted for good", async () => {
    const { account, id } = await openGroup(networks(59));
    const byHand = {
      IpProtocol: "tcp",
      FromPort: 80,
      ToPort: 80,
      UserIdGroupPairs: [{ GroupId: id }],
    };
    const GroupId = id;
    await account.sandbox.call("ec2", "AuthorizeSecurityGroupIngress", {
      GroupId,
      IpPermissions: [byHand],
    });
    await account.pass(account.context.clock.sleep(60_000));
    const live = (await account.pass(securityGroup.discover(account.context)))[0];
    if (live === undefined) throw new Error("the group is not there");
    const forGood = [...networks(59), rule("198.51.100.0/24", 443)];
    const after = await account.pass(
      securityGroup.update(
        account.context,
        live,
        { ...live.fields, ingress: [...forGood, rule(id)] },
        ["ingress"],
        { ...live.fields, ingress: forGood },
      ),
    );
    expect(keys(after.fields.ingress)).toEqual(keys(forGood));
  });

  test("too many by themselves end with AWS's words, and close nothing that both need", async () => {
    const before = [rule("0.0.0.0/0"), rule("0.0.0.0/0", 22)];
    const wanted = networks(quota + 1);
    const { change } = await openGroup(before);
    const { moments, failure, end } = await change(wanted);
    expect(failure).toMatchObject({
      code: "RulesPerSecurityGroupLimitExceeded",
      remedy: expect.stringContaining("quota"),
    });
    // The way in that nothing of what is wanted rests on goes all the same.
    expect(keys(end)).not.toContain("0.0.0.0/0 22-22");
    const probes = [0, 59, 60].map((part) => ({ address: `198.18.${part}.1`, port: 80 }));
    demandGentle(moments, before, wanted, probes);
  });
});
