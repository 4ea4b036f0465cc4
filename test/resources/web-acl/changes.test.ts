import type { WebACL } from "@aws-sdk/client-wafv2";
import { describe, expect, test } from "vitest";
import { webAcl } from "../../../src/resources/web-acl/index.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import {
  commonRule,
  firewallNames,
  type LiveWebAcl,
  limitRule,
  ruleByHand,
  summaryOf,
  tagAnswers,
  visibilityBy,
  webAclFields,
} from "./firewall.ts";

const name = "afterpay-firewall";
const arn = `arn:aws:wafv2:eu-west-1:000000000000:regional/webacl/${name}/0123`;
const unavailable = () => refusal("WAFUnavailableEntityException");
const stale = () => refusal("WAFOptimisticLockException");

const limit = {
  Name: "limit",
  Priority: 0,
  Statement: {
    RateBasedStatement: { Limit: 2000, EvaluationWindowSec: 300, AggregateKeyType: "IP" },
  },
  Action: { Block: {} },
  VisibilityConfig: visibilityBy("limit"),
} as const;

const present: WebACL = {
  ...summaryOf(arn),
  Name: name,
  Id: "0123",
  DefaultAction: { Allow: {} },
  VisibilityConfig: visibilityBy(name),
  Rules: [limit],
};

const live: LiveWebAcl = {
  id: arn,
  address: "web-acl/web",
  physicalName: name,
  status: "ready",
  createdAt: 0,
  fields: webAclFields({ rules: [limitRule], otherwise: "allow" }),
  outputs: { arn, id: "0123" },
  uses: [],
};
const wanted = webAclFields({ rules: [limitRule, commonRule] });

/** AWS's answers about this web ACL, which gets another token with each change. `present` may be changed at any time. */
function standing(account: { present: WebACL; changes: number }, more: Answers = {}): Answers {
  return {
    ...tagAnswers("web-acl/web"),
    "wafv2:ListWebACLs": ({ NextMarker }) =>
      NextMarker === undefined ? { WebACLs: [summaryOf(arn)], NextMarker: name } : { WebACLs: [] },
    "wafv2:GetWebACL": () => ({ WebACL: account.present, LockToken: `t${account.changes}` }),
    "wafv2:UpdateWebACL": ({ LockToken, Name: _, Id: _id, Scope, ...given }) => {
      if (LockToken !== `t${account.changes}`) return stale();
      account.changes += 1;
      account.present = { ...account.present, ...given };
      return { NextLockToken: `t${account.changes}` };
    },
    ...more,
  };
}

describe("an update of the rules whose lock token became stale", () => {
  test("reads the web ACL again, and writes what is now there beside the rules", async () => {
    const account = { present, changes: 0 };
    let reads = 0;
    const answers = standing(account);
    const stage = openStage({
      ...answers,
      "wafv2:GetWebACL": () => {
        const read = { WebACL: account.present, LockToken: `t${account.changes}` };
        if (++reads === 1) {
          // Somebody else is faster.
          account.changes += 1;
          account.present = { ...present, Description: "the shop's" };
        }
        return read;
      },
    });
    const after = await webAcl.update(stage.context, live, wanted, ["rules"]);
    expect(after.fields.rules).toEqual(wanted.rules);
    expect(stage.asked("wafv2:UpdateWebACL")).toMatchObject([
      { LockToken: "t0" },
      { LockToken: "t1", Description: "the shop's" },
    ]);
    expect(stage.told).toEqual([
      "somebody else has just changed it in AWS WAF (WAFOptimisticLockException)",
    ]);
  });

  test("compares again, and is refused if the rules are no longer as planned", async () => {
    const account = { present, changes: 0 };
    const stage = openStage({
      ...standing(account),
      "wafv2:UpdateWebACL": () => {
        account.changes += 1;
        account.present = { ...present, Rules: [limit, ruleByHand("our-countries")] };
        return stale();
      },
    });
    await expect(webAcl.update(stage.context, live, wanted, ["rules"])).rejects.toMatchObject({
      message: "somebody changed the rules of afterpay-firewall since the plan",
    });
    expect(stage.asked("wafv2:UpdateWebACL")).toHaveLength(1);
  });

  test("is refused, too, if requests that no rule matches now have another action", async () => {
    const account = { present: { ...present, DefaultAction: { Block: {} } }, changes: 0 };
    const stage = openStage(standing(account));
    await expect(webAcl.update(stage.context, live, wanted, ["rules"])).rejects.toThrow(
      "since the plan",
    );
    expect(stage.asked("wafv2:UpdateWebACL")).toEqual([]);
  });

  test("goes on where an interrupted apply has already set what is wanted", async () => {
    const group = {
      Name: "common",
      Priority: 1,
      Statement: {
        ManagedRuleGroupStatement: {
          VendorName: "AWS",
          Name: "AWSManagedRulesCommonRuleSet",
          RuleActionOverrides: [{ Name: "SizeRestrictions_BODY", ActionToUse: { Count: {} } }],
        },
      },
      OverrideAction: { None: {} },
      VisibilityConfig: visibilityBy("common"),
    };
    const account = { present: { ...present, Rules: [limit, group] }, changes: 0 };
    const stage = openStage(standing(account));
    const after = await webAcl.update(stage.context, live, wanted, ["rules"]);
    expect(after.fields.rules).toEqual(wanted.rules);
  });

  test("ends after three minutes with AWS's words", async () => {
    const account = { present, changes: 0 };
    const stage = openStage({ ...standing(account), "wafv2:UpdateWebACL": stale() });
    await expect(webAcl.update(stage.context, live, wanted, ["rules"])).rejects.toMatchObject({
      code: "WAFOptimisticLockException",
      kind: "stale",
    });
    expect(stage.passed()).toBeGreaterThan(150);
    expect(stage.passed()).toBeLessThanOrEqual(180);
  });
});

