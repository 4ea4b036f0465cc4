import { describe, expect, test } from "vitest";
import {
  type ApplicationLoadBalancerFields,
  applicationLoadBalancer,
} from "../../../src/resources/application-load-balancer/index.ts";
import { targetGroup } from "../../../src/resources/target-group/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import {
  balancerFields,
  openBalancer,
  openTargets,
  targetNames,
  writesOf,
} from "../application-tier.ts";

async function open() {
  const account = await openAccount();
  return { account, ...(await openBalancer(account)) };
}

function create(account: Account, fields: ApplicationLoadBalancerFields) {
  const { pass } = account;
  return pass(applicationLoadBalancer.create(account.another(), targetNames.balancer, fields));
}

const { normalize } = applicationLoadBalancer;

describe("an application load balancer", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const { account, fields, live, targets } = await open();
    expect(normalize(live.fields)).toEqual(normalize(fields));
    expect(live).toEqual(await theOnly(account, applicationLoadBalancer));
    const { dnsName, hostedZoneId } = live.outputs;
    expect(live).toMatchObject({
      id: live.outputs.arn,
      address: "application-load-balancer/web",
      status: "ready",
      outputs: { name: "afterpay-app", url: `http://${dnsName}:8080` },
      uses: [...fields.securityGroupIds, ...fields.subnets.toSorted(), targets.id],
      usesTypes: ["target-group"],
    });
    expect(hostedZoneId).toMatch(/^Z/);
  });

  test("is created once AWS has set it up, and settles until then", async () => {
    const account = await openAccount();
    const { tier, live: targets } = await openTargets(account);
    const fields = balancerFields(tier, targets.id);
    const started = account.sandbox.now();
    const creating = create(account, fields);
    await account.pass(account.context.clock.sleep(60_000));
    expect(await theOnly(account, applicationLoadBalancer)).toMatchObject({
      status: "settling",
      statusReason: "AWS is still setting it up",
      fields: { listeners: fields.listeners },
    });
    expect((await account.pass(creating)).status).toBe("ready");
    expect(account.sandbox.now() - started).toBeGreaterThan(120_000);
    expect(account.told).toContain("AWS is still setting it up");
  });

  test("that settles is only waited for", async () => {
    const account = await openAccount();
    const { tier, live: targets } = await openTargets(account);
    const fields = balancerFields(tier, targets.id);
    const interrupted = applicationLoadBalancer
      .create(account.context, targetNames.balancer, fields)
      .catch((error: Error) => error.message);
    await account.pass(account.another().clock.sleep(60_000));
    account.interrupt();
    expect(await account.pass(interrupted)).toContain("the load balancer afterpay-app");
    const context = account.another();
    const [seen] = await account.pass(applicationLoadBalancer.discover(context));
    if (seen === undefined) throw new Error("it is gone");
    expect(seen.status).toBe("settling");
    account.takeCalls();
    const after = await account.pass(applicationLoadBalancer.update(context, seen, fields, []));
    expect(after.status).toBe("ready");
    expect(writesOf(account)).toEqual([]);
  });

  const [first, second] = [0, 1] as const;
  const changes: readonly [
    keyof ApplicationLoadBalancerFields & string,
    (
      fields: ApplicationLoadBalancerFields,
      other: { readonly closed: string; readonly subnet: string; readonly targets: string },
    ) => Partial<ApplicationLoadBalancerFields>,
    readonly string[],
  ][] = [
    [
      "securityGroupIds",
      (_, { closed }) => ({ securityGroupIds: [closed] }),
      ["SetSecurityGroups"],
    ],
    [
      "subnets",
      ({ subnets }, { subnet }) => ({ subnets: [subnets[0] ?? "", subnet] }),
      ["SetSubnets"],
    ],
    ["idleTimeout", () => ({ idleTimeout: 60 }), ["ModifyLoadBalancerAttributes"]],
    ["dropInvalidHeaders", () => ({ dropInvalidHeaders: false }), ["ModifyLoadBalancerAttributes"]],
    [
      "listeners",
      ({ listeners }) => {
        const changed = {
          ...listeners[first],
          redirect: null,
          forward: listeners[second]?.forward,
        };
        return { listeners: [changed, listeners[second]] as typeof listeners };
      },
      ["ModifyListener"],
    ],
    [
      "listeners",
      ({ listeners }, { targets }) => ({
        listeners: [
          ...listeners,
          {
            port: 81,
            protocol: "HTTP",
            forward: [{ targetGroup: targets, weight: 1 }],
            redirect: null,
            certificate: null,
            tls: null,
          },
        ],
      }),
      ["CreateListener"],
    ],
    ["listeners", ({ listeners }) => ({ listeners: listeners.slice(second) }), ["DeleteListener"]],
    [
      "listeners",
      ({ listeners }) => ({
        listeners: listeners.map((each, index) => (index === first ? { ...each, port: 82 } : each)),
      }),
      ["CreateListener", "DeleteListener"],
    ],
    ["tags", () => ({ tags: { team: "platform" } }), ["AddTags"]],
    ["tags", () => ({ tags: {} }), ["RemoveTags"]],
  ];
  test.each(changes)("changes its %s by that call alone (%#)", async (name, change, calls) => {
    const { account, fields, live, tier, targets } = await open();
    const { Subnets } = (await account.sandbox.call("ec2", "DescribeSubnets", {})) as {
      Subnets: { SubnetId: string }[];
    };
    const subnet = Subnets.find((each) => !fields.subnets.includes(each.SubnetId))?.SubnetId ?? "";
    const other = { closed: tier.closed, subnet, targets: targets.id };
    const wanted = { ...fields, ...change(fields, other) };
    const after = await account.pass(
      applicationLoadBalancer.update(account.context, live, wanted, [name]),
    );
    expect(writesOf(account)).toEqual(calls);
    expect(normalize(after.fields)).toEqual(normalize(wanted));
    expect(after).toEqual(await theOnly(account, applicationLoadBalancer));
  });

  test("writes its access log to the bucket, and no longer", async () => {
    const { account, fields, live } = await open();
    const CreateBucketConfiguration = { LocationConstraint: account.sandbox.region };
    const bucket = { Bucket: "logs-of-shop", CreateBucketConfiguration };
    await account.sandbox.call("s3", "CreateBucket", bucket);
    const logged = { ...fields, accessLog: "logs-of-shop" };
    const after = await account.pass(
      applicationLoadBalancer.update(account.context, live, logged, ["accessLog"]),
    );
    expect(after.fields.accessLog).toBe("logs-of-shop");
    const back = await account.pass(
      applicationLoadBalancer.update(account.context, after, fields, ["accessLog"]),
    );
    expect(back.fields.accessLog).toBeNull();
    expect(writesOf(account)).toEqual([
      "ModifyLoadBalancerAttributes",
      "ModifyLoadBalancerAttributes",
    ]);
  });

  test("is not changed where nothing differs", async () => {
    const { account, fields, live } = await open();
    const all = Object.keys(fields) as (keyof typeof fields)[];
    const changed = all.filter((name) => !["vpcId", "scheme"].includes(name));
    await account.pass(applicationLoadBalancer.update(account.context, live, fields, changed));
    expect(account.takeCalls()).toEqual([]);
  });

  test("keeps an old subnet during an update in a zone that has no new one", async () => {
    const { account, fields, live } = await open();
    const { Subnets } = (await account.sandbox.call("ec2", "DescribeSubnets", {})) as {
      Subnets: { SubnetId: string; AvailabilityZone: string; VpcId: string }[];
    };
    const zoneOf = (id: string) => Subnets.find((each) => each.SubnetId === id)?.AvailabilityZone;
    const [one = "", two = ""] = fields.subnets;
    const beside = (await account.sandbox.call("ec2", "CreateSubnet", {
      VpcId: fields.vpcId,
      AvailabilityZone: zoneOf(one),
      CidrBlock: "172.31.240.0/20",
    })) as { Subnet: { SubnetId: string } };
    await account.pass(account.context.clock.sleep(30_000));
    const added = beside.Subnet.SubnetId;
    const wanted = { ...fields, subnets: [added, two] };
    // Both sets, as an update has it that is taken apart: the old subnet of the first zone has to go at once.
    const both = { ...fields, subnets: [added, two, one] };
    const after = await account.pass(
      applicationLoadBalancer.update(account.context, live, both, ["subnets"], wanted),
    );
    expect(after.fields.subnets).toEqual([added, two].sort());
  });
});

