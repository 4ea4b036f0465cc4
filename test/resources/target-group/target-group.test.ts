import { describe, expect, test } from "vitest";
import { applicationLoadBalancer } from "../../../src/resources/application-load-balancer/index.ts";
import { type TargetGroupFields, targetGroup } from "../../../src/resources/target-group/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import {
  byHand,
  openBalancer,
  openTargets,
  targetGroupFields,
  targetNames,
  writesOf,
} from "../application-tier.ts";
import { openTier } from "../tier.ts";

async function open() {
  const account = await openAccount();
  return { account, ...(await openTargets(account)) };
}

function create(account: Account, fields: TargetGroupFields, context = account.another()) {
  return account.pass(targetGroup.create(context, targetNames.group, fields));
}

describe("a target group", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const { account, fields, live } = await open();
    expect(live.fields).toEqual(fields);
    expect(live).toEqual(await theOnly(account, targetGroup));
    expect(live).toMatchObject({
      id: live.outputs.arn,
      address: "target-group/web",
      status: "ready",
      outputs: { name: "afterpay-targets" },
      uses: [fields.vpcId],
    });
  });

  test("is created with its tags and its health check, and then gets its attributes", async () => {
    const account = await openAccount();
    const fields = targetGroupFields(await openTier(account));
    account.takeCalls();
    const inputs: unknown[] = [];
    account.sandbox.observe(({ writes, input }) => writes && inputs.push(input));
    await create(account, fields);
    expect(writesOf(account)).toEqual(["CreateTargetGroup", "ModifyTargetGroupAttributes"]);
    expect(inputs).toMatchObject([
      {
        Name: "afterpay-targets",
        Protocol: "HTTP",
        ProtocolVersion: "HTTP1",
        Port: 80,
        TargetType: "instance",
        HealthCheckPath: "/up",
        Matcher: { HttpCode: "200" },
        Tags: expect.arrayContaining([
          { Key: "reconcile:stack", Value: "afterpay" },
          { Key: "reconcile:name", Value: "target-group/web" },
          { Key: "team", Value: "payments" },
        ]),
      },
      {
        Attributes: [
          { Key: "deregistration_delay.timeout_seconds", Value: "30" },
          { Key: "slow_start.duration_seconds", Value: "60" },
        ],
      },
    ]);
  });

  const check = (change: Partial<TargetGroupFields["healthCheck"]>) => {
    return ({ healthCheck }: TargetGroupFields) => ({ healthCheck: { ...healthCheck, ...change } });
  };
  const changes: readonly [
    keyof TargetGroupFields & string,
    (fields: TargetGroupFields) => Partial<TargetGroupFields>,
    readonly string[],
  ][] = [
    ["healthCheck", check({ path: "/health", status: "200-299" }), ["ModifyTargetGroup"]],
    ["healthCheck", check({ interval: 30, timeout: 9 }), ["ModifyTargetGroup"]],
    ["healthCheck", check({ healthyThreshold: 5 }), ["ModifyTargetGroup"]],
    ["healthCheck", check({ unhealthyThreshold: 5, port: "81" }), ["ModifyTargetGroup"]],
    ["drain", () => ({ drain: 0 }), ["ModifyTargetGroupAttributes"]],
    ["slowStart", () => ({ slowStart: null }), ["ModifyTargetGroupAttributes"]],
    ["tags", () => ({ tags: { team: "platform" } }), ["AddTags"]],
    ["tags", () => ({ tags: {} }), ["RemoveTags"]],
  ];
  test.each(changes)("changes its %s by that call alone (%#)", async (name, change, calls) => {
    const { account, fields, live } = await open();
    const wanted = { ...fields, ...change(fields) };
    const after = await account.pass(targetGroup.update(account.context, live, wanted, [name]));
    expect(writesOf(account)).toEqual(calls);
    expect(after.fields).toEqual(wanted);
    expect(after).toEqual(await theOnly(account, targetGroup));
  });

  test("changes its algorithm and its slow start in one call, since AWS refuses them one by one", async () => {
    const { account, fields, live } = await open();
    const wanted = {
      ...fields,
      slowStart: null,
      balance: "least_outstanding_requests" as const,
    };
    const there = await account.pass(
      targetGroup.update(account.context, live, wanted, ["balance", "slowStart"]),
    );
    expect(writesOf(account)).toEqual(["ModifyTargetGroupAttributes"]);
    expect(there.fields).toEqual(wanted);
    const back = await account.pass(
      targetGroup.update(account.context, there, fields, ["balance", "slowStart"]),
    );
    expect(writesOf(account)).toEqual(["ModifyTargetGroupAttributes"]);
    expect(back.fields).toEqual(fields);
  });

  test("is not changed where nothing differs", async () => {
    const { account, fields, live } = await open();
    const all = ["healthCheck", "drain", "slowStart", "balance", "tags"] as const;
    await account.pass(targetGroup.update(account.context, live, fields, all));
    expect(account.takeCalls()).toEqual([]);
  });

  const attribute = (Key: string, Value: string) =>
    ["ModifyTargetGroupAttributes", { Attributes: [{ Key, Value }] }] as const;
  const drifts: readonly [
    keyof TargetGroupFields & string,
    operation: string,
    input: object,
    Partial<TargetGroupFields> | object,
  ][] = [
    [
      "healthCheck",
      "ModifyTargetGroup",
      { HealthCheckPath: "/other" },
      { healthCheck: { path: "/other" } },
    ],
    [
      "healthCheck",
      "ModifyTargetGroup",
      { Matcher: { HttpCode: "200,404" } },
      { healthCheck: { status: "200,404" } },
    ],
    [
      "healthCheck",
      "ModifyTargetGroup",
      { HealthCheckPort: "8081", HealthCheckProtocol: "HTTPS" },
      { healthCheck: { port: "8081", protocol: "HTTPS" } },
    ],
    ["drain", ...attribute("deregistration_delay.timeout_seconds", "300"), { drain: 300 }],
    ["slowStart", ...attribute("slow_start.duration_seconds", "0"), { slowStart: null }],
  ];
  test.each(drifts)(
    "shows a %s that somebody changed by %s %j, and gets it back",
    async (...each) => {
      const [name, operation, input, shown] = each;
      const { account, fields, live } = await open();
      await byHand(account, operation, { TargetGroupArn: live.id, ...input });
      const seen = await theOnly(account, targetGroup);
      expect(seen.fields).toMatchObject(shown);
      const others = { [name]: undefined };
      expect({ ...seen.fields, ...others }).toEqual({ ...fields, ...others });
      const back = await account.pass(targetGroup.update(account.context, seen, fields, [name]));
      expect(back.fields).toEqual(fields);
      expect(back).toEqual(await theOnly(account, targetGroup));
    },
  );

  test("shows tags that somebody changed, ignores those of others, and gets its own back", async () => {
    const { account, fields, live } = await open();
    await byHand(account, "AddTags", {
      ResourceArns: [live.id],
      Tags: [
        { Key: "team", Value: "other" },
        { Key: "cost", Value: "12" },
      ],
    });
    const seen = await theOnly(account, targetGroup);
    expect(seen.fields.tags).toEqual({ team: "other" });
    const back = await account.pass(targetGroup.update(account.context, seen, fields, ["tags"]));
    expect(back.fields.tags).toEqual(fields.tags);
    const { TagDescriptions } = (await account.sandbox.call("elbv2", "DescribeTags", {
      ResourceArns: [live.id],
    })) as { TagDescriptions: { Tags: object[] }[] };
    expect(TagDescriptions[0]?.Tags).toContainEqual({ Key: "cost", Value: "12" });
  });
});

