import { describe, expect, test } from "vitest";
import { launchTemplate } from "../../../src/resources/launch-template/index.ts";
import { openAccount, theOnly } from "../account.ts";
import { names, openTier } from "../tier.ts";

async function open() {
  const account = await openAccount();
  const { template: fields } = await openTier(account);
  const live = await account.pass(launchTemplate.create(account.context, names.template, fields));
  const record = (...used: readonly string[]) =>
    account.pass(
      launchTemplate.recordUsedTypes?.(account.context, live, used) ?? Promise.resolve(),
    );
  return { account, fields, live, record };
}

describe("the record of used types", () => {
  test("is missing on a new launch template", async () => {
    const { account } = await open();
    expect((await theOnly(account, launchTemplate)).usedTypes).toBeUndefined();
  });

  test.each([[["load-balancer", "topic"]], [["load-balancer"]], [[]]])(
    "is found again as it was written: %j",
    async (used) => {
      const { account, record } = await open();
      await record(...used);
      expect((await theOnly(account, launchTemplate)).usedTypes).toEqual(used);
    },
  );

  test("keeps what another apply has added since the plan", async () => {
    const { account, record } = await open();
    await record("topic");
    await record("alarm");
    expect((await theOnly(account, launchTemplate)).usedTypes).toEqual(["alarm", "topic"]);
  });

  test("is not written again if the tag has all of it", async () => {
    const { account, record } = await open();
    for (const used of [[], ["alarm", "topic"]]) {
      await record(...used);
      account.takeCalls();
      await record(...used);
      expect(account.takeCalls().map(({ operation }) => operation)).toEqual(["ec2:DescribeTags"]);
    }
  });

  test("is gone if it does not fit into a tag, so that every plan looks up all types", async () => {
    const { account, record } = await open();
    const fits = "x".repeat(256);
    await record(fits);
    expect((await theOnly(account, launchTemplate)).usedTypes).toEqual([fits]);
    await record(fits, "y");
    expect((await theOnly(account, launchTemplate)).usedTypes).toBeUndefined();
    account.takeCalls();
    await record(fits, "y");
    expect(account.takeCalls()).toHaveLength(1);
  });

  test("outlives other tags and versions, and is no difference", async () => {
    const { account, fields, record } = await open();
    await record("load-balancer");
    const live = await theOnly(account, launchTemplate);
    expect(live.fields.tags).toEqual(fields.tags);
    const wanted = { ...fields, instanceType: "t3.small", tags: { team: "payments" } };
    const update = launchTemplate.update(account.context, live, wanted, ["instanceType", "tags"]);
    expect((await account.pass(update)).usedTypes).toEqual(["load-balancer"]);
    const after = await theOnly(account, launchTemplate);
    expect(after.usedTypes).toEqual(["load-balancer"]);
    expect(after.fields.tags).toEqual({ team: "payments" });
  });
});
