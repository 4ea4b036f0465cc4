import { describe, expect, test } from "vitest";
import type { Change, FieldChange } from "../../../src/engine/plan-format.ts";
import type { Live } from "../../../src/engine/resource.ts";
import {
  associatedWith,
  lookUpWebAcl,
} from "../../../src/resources/application-load-balancer/associated-web-acl.ts";
import {
  type ApplicationLoadBalancerFields,
  applicationLoadBalancer,
} from "../../../src/resources/application-load-balancer/index.ts";
import type { LiveApplicationLoadBalancer } from "../../../src/resources/application-load-balancer/live.ts";
import { setWebAcl } from "../../../src/resources/application-load-balancer/web-acl.ts";
import { webAcl } from "../../../src/resources/web-acl/index.ts";
import { planOf } from "../../ui/documents.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { type Answers, openStage, refusal } from "../answers.ts";
import { openBalancer, writesOf } from "../application-tier.ts";
import { change } from "../consequences.ts";
import { addByHand, byHand, firewallNames, webAclFields } from "../web-acl/firewall.ts";

const { update, normalize } = applicationLoadBalancer;

/** A load balancer without a web ACL, and one of the stack that it may have. */
async function open() {
  const account = await openAccount();
  const { pass, context } = account;
  const { fields, live } = await openBalancer(account);
  const { id: acl } = await pass(webAcl.create(context, firewallNames.acl, webAclFields()));
  account.takeCalls();
  account.told.splice(0);
  const set = (to: string | null | "any", from = live) =>
    pass(update(context, from, { ...fields, webAcl: to }, ["webAcl"]));
  return { account, fields, live, acl, set };
}

function associate(account: Account, ResourceArn: string, WebACLArn: string) {
  return byHand(account, "AssociateWebACL", { ResourceArn, WebACLArn });
}

async function protectorOf(account: Account): Promise<string | null | undefined> {
  return (await theOnly(account, applicationLoadBalancer)).fields.webAcl;
}

describe("the web ACL of a load balancer", () => {
  test("is associated when AWS WAF has it everywhere, and disassociated", async () => {
    const { account, live, acl, set } = await open();
    expect(live.fields.webAcl).toBeNull();
    const associated = await set(acl);
    expect(writesOf(account)).toEqual(["AssociateWebACL"]);
    expect(account.told).toContain(
      "AWS WAF does not have the web ACL everywhere yet (WAFUnavailableEntityException)",
    );
    const seen = await theOnly(account, applicationLoadBalancer);
    expect(associated.fields.webAcl).toBe(acl);
    expect(associated).toEqual(seen);
    expect(seen.uses).toContain(acl);
    expect(seen.usesTypes).toContain("web-acl");
    account.takeCalls();
    await set(null, seen);
    expect(writesOf(account)).toEqual(["DisassociateWebACL"]);
    expect(await protectorOf(account)).toBeNull();
  });

  test("is associated by the create, while the load balancer is still set up", async () => {
    const { account, fields, acl } = await open();
    const second = target(applicationLoadBalancer, "afterpay-second");
    const made = await account.pass(
      applicationLoadBalancer.create(account.context, second, {
        ...fields,
        listeners: [],
        webAcl: acl,
      }),
    );
    expect(made.fields.webAcl).toBe(acl);
  });

  test("is exchanged by one call: the load balancer is never without one", async () => {
    const { account, acl, set } = await open();
    const other = await addByHand(account, "next");
    const associated = await set(acl);
    account.takeCalls();
    await set(other, associated);
    expect(writesOf(account)).toEqual(["AssociateWebACL"]);
    expect(await protectorOf(account)).toBe(other);
  });

  test("is associated again where somebody disassociated it", async () => {
    const { account, acl, set, live } = await open();
    const associated = await set(acl);
    await byHand(account, "DisassociateWebACL", { ResourceArn: live.id });
    account.takeCalls();
    // The plan saw it still associated, with another one wanted.
    const other = await addByHand(account, "next");
    await set(other, associated);
    expect(await protectorOf(account)).toBe(other);
    await byHand(account, "DisassociateWebACL", { ResourceArn: live.id });
    const seen = await theOnly(account, applicationLoadBalancer);
    expect(seen.fields.webAcl).toBeNull();
    await set(acl, seen);
    expect(await protectorOf(account)).toBe(acl);
  });

  test.each(["the stack's", "none"])(
    "is not replaced where somebody associated another one since the plan, though %s is wanted",
    async (wanted) => {
      const { account, live, acl, set } = await open();
      const other = await addByHand(account, "better");
      const planned = wanted === "none" ? await set(acl) : live;
      await associate(account, live.id, other);
      account.takeCalls();
      await expect(set(wanted === "none" ? null : acl, planned)).rejects.toMatchObject({
        name: "OutsideError",
        message: `somebody associated the web ACL ${other} with afterpay-app since the plan`,
        operation: "wafv2:GetWebACLForResource",
        remedy: "Apply again: the plan then shows it.",
      });
      expect(writesOf(account)).toEqual([]);
      expect(await protectorOf(account)).toBe(other);
    },
  );

  test("stays where the stack file says nothing about it", async () => {
    const { account, live, fields, set } = await open();
    const other = await addByHand(account, "better");
    await associate(account, live.id, other);
    const seen = await theOnly(account, applicationLoadBalancer);
    account.takeCalls();
    await set("any", seen);
    const { webAcl: _, ...unsaid } = fields;
    await account.pass(update(account.context, seen, unsaid, ["webAcl"]));
    expect(account.takeCalls()).toEqual([]);
    expect(await protectorOf(account)).toBe(other);
  });
});

