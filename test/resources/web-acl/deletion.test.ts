import { describe, expect, test } from "vitest";
import type { Live } from "../../../src/engine/resource.ts";
import { applicationLoadBalancer } from "../../../src/resources/application-load-balancer/index.ts";
import { ipSet } from "../../../src/resources/ip-set/index.ts";
import type { ResourceContext } from "../../../src/resources/shared/context.ts";
import { webAcl } from "../../../src/resources/web-acl/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { openStage, refusal } from "../answers.ts";
import { openBalancer } from "../application-tier.ts";
import {
  addByHand,
  byHand,
  firewallNames,
  ipSetFields,
  type LiveIpSet,
  type LiveWebAcl,
  openFirewall,
  summaryOf,
  webAclFields,
  writesOf,
} from "./firewall.ts";

/** A load balancer of the stack, with a web ACL of the stack. */
async function openProtected() {
  const account = await openAccount();
  const { pass, context } = account;
  const { live: balancer, fields } = await openBalancer(account);
  const acl = await pass(webAcl.create(context, firewallNames.acl, webAclFields()));
  const live = await pass(
    applicationLoadBalancer.update(context, balancer, { ...fields, webAcl: acl.id }, ["webAcl"]),
  );
  account.takeCalls();
  account.told.splice(0);
  return { account, acl, balancer: live };
}

/** An apply's context, in which the plan found these. */
function having({ context }: Account, ...found: readonly Live[]): ResourceContext {
  return { ...context, found };
}

async function protectorOf(account: Account, ResourceArn: string): Promise<string | undefined> {
  const { WebACL } = (await byHand(account, "GetWebACLForResource", { ResourceArn })) as {
    WebACL?: { ARN: string };
  };
  return WebACL?.ARN;
}

describe("deleting a web ACL", () => {
  test("ends when AWS lists it no more, twice if need be", async () => {
    const firewall = await openFirewall();
    const { pass, context, live } = firewall;
    await pass(webAcl.delete(context, live));
    expect(writesOf(firewall)).toEqual(["DeleteWebACL"]);
    expect(await pass(webAcl.discover(context))).toEqual([]);
    await pass(webAcl.delete(context, live));
    expect(writesOf(firewall)).toEqual([]);
  });

  test("disassociates it from the stack's load balancer first, and waits while AWS counts it as associated", async () => {
    const { account, acl, balancer } = await openProtected();
    await account.pass(webAcl.delete(having(account, balancer, acl), acl));
    expect(writesOf(account)).toEqual(["DisassociateWebACL", "DeleteWebACL"]);
    expect(account.told).toContain(
      "AWS WAF still counts the web ACL afterpay-firewall as associated (WAFAssociatedItemException)",
    );
    expect(await account.pass(webAcl.discover(account.context))).toEqual([]);
    expect((await theOnly(account, applicationLoadBalancer)).fields.webAcl).toBeNull();
  });

  test("never disassociates another one, which somebody associated since the plan", async () => {
    const { account, acl, balancer } = await openProtected();
    const other = await addByHand(account, "better");
    await byHand(account, "AssociateWebACL", { WebACLArn: other, ResourceArn: balancer.id });
    account.takeCalls();
    await account.pass(webAcl.delete(having(account, balancer, acl), acl));
    expect(writesOf(account)).toEqual(["DeleteWebACL"]);
    expect(await protectorOf(account, balancer.id)).toBe(other);
  });

  test("goes on where the load balancer is already gone", async () => {
    const { account, acl, balancer } = await openProtected();
    await account.pass(applicationLoadBalancer.delete(account.context, balancer));
    account.takeCalls();
    await account.pass(webAcl.delete(having(account, balancer, acl), acl));
    expect(writesOf(account)).toEqual(["DeleteWebACL"]);
  });

  test("leaves load balancers of others alone, and ends after a quarter of an hour with AWS's words", async () => {
    const { account, acl, balancer } = await openProtected();
    const before = account.sandbox.now();
    await expect(account.pass(webAcl.delete(having(account, acl), acl))).rejects.toMatchObject({
      code: "WAFAssociatedItemException",
    });
    expect((account.sandbox.now() - before) / 60_000).toBeCloseTo(15, 0);
    expect(await protectorOf(account, balancer.id)).toBe(acl.id);
  });
});