test("an update of the rules leaves every setting as it is that no stack file has", async () => {
  const settings = {
    Description: "the shop's",
    VisibilityConfig: { ...visibilityBy("by-hand"), SampledRequestsEnabled: false },
    CustomResponseBodies: { sorry: { ContentType: "TEXT_PLAIN", Content: "Sorry." } },
    CaptchaConfig: { ImmunityTimeProperty: { ImmunityTime: 60 } },
    ChallengeConfig: { ImmunityTimeProperty: { ImmunityTime: 300 } },
    TokenDomains: ["example.com"],
    AssociationConfig: { RequestBody: { API_GATEWAY: { DefaultSizeInspectionLimit: "KB_16" } } },
    DataProtectionConfig: {
      DataProtections: [
        { Field: { FieldType: "SINGLE_HEADER", FieldKeys: ["authorization"] }, Action: "HASH" },
      ],
    },
    OnSourceDDoSProtectionConfig: { ALBLowReputationMode: "ALWAYS_ON" },
  } as const satisfies Partial<WebACL>;
  const shield = ruleByHand("ShieldMitigationRuleGroup_000000000000_0123_4567", {
    Priority: 10_000_000,
    Statement: { RuleGroupReferenceStatement: { ARN: "arn:aws:wafv2:eu-west-1:1:regional/x/y/z" } },
  });
  const more = structuredClone<Partial<WebACL>>(settings);
  const account = { present: { ...present, ...more, Rules: [limit, shield] }, changes: 0 };
  const stage = openStage(standing(account));
  await webAcl.update(stage.context, live, wanted, ["rules"]);
  const [input] = stage.asked("wafv2:UpdateWebACL");
  expect(input).toMatchObject({
    ...settings,
    Name: name,
    Id: "0123",
    Scope: "REGIONAL",
    LockToken: "t0",
    DefaultAction: { Allow: {} },
    Rules: [{ Name: "limit" }, { Name: "common" }, shield],
  });
});

test("an empty description, which AWS answers and does not accept, is not sent back", async () => {
  const account = { present: { ...present, Description: "" }, changes: 0 };
  const stage = openStage(standing(account));
  await webAcl.update(stage.context, live, wanted, ["rules"]);
  expect(stage.asked("wafv2:UpdateWebACL")[0]).not.toHaveProperty("Description");
});

describe("new IP sets that AWS WAF does not have everywhere yet are waited for", () => {
  const reason = "AWS WAF does not have the IP sets everywhere yet (WAFUnavailableEntityException)";

  test("by an update", async () => {
    let left = 5;
    const account = { present, changes: 0 };
    const answers = standing(account);
    const update = answers["wafv2:UpdateWebACL"];
    const stage = openStage({
      ...answers,
      "wafv2:UpdateWebACL": (input) =>
        left-- > 0 || typeof update !== "function" ? unavailable() : update(input),
    });
    await webAcl.update(stage.context, live, wanted, ["rules"]);
    expect(stage.told.filter((each) => each === reason)).toHaveLength(5);
  });

  test("by a create", async () => {
    const account = { present, changes: 0 };
    let left = 3;
    const stage = openStage(
      standing(account, {
        "wafv2:CreateWebACL": () => (left-- > 0 ? unavailable() : { Summary: summaryOf(arn) }),
      }),
    );
    const fields = webAclFields({ rules: [limitRule] });
    const made = await webAcl.create(stage.context, firewallNames.acl, fields);
    expect(made.id).toBe(arn);
    expect(stage.told).toEqual([reason, reason, reason]);
  });

  test("for ten minutes", async () => {
    const account = { present, changes: 0 };
    const stage = openStage(standing(account, { "wafv2:UpdateWebACL": unavailable() }));
    await expect(webAcl.update(stage.context, live, wanted, ["rules"])).rejects.toMatchObject({
      code: "WAFUnavailableEntityException",
    });
    expect(stage.passed()).toBeGreaterThan(570);
    expect(stage.passed()).toBeLessThanOrEqual(600);
  });
});