test("a web ACL that the file does not name is never a difference", () => {
  const { equal } = applicationLoadBalancer.fields.webAcl;
  for (const live of ["arn", null, undefined, "any"]) expect(equal?.("any", live)).toBe(true);
  expect(equal?.(undefined, "arn")).toBe(true);
  expect(equal?.("arn", "arn")).toBe(true);
  expect(equal?.(null, null)).toBe(true);
  expect(equal?.(null, "arn")).toBe(false);
  expect(equal?.("arn", null)).toBe(false);
  expect(equal?.("arn", "other")).toBe(false);
});

describe("a web ACL that nobody may look at", () => {
  test("is unknown, which is not none", async () => {
    const { account, live, set } = await open();
    const rule = { operation: "GetWebACLForResource", kind: "deny" } as const;
    account.sandbox.setFaults({ rules: [rule] });
    const seen = await theOnly(account, applicationLoadBalancer);
    expect(seen.fields).not.toHaveProperty("webAcl");
    expect(normalize(seen.fields).webAcl).toBe("any");
    expect(seen.usesTypes).not.toContain("web-acl");
    account.takeCalls();
    await expect(set(null, seen)).rejects.toMatchObject({ kind: "denied" });
    expect(writesOf(account)).toEqual([]);
    account.sandbox.setFaults({});
    // Now it is known: whatever it is, the plan has not seen it.
    const other = await addByHand(account, "better");
    await associate(account, live.id, other);
    await expect(set(null, seen)).rejects.toThrow("since the plan");
    expect(await protectorOf(account)).toBe(other);
  });

  test("is unknown, too, in a region without AWS WAF: its endpoint has no address", async () => {
    const { context } = openStage({});
    const client = await context.clients.wafV2();
    client.middlewareStack.add(() => async () => {
      throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    });
    expect(await lookUpWebAcl(context, "arn:balancer")).toBeUndefined();
    await expect(associatedWith(context, "arn:balancer")).rejects.toMatchObject({
      code: "ENOTFOUND",
    });
  });

  test("is AWS's refusal otherwise", async () => {
    const account = await openAccount();
    await openBalancer(account);
    const code = "WAFInvalidParameterException";
    const rule = { operation: "GetWebACLForResource", kind: "error", code, status: 400 } as const;
    account.sandbox.setFaults({ rules: [rule] });
    await expect(theOnly(account, applicationLoadBalancer)).rejects.toMatchObject({ code });
  });
});