describe("creating a target group again", () => {
  test.each(["CreateTargetGroup", "ModifyTargetGroupAttributes"])(
    "finishes what a crash right after %s left",
    async (operation) => {
      const account = await openAccount();
      const fields = targetGroupFields(await openTier(account));
      const rule = { operation, times: 1, when: "after", kind: "deny" } as const;
      account.sandbox.setFaults({ rules: [rule] });
      await expect(create(account, fields)).rejects.toMatchObject({ kind: "denied" });
      const live = await create(account, fields);
      expect(live.fields).toEqual(fields);
      expect(live).toEqual(await theOnly(account, targetGroup));
    },
  );

  test("changes what was created with other settings, which AWS answers with an error", async () => {
    const { account, fields, live } = await open();
    const wanted = {
      ...fields,
      drain: 5,
      healthCheck: { ...fields.healthCheck, path: "/new" },
      tags: { team: "platform" },
    };
    const again = await create(account, wanted);
    expect(again).toEqual({ ...live, fields: wanted });
  });

  test("is refused where the name is somebody else's, which is not touched", async () => {
    const { account, fields, live } = await open();
    const others = { ...account.context, stack: "others" };
    await expect(create(account, { ...fields, drain: 5 }, others)).rejects.toThrow(
      "the target group afterpay-targets already exists and does not carry the tags reconcile:stack=others",
    );
    expect(await theOnly(account, targetGroup)).toEqual(live);
  });
});