describe("creating an application load balancer again", () => {
  test.each([
    ["CreateLoadBalancer", 1],
    ["ModifyLoadBalancerAttributes", 1],
    ["CreateListener", 1],
    ["CreateListener", 2],
  ])("finishes what a crash right after %s %i left", async (operation, nth) => {
    const account = await openAccount();
    const { tier, live: targets } = await openTargets(account);
    const fields = balancerFields(tier, targets.id);
    const rule = { operation, nth, when: "after", kind: "deny" } as const;
    account.sandbox.setFaults({ rules: [rule] });
    await expect(create(account, fields)).rejects.toMatchObject({ kind: "denied" });
    const live = await create(account, fields);
    expect(normalize(live.fields)).toEqual(normalize(fields));
    expect(live.status).toBe("ready");
    expect(live).toEqual(await theOnly(account, applicationLoadBalancer));
  });

  test("changes what was created with other settings, which AWS answers with an error", async () => {
    const { account, fields, live, tier } = await open();
    const wanted = { ...fields, securityGroupIds: [tier.closed], tags: { team: "platform" } };
    const again = await create(account, wanted);
    expect(again.id).toBe(live.id);
    expect(normalize(again.fields)).toEqual(normalize(wanted));
  });

  test("is refused where the name is somebody else's, which is not touched", async () => {
    const { account, fields, live } = await open();
    const others = { ...account.context, stack: "others" };
    const { pass } = account;
    await expect(
      pass(
        applicationLoadBalancer.create(others, targetNames.balancer, { ...fields, idleTimeout: 7 }),
      ),
    ).rejects.toThrow(/the load balancer afterpay-app already exists and does not carry the tags/);
    expect(await theOnly(account, applicationLoadBalancer)).toEqual(live);
  });
});