describe("in AWS's own words, an association", () => {
  const live = {
    id: "arn:balancer",
    physicalName: "afterpay-app",
    fields: { webAcl: null },
  } as LiveApplicationLoadBalancer;
  const set = (webAclArn: string | null, answers: Answers) => {
    const stage = openStage(answers);
    const fields = { ...live.fields, webAcl: webAclArn } as ApplicationLoadBalancerFields;
    return {
      stage,
      work: setWebAcl({ context: stage.context, live, fields, eventual: fields }),
    };
  };

  test.each(["WAFUnavailableEntityException", "WAFNonexistentItemException"])(
    "is tried for ten minutes while AWS answers %s",
    async (code) => {
      const { stage, work } = set("arn:acl", {
        "wafv2:GetWebACLForResource": {},
        "wafv2:AssociateWebACL": refusal(code),
      });
      await expect(work).rejects.toMatchObject({ code });
      expect(stage.passed()).toBeGreaterThan(570);
      expect(stage.passed()).toBeLessThanOrEqual(600);
    },
  );

  test("with a load balancer that AWS WAF does not know yet is none", async () => {
    const { stage, work } = set("arn:acl", {
      "wafv2:GetWebACLForResource": refusal("WAFNonexistentItemException"),
      "wafv2:AssociateWebACL": {},
    });
    expect((await work).fields.webAcl).toBe("arn:acl");
    expect(stage.asked("wafv2:AssociateWebACL")).toEqual([
      { ResourceArn: "arn:balancer", WebACLArn: "arn:acl" },
    ]);
  });

  test("that the file says nothing about is left as it is, whatever the plan saw", async () => {
    const there = { WebACL: { ARN: "arn:other", Name: "other", Id: "1" } };
    const { stage, work } = set("any", { "wafv2:GetWebACLForResource": there });
    await work;
    expect(stage.calls).toEqual(["wafv2:GetWebACLForResource"]);
  });

  test("that is already there is not made again, nor ended twice", async () => {
    const there = { WebACL: { ARN: "arn:acl", Name: "acl", Id: "1" } };
    const made = set("arn:acl", { "wafv2:GetWebACLForResource": there });
    expect((await made.work).fields.webAcl).toBe("arn:acl");
    expect(made.stage.calls).toEqual(["wafv2:GetWebACLForResource"]);
    const ended = set(null, { "wafv2:GetWebACLForResource": {} });
    expect((await ended.work).fields.webAcl).toBeNull();
    expect(ended.stage.calls).toEqual(["wafv2:GetWebACLForResource"]);
  });
});

describe("no web ACL goes without a word:", () => {
  const address = "application-load-balancer/web";
  const said = (one: Change, current: string | null | undefined, desired: object | undefined) => {
    const live = { id: "id-1", address, fields: { webAcl: current } } as unknown as Live;
    return applicationLoadBalancer
      .consequences?.(one, planOf([one]), desired as never, [live])
      .map(({ text }) => text)
      .filter((text) => text.includes("web ACL"));
  };
  const removed: Change = {
    ...change(address, "update", ["webAcl"]),
    fields: [{ path: "webAcl", before: "arn:acl", after: null } as FieldChange],
  };

  test("one that is disassociated", () => {
    expect(said(removed, "arn:acl", { webAcl: null })).toEqual([
      "The web ACL arn:acl is removed from the load balancer. No firewall judges the requests any more.",
    ]);
    expect(said(removed, null, { webAcl: null })).toEqual([]);
  });

  test("somebody's, which a new load balancer does not have", () => {
    const replaced = change(address, "replace", ["scheme"]);
    const words = [expect.stringMatching(/^The new load balancer has no web ACL.*arn:acl is not/)];
    expect(said(replaced, "arn:acl", { webAcl: "any" })).toEqual(words);
    expect(said(replaced, "arn:acl", {})).toEqual(words);
    for (const [current, desired] of [
      ["arn:acl", { webAcl: { ref: "web-acl/web", output: "arn" } }],
      ["arn:acl", undefined],
      [null, { webAcl: "any" }],
      [undefined, { webAcl: "any" }],
    ] as const) {
      expect(said(replaced, current, desired)).toEqual([]);
    }
    expect(said(change(address, "update", ["tags"]), "arn:acl", { webAcl: "any" })).toEqual([]);
  });
});
