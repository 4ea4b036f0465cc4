import { describe, expect, test } from "vitest";
import { makePlan } from "../../../src/engine/plan.ts";
import { resourceTypes } from "../../../src/resources/all.ts";
import {
  type ApplicationLoadBalancerFields,
  applicationLoadBalancer,
} from "../../../src/resources/application-load-balancer/index.ts";
import { loadBalancer } from "../../../src/resources/load-balancer/index.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { byHand, openBalancer, targetNames } from "../application-tier.ts";

async function open() {
  const account = await openAccount();
  return { account, ...(await openBalancer(account)) };
}

const { normalize } = applicationLoadBalancer;

describe("deletion protection that somebody set", () => {
  const protect = (account: Account, LoadBalancerArn: string, Value: string) =>
    byHand(account, "ModifyLoadBalancerAttributes", {
      LoadBalancerArn,
      Attributes: [{ Key: "deletion_protection.enabled", Value }],
    });

  test("is no difference from a file that does not mention it, and an error of a plan that deletes it", async () => {
    const { account, fields: whole, live } = await open();
    const { deletionProtection: _, ...fields } = whole;
    await protect(account, live.id, "true");
    const seen = await theOnly(account, applicationLoadBalancer);
    expect(normalize(seen.fields)).toEqual({ ...normalize(fields), deletionProtection: true });
    const plan = (desired: Parameters<typeof makePlan>[0]["desired"]) =>
      makePlan({
        stack: "afterpay",
        region: "eu-west-1",
        account: "1",
        desired,
        live: [seen],
        types: resourceTypes as never,
      }).document.problems;
    const [problem, ...others] = plan([]);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      severity: "error",
      address: "application-load-balancer/web",
      summary: expect.stringContaining(
        "the load balancer has deletion protection: AWS refuses to delete it",
      ),
      remedy: expect.stringContaining(
        `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${live.id} --attributes Key=deletion_protection.enabled,Value=false`,
      ),
    });
    const { deletionProtection: rule } = applicationLoadBalancer.fields;
    expect(rule.equal?.(normalize(fields).deletionProtection as null, true)).toBe(true);
    expect(rule.equal?.(false, true)).toBe(false);
    expect(plan([{ address: "application-load-balancer/web", fields }])).toEqual([]);
  });

  test("ends a deletion with AWS's words, and no longer once it is gone", async () => {
    const { account, live } = await open();
    await protect(account, live.id, "true");
    await expect(
      account.pass(applicationLoadBalancer.delete(account.context, live)),
    ).rejects.toMatchObject({ code: "OperationNotPermitted" });
    await protect(account, live.id, "false");
    await account.pass(applicationLoadBalancer.delete(account.context, live));
  });
});

describe("a load balancer of that name", () => {
  const sought = (fields: ApplicationLoadBalancerFields, physicalName = "afterpay-app") => [
    { ...target(applicationLoadBalancer, physicalName), fields },
  ];

  test("of another stack, or of nobody, is told, with the command that adopts it", async () => {
    const { account, fields, live } = await open();
    const { findForeign } = applicationLoadBalancer;
    const others = { ...account.context, stack: "others" };
    expect(await account.pass(findForeign(account.context, sought(fields)))).toEqual([]);
    expect(await account.pass(findForeign(others, sought(fields, "other")))).toEqual([]);
    const { dnsName } = live.outputs;
    expect(await account.pass(findForeign(others, sought(fields)))).toMatchObject([
      {
        id: live.id,
        physicalName: "afterpay-app",
        summary: `a load balancer named afterpay-app (${dnsName}) exists and belongs to the stack afterpay (tag reconcile:stack)`,
      },
    ]);
    const TagKeys = ["reconcile:stack", "reconcile:name"];
    await byHand(account, "RemoveTags", { ResourceArns: [live.id], TagKeys });
    expect(await account.pass(applicationLoadBalancer.discover(account.context))).toEqual([]);
    const [untagged] = await account.pass(findForeign(account.context, sought(fields)));
    expect(untagged?.remedy).toContain(`aws elbv2 add-tags --resource-arns ${live.id} --tags`);
  });

  test("of the classic type is an obstacle, because AWS gives a name once", async () => {
    const { account, fields, tier } = await open();
    const classic = await account.pass(
      loadBalancer.create(account.context, target(loadBalancer, "taken"), tier.balancer),
    );
    const { findObstacles } = applicationLoadBalancer;
    const found = await account.pass(
      findObstacles?.(account.context, sought(fields, "taken")) ?? Promise.resolve([]),
    );
    expect(found).toMatchObject([
      {
        physicalName: "taken",
        summary: `a classic load balancer has the name taken (${classic.outputs.dnsName}), and AWS gives each name to one load balancer only`,
        remedy: expect.stringMatching(/^Remove name: from the section loadBalancer\./),
      },
    ]);
    const free = findObstacles?.(account.context, sought(fields)) ?? Promise.resolve([]);
    expect(await account.pass(free)).toEqual([]);
    const physicalName = "taken";
    await expect(
      account.pass(
        applicationLoadBalancer.create(
          account.context,
          { ...targetNames.balancer, physicalName },
          fields,
        ),
      ),
    ).rejects.toThrow(/already exists/);
  });
});