describe("a target group of that name", () => {
  const find = (account: Account, fields: TargetGroupFields, stack: string) =>
    account.pass(
      targetGroup.findForeign({ ...account.context, stack }, [{ ...targetNames.group, fields }]),
    );

  test("of another stack, or of nobody, is told, with the command that adopts it", async () => {
    const { account, fields, live } = await open();
    expect(await find(account, fields, "afterpay")).toEqual([]);
    expect(await find(account, fields, "others")).toMatchObject([
      {
        id: live.id,
        physicalName: "afterpay-targets",
        summary: `a target group named afterpay-targets (${live.id}) exists and belongs to the stack afterpay (tag reconcile:stack)`,
      },
    ]);
    const TagKeys = ["reconcile:stack", "reconcile:name"];
    await byHand(account, "RemoveTags", { ResourceArns: [live.id], TagKeys });
    expect(await account.pass(targetGroup.discover(account.context))).toEqual([]);
    const [untagged] = await find(account, fields, "afterpay");
    expect(untagged?.summary).toMatch(/exists and does not belong to this stack$/);
    expect(untagged?.remedy).toContain(
      `aws elbv2 add-tags --resource-arns ${live.id} --tags Key=reconcile:stack,Value=afterpay Key=reconcile:name,Value=target-group/web`,
    );
  });

  test("is nobody's business where it has another name", async () => {
    const { account, fields } = await open();
    const sought = [{ ...target(targetGroup, "other"), fields }];
    const others = { ...account.context, stack: "others" };
    expect(await account.pass(targetGroup.findForeign(others, sought))).toEqual([]);
  });
});

describe("deleting a target group", () => {
  test("ends when AWS lists it no more, twice if need be", async () => {
    const { account, live } = await open();
    await account.pass(targetGroup.delete(account.context, live));
    expect(await account.pass(targetGroup.discover(account.context))).toEqual([]);
    await account.pass(targetGroup.delete(account.context, live));
  });

  test("waits while AWS still counts the listener that is gone", async () => {
    const account = await openAccount();
    const { targets, live } = await openBalancer(account);
    await account.pass(applicationLoadBalancer.delete(account.context, live));
    await account.pass(targetGroup.delete(account.context, targets));
    expect(account.told).toContain(
      "AWS still counts the target group afterpay-targets as in use by a listener (ResourceInUse)",
    );
    expect(await account.pass(targetGroup.discover(account.context))).toEqual([]);
  });

  test("ends with AWS's own words where a listener keeps using it", async () => {
    const account = await openAccount();
    const { targets } = await openBalancer(account);
    await expect(account.pass(targetGroup.delete(account.context, targets))).rejects.toMatchObject({
      code: "ResourceInUse",
    });
    expect(await theOnly(account, targetGroup)).toEqual(targets);
  });
});
