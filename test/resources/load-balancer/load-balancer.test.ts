import { describe, expect, test } from "vitest";
import {
  type LoadBalancerFields,
  loadBalancer,
} from "../../../src/resources/load-balancer/index.ts";
import { openAccount, theOnly } from "../account.ts";
import { names, openTier } from "../tier.ts";

async function open() {
  const account = await openAccount();
  const tier = await openTier(account);
  const fields = tier.balancer;
  const live = await account.pass(loadBalancer.create(account.context, names.balancer, fields));
  account.takeCalls();
  return { account, fields, live, tier };
}

describe("a load balancer", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const { account, fields, live } = await open();
    expect(loadBalancer.normalize(live.fields)).toEqual(loadBalancer.normalize(fields));
    expect(live).toEqual(await theOnly(account, loadBalancer));
    expect(live.outputs.url).toBe(`http://${live.outputs.dnsName}`);
  });

  const changes: readonly [
    keyof LoadBalancerFields & string,
    (
      fields: LoadBalancerFields,
      other: { closed: string; subnet: string },
    ) => Partial<LoadBalancerFields>,
    readonly string[],
    string,
  ][] = [
    [
      "healthCheck",
      ({ healthCheck }) => ({ healthCheck: { ...healthCheck, interval: 30 } }),
      ["ConfigureHealthCheck"],
      "set as a whole",
    ],
    ["crossZone", () => ({ crossZone: false }), ["ModifyLoadBalancerAttributes"], "an attribute"],
    [
      "connectionDraining",
      () => ({ connectionDraining: null }),
      ["ModifyLoadBalancerAttributes"],
      "switched off",
    ],
    ["idleTimeout", () => ({ idleTimeout: 90 }), ["ModifyLoadBalancerAttributes"], "an attribute"],
    [
      "securityGroupIds",
      (_fields, { closed }) => ({ securityGroupIds: [closed] }),
      ["ApplySecurityGroupsToLoadBalancer"],
      "set as a whole",
    ],
    [
      "subnets",
      ({ subnets }, { subnet }) => ({ subnets: [subnets[0] ?? "", subnet] }),
      ["AttachLoadBalancerToSubnets", "DetachLoadBalancerFromSubnets"],
      "it always stands somewhere",
    ],
    [
      "listeners",
      ({ listeners: [first] }) => ({ listeners: first ? [first, { ...first, port: 8080 }] : [] }),
      ["CreateLoadBalancerListeners"],
      "one more",
    ],
    [
      "listeners",
      ({ listeners: [first] }) => ({ listeners: first ? [{ ...first, instancePort: 23 }] : [] }),
      ["DeleteLoadBalancerListeners", "CreateLoadBalancerListeners"],
      "AWS cannot change one",
    ],
    ["tags", () => ({ tags: { team: "platform" } }), ["AddTags"], "others' stay"],
    ["tags", () => ({ tags: {} }), ["RemoveTags"], "ours go"],
  ];
  test.each(changes)("changes its %s by that call alone", async (name, change, calls, _reason) => {
    const { account, fields, live, tier } = await open();
    const subnet = await thirdSubnet();
    const wanted = { ...fields, ...change(fields, { closed: tier.closed, subnet }) };
    const after = await account.pass(loadBalancer.update(account.context, live, wanted, [name]));
    const writes = account
      .takeCalls()
      .filter(({ error }) => error === undefined)
      .map(({ operation }) => operation.split(":")[1])
      .filter((operation) => !operation?.startsWith("Describe"));
    expect(writes).toEqual(calls);
    expect(loadBalancer.normalize(after.fields)).toEqual(loadBalancer.normalize(wanted));
    expect(after).toEqual(await theOnly(account, loadBalancer));

    async function thirdSubnet(): Promise<string> {
      const answer = await account.sandbox.call("ec2", "DescribeSubnets", {});
      const all = (answer as { Subnets: { SubnetId: string }[] }).Subnets;
      return all.find(({ SubnetId }) => !fields.subnets.includes(SubnetId))?.SubnetId ?? "";
    }
  });

  test("is not left without a listener where AWS still counts the one just deleted", async () => {
    const { account, fields, live } = await open();
    const listeners = fields.listeners.map((listener) => ({ ...listener, instancePort: 23 }));
    const after = await account.pass(
      loadBalancer.update(account.context, live, { ...fields, listeners }, ["listeners"]),
    );
    expect(after.fields.listeners).toEqual(listeners);
    expect(account.told).toContain(
      "AWS has not removed the old listener of afterpay-web yet (DuplicateListener)",
    );
  });

  const toPort =
    (instancePort: number, target = "TCP:80") =>
    (fields: LoadBalancerFields) => ({
      ...fields,
      listeners: fields.listeners.map((listener) => ({ ...listener, instancePort })),
      healthCheck: { ...fields.healthCheck, target },
    });
  test.each([
    [toPort(80), toPort(8080), /sends requests to port 8080 of the servers/],
    [toPort(80), toPort(80, "HTTP:80/well"), /checks the servers' health at HTTP:80\/well/],
    [toPort(80), toPort(80), undefined],
  ])("warns of what servers may not answer to yet (%#)", async (before, after, words) => {
    const { fields } = await open();
    const caution = loadBalancer.caution?.(after(fields), before(fields));
    if (words === undefined) expect(caution).toBeUndefined();
    else expect(caution?.summary).toMatch(words);
  });

  test.each([
    [["sg-b"], ["sg-a"], ["sg-b", "sg-a"], "both, until the rules of the servers name the new one"],
    [["sg-a", "sg-b"], ["sg-a"], ["sg-a", "sg-b"], "nothing goes"],
    [["1", "2", "3", "4", "5"], ["6"], ["1", "2", "3", "4", "5"], "AWS allows five"],
  ])("wanted in %j and now in %j is meanwhile in %j: %s", (wanted, live, meanwhile) => {
    expect(loadBalancer.fields.securityGroupIds.meanwhile?.(wanted, live)).toEqual(meanwhile);
  });

  test("that an interrupted apply made half is completed", async () => {
    const account = await openAccount();
    const { balancer: fields } = await openTier(account);
    const rules = [{ operation: "ConfigureHealthCheck", times: 1, kind: "deny" } as const];
    account.sandbox.setFaults({ rules });
    const first = account.pass(loadBalancer.create(account.context, names.balancer, fields));
    await expect(first).rejects.toMatchObject({ kind: "denied" });
    const live = await account.pass(loadBalancer.create(account.another(), names.balancer, fields));
    expect(loadBalancer.normalize(live.fields)).toEqual(loadBalancer.normalize(fields));
  });

  test("of somebody else with that name is named, and not touched", async () => {
    const { account, fields } = await open();
    const others = { ...account.context, stack: "others" };
    const sought = [{ ...names.balancer, fields }];
    const found = await account.pass(loadBalancer.findForeign(others, sought));
    expect(found).toMatchObject([{ physicalName: "afterpay-web" }]);
    account.takeCalls();
    await expect(
      account.pass(loadBalancer.create(others, names.balancer, { ...fields, idleTimeout: 7 })),
    ).rejects.toThrow(/does not carry the tags/);
    expect((await theOnly(account, loadBalancer)).fields.idleTimeout).toBe(60);
  });

  test("is found among others, on whichever page", async () => {
    const account = await openAccount({ pageSize: 7 });
    const { balancer: fields } = await openTier(account);
    const others = { ...account.context, stack: "others" };
    for (let number = 0; number < 19; number += 1) {
      const there = { ...names.balancer, physicalName: `others-${number}` };
      await account.pass(loadBalancer.create(others, there, fields));
    }
    const live = await account.pass(loadBalancer.create(account.context, names.balancer, fields));
    expect(await theOnly(account, loadBalancer)).toEqual(live);
    expect(await account.pass(loadBalancer.discover(others))).toHaveLength(19);
  });

  test("is deleted, twice if need be", async () => {
    const { account, live } = await open();
    await account.pass(loadBalancer.delete(account.context, live));
    await account.pass(loadBalancer.delete(account.context, live));
    expect(await account.pass(loadBalancer.discover(account.context))).toEqual([]);
  });
});