describe("looking up web ACLs", () => {
  const others = `${arn}/../other/4567`;

  test("ends with an empty page, which alone says that the list is whole", async () => {
    const pages: Record<string, object> = {
      first: { WebACLs: [summaryOf(others)], NextMarker: "a" },
      a: { WebACLs: [summaryOf(arn)], NextMarker: "b" },
      b: { WebACLs: [] },
    };
    const account = { present, changes: 0 };
    const stage = openStage(
      standing(account, {
        "wafv2:ListWebACLs": ({ NextMarker = "first" }) => pages[String(NextMarker)] ?? {},
        "wafv2:ListTagsForResource": ({ ResourceARN }) => ({
          TagInfoForResource: {
            ResourceARN,
            TagList: ResourceARN === arn ? ours("web-acl/web") : [],
          },
        }),
      }),
    );
    const found = await webAcl.discover(stage.context);
    expect(found.map(({ id }) => id)).toEqual([arn]);
    expect(stage.asked("wafv2:ListWebACLs")).toEqual([
      { Scope: "REGIONAL", Limit: 100 },
      { Scope: "REGIONAL", Limit: 100, NextMarker: "a" },
      { Scope: "REGIONAL", Limit: 100, NextMarker: "b" },
    ]);
    // The rules of others are none of the stack's business.
    expect(stage.asked("wafv2:GetWebACL")).toHaveLength(1);
  });

  test.each([
    ["no marker", 1, { WebACLs: [summaryOf(arn)] }],
    ["an empty page with a marker", 1, { WebACLs: [], NextMarker: "a" }],
    ["the same marker again", 2, { WebACLs: [summaryOf(arn)], NextMarker: "a" }],
  ])("ends with %s, too", async (_what, calls, page) => {
    const account = { present, changes: 0 };
    const stage = openStage(standing(account, { "wafv2:ListWebACLs": page }));
    await webAcl.discover(stage.context);
    expect(stage.asked("wafv2:ListWebACLs")).toHaveLength(calls);
  });

  test.each(["wafv2:ListTagsForResource", "wafv2:GetWebACL"])(
    "leaves out one that was deleted before %s, and fails where AWS refuses that",
    async (operation) => {
      const account = { present, changes: 0 };
      const gone = { [operation]: refusal("WAFNonexistentItemException") };
      expect(await webAcl.discover(openStage(standing(account, gone)).context)).toEqual([]);
      const denied = { [operation]: refusal("AccessDeniedException") };
      const { context } = openStage(standing(account, denied));
      await expect(webAcl.discover(context)).rejects.toMatchObject({ kind: "denied" });
    },
  );

  test("tells of rules of Firewall Manager", async () => {
    const group = (Name: string) => ({
      Name,
      Priority: 0,
      FirewallManagerStatement: {
        ManagedRuleGroupStatement: { VendorName: "AWS", Name: "AWSManagedRulesCommonRuleSet" },
      },
      OverrideAction: { None: {} },
      VisibilityConfig: visibilityBy(Name),
    });
    const managed = {
      ...present,
      PreProcessFirewallManagerRuleGroups: [group("company-first")],
      PostProcessFirewallManagerRuleGroups: [group("company-last")],
    };
    const stage = openStage(standing({ present: managed, changes: 0 }));
    const [found] = await webAcl.discover(stage.context);
    expect(found?.fields.rules).toEqual([limitRule]);
    expect(found?.notes).toEqual([
      {
        summary: "Firewall Manager judges requests, too: company-first, company-last",
        remedy: "Its rules stay. The administrator of Firewall Manager decides about them.",
      },
    ]);
  });

  test("finds whatever carries tags for the search of strays", async () => {
    const stage = openStage(standing({ present, changes: 0 }));
    const { strays } = webAcl;
    if (strays === "ec2") throw new Error("EC2 lists no web ACLs");
    expect(await strays.find(stage.context)).toEqual([
      {
        id: arn,
        tags: expect.objectContaining({ "reconcile:stack": "afterpay", team: "payments" }),
      },
    ]);
    expect(strays.remove(arn)).toEqual([
      "wafv2 delete-web-acl",
      {
        scope: "REGIONAL",
        name,
        id: "0123",
        "lock-token": "<the LockToken that a get answers>",
      },
    ]);
  });
});
