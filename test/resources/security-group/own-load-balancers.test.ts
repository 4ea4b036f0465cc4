import { describe, expect, test } from "vitest";
import { applicationLoadBalancer } from "../../../src/resources/application-load-balancer/index.ts";
import { securityGroup } from "../../../src/resources/security-group/index.ts";
import { holdsByUsers } from "../../../src/resources/security-group/users.ts";
import { type Account, openAccount } from "../account.ts";
import { byHand, openBalancer } from "../application-tier.ts";

async function open() {
  const account = await openAccount();
  const opened = await openBalancer(account);
  const [id = ""] = opened.fields.securityGroupIds;
  const found = await account.pass(securityGroup.discover(account.context));
  // The servers' group admits it, and would hold it by this rule.
  for (const each of found.filter(({ address }) => address !== "security-group/front")) {
    await account.pass(
      securityGroup.update(
        account.context,
        each,
        { ...each.fields, ingress: [] },
        ["ingress"],
        each.fields,
      ),
    );
  }
  const front = found.find((each) => each.id === id);
  if (front === undefined) throw new Error("no group");
  account.takeCalls();
  return { account, front, ...opened };
}

async function holdOf(account: Account, group: { id: string; physicalName: string }) {
  const [hold] = await account.pass(
    holdsByUsers(account.context, [group], { going: new Set(), idle: true }),
  );
  return hold;
}

describe("the security group of an application load balancer", () => {
  test("is not held by this stack's, which is deleted before it", async () => {
    const { account, front } = await open();
    expect(account.sandbox.records("network-interface").size).toBeGreaterThan(0);
    expect(await holdOf(account, front)).toBeUndefined();
    const asked = account.takeCalls().map(({ operation }) => operation);
    expect(asked).toContain("elasticloadbalancing:DescribeLoadBalancers");
  });

  test("is deleted once the interfaces of the deleted load balancer are gone, too", async () => {
    const { account, front, live } = await open();
    await account.pass(applicationLoadBalancer.delete(account.context, live));
    expect(account.sandbox.records("network-interface").size).toBeGreaterThan(0);
    expect(await holdOf(account, front)).toBeUndefined();
    await account.pass(securityGroup.delete(account.context, front));
    const left = await account.pass(securityGroup.discover(account.context));
    expect(left.map(({ id }) => id)).not.toContain(front.id);
  });

  test.each([
    ["of another stack", "others"],
    ["of nobody", undefined],
  ])("is held by one %s, which is told with what removes it", async (_, owner) => {
    const { account, front, live } = await open();
    const ResourceArns = [live.id];
    if (owner === undefined) {
      await byHand(account, "RemoveTags", { ResourceArns, TagKeys: ["reconcile:stack"] });
    } else {
      const Tags = [{ Key: "reconcile:stack", Value: owner }];
      await byHand(account, "AddTags", { ResourceArns, Tags });
    }
    const hold = await holdOf(account, front);
    expect(hold?.summary).toContain(
      "while it is in use: the application load balancer afterpay-app uses it",
    );
    expect(hold?.remedy).toContain("aws elbv2 describe-load-balancers --names afterpay-app");
  });

  test("counts as held where nobody may look whose it is, and not where AWS does not answer", async () => {
    const { account, front } = await open();
    account.sandbox.setFaults({ rules: [{ operation: "DescribeLoadBalancers", kind: "deny" }] });
    expect((await holdOf(account, front))?.summary).toContain(
      "the application load balancer afterpay-app uses it",
    );
    account.sandbox.setFaults({ rules: [{ operation: "DescribeTags", kind: "unavailable" }] });
    await expect(holdOf(account, front)).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("costs no look-up of load balancers where none has an interface in it", async () => {
    const { account, tier } = await open();
    expect(await holdOf(account, { id: tier.closed, physicalName: "closed" })).toBeUndefined();
    const asked = account.takeCalls().map(({ operation }) => operation);
    expect(asked.filter((each) => each.startsWith("elasticloadbalancing:"))).toEqual([]);
  });
});