describe("deleting an IP set", () => {
  test("ends when AWS lists it no more, twice if need be", async () => {
    const firewall = await openFirewall();
    const { pass, context, live, set } = firewall;
    await pass(webAcl.delete(context, live));
    firewall.takeCalls();
    await pass(ipSet.delete(context, set));
    expect(writesOf(firewall)).toEqual(["DeleteIPSet"]);
    expect(await pass(ipSet.discover(context))).toEqual([]);
    await pass(ipSet.delete(context, set));
    expect(writesOf(firewall)).toEqual([]);
  });

  test("waits while AWS counts the rule that is gone, and ends after five minutes while one is there", async () => {
    const firewall = await openFirewall();
    const { pass, context, live, set, fields, told, sandbox } = firewall;
    const before = sandbox.now();
    await expect(pass(ipSet.delete(context, set))).rejects.toMatchObject({
      code: "WAFAssociatedItemException",
    });
    expect((sandbox.now() - before) / 60_000).toBeCloseTo(5, 0);
    const rules = fields.rules.slice(1);
    await pass(webAcl.update(context, live, { ...fields, rules }, ["rules"]));
    told.splice(0);
    await pass(ipSet.delete(context, set));
    expect(told).toContain(
      "AWS WAF still counts the IP set afterpay-block as in use (WAFAssociatedItemException)",
    );
    expect(await pass(ipSet.discover(context))).toEqual([]);
  });
});

describe("a delete reads the lock token again", () => {
  const arn = "arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/a/0123";
  const outputs = { arn, id: "0123" };
  const rest = { id: arn, physicalName: "a", status: "ready", createdAt: 0, uses: [] } as const;
  const live: LiveWebAcl = { ...rest, address: "web-acl/web", outputs, fields: webAclFields() };
  const set: LiveIpSet = { ...rest, address: "ip-set/web", outputs, fields: ipSetFields() };

  test.each(["WAFOptimisticLockException", "WAFUnavailableEntityException"])(
    "after %s",
    async (code) => {
      let token = 0;
      const get = (what: object) => () =>
        token > 2 ? refusal("WAFNonexistentItemException") : { ...what, LockToken: `t${token}` };
      const remove = () => {
        token += 1;
        return token < 3 ? refusal(code) : {};
      };
      const stage = () => {
        token = 0;
        return openStage({
          "wafv2:GetWebACL": get({ WebACL: summaryOf(arn) }),
          "wafv2:GetIPSet": get({ IPSet: summaryOf(arn) }),
          "wafv2:DeleteWebACL": remove,
          "wafv2:DeleteIPSet": remove,
        });
      };
      const tokens = ["t0", "t1", "t2"].map((LockToken) => ({ LockToken }));
      const acls = stage();
      await webAcl.delete(acls.context, live);
      expect(acls.asked("wafv2:DeleteWebACL")).toMatchObject(tokens);
      const sets = stage();
      await ipSet.delete(sets.context, set);
      expect(sets.asked("wafv2:DeleteIPSet")).toMatchObject(tokens);
    },
  );

  test("and ends where somebody else deleted it in between", async () => {
    let there = true;
    const gone = () => {
      there = false;
      return refusal("WAFNonexistentItemException");
    };
    const get = (what: object) => () => (there ? { ...what, LockToken: "t" } : gone());
    const stage = openStage({
      "wafv2:GetWebACL": get({ WebACL: summaryOf(arn) }),
      "wafv2:DeleteWebACL": gone,
    });
    await webAcl.delete(stage.context, live);
    expect(stage.passed()).toBe(0);
  });
});