describe("deleting an application load balancer", () => {
  test("deletes its listeners, and ends when AWS lists it no more, twice if need be", async () => {
    const { account, live } = await open();
    await account.pass(applicationLoadBalancer.delete(account.context, live));
    expect(await account.pass(applicationLoadBalancer.discover(account.context))).toEqual([]);
    expect(account.sandbox.records("listener").size).toBe(0);
    await account.pass(applicationLoadBalancer.delete(account.context, live));
  });

  test("leaves its target group, which can be deleted then", async () => {
    const { account, live, targets } = await open();
    await account.pass(applicationLoadBalancer.delete(account.context, live));
    expect(await theOnly(account, targetGroup)).toEqual(targets);
  });
});

test("an application load balancer is found among others, on whichever page", async () => {
  const account = await openAccount({ pageSize: 3 });
  const { tier, live: targets } = await openTargets(account);
  const fields = { ...balancerFields(tier, targets.id), listeners: [] };
  const others = { ...account.context, stack: "others" };
  const creating = Array.from({ length: 23 }, (_, number) => {
    const there = { ...target(applicationLoadBalancer, `others-${number}`) };
    return applicationLoadBalancer.create(others, there, fields);
  });
  await account.pass(Promise.all(creating));
  const live = await create(account, fields);
  expect(await theOnly(account, applicationLoadBalancer)).toEqual(live);
  expect(await account.pass(applicationLoadBalancer.discover(others))).toHaveLength(23);
});
