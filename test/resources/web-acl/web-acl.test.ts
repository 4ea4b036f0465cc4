import { describe, expect, test } from "vitest";
import { type WebAclFields, webAcl } from "../../../src/resources/web-acl/index.ts";
import type { WebAclRecord } from "../../../src/sandbox/waf-v2/tables.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { ours } from "../answers.ts";
import {
  blockRule,
  byHand,
  changeByHand,
  commonRule,
  firewallNames,
  limitRule,
  openFirewall,
  ruleByHand,
  visibilityBy,
  webAclFields,
  writesOf,
} from "./firewall.ts";

const { normalize } = webAcl;
const allFields = ["rules", "otherwise", "tags"] as const;

function create(account: Account, fields = webAclFields(), context = account.another()) {
  return account.pass(webAcl.create(context, firewallNames.acl, fields));
}

describe("a web ACL", () => {
  test("has exactly its fields, and discovery tells them back", async () => {
    const firewall = await openFirewall();
    const { live, fields, set } = firewall;
    expect(normalize(live.fields)).toEqual(normalize(fields));
    expect(live).toEqual(await theOnly(firewall, webAcl));
    expect(live).toMatchObject({
      id: live.outputs.arn,
      address: "web-acl/web",
      physicalName: "afterpay-firewall",
      status: "ready",
      uses: [set.id],
      usesTypes: ["ip-set"],
    });
    expect(live).not.toHaveProperty("notes");
  });

  test("is created by one call, with its tags, and its rules in their order", async () => {
    const account = await openAccount();
    const inputs: unknown[] = [];
    account.sandbox.observe(({ writes, input }) => writes && inputs.push(input));
    await create(account, webAclFields({ rules: [limitRule, { ...commonRule, action: "count" }] }));
    expect(inputs).toEqual([
      {
        Name: "afterpay-firewall",
        Scope: "REGIONAL",
        DefaultAction: { Allow: {} },
        VisibilityConfig: visibilityBy("afterpay-firewall"),
        Rules: [
          {
            Name: "limit",
            Priority: 0,
            Statement: {
              RateBasedStatement: { Limit: 2000, EvaluationWindowSec: 300, AggregateKeyType: "IP" },
            },
            Action: { Block: {} },
            VisibilityConfig: visibilityBy("limit"),
          },
          {
            Name: "common",
            Priority: 1,
            Statement: {
              ManagedRuleGroupStatement: {
                VendorName: "AWS",
                Name: "AWSManagedRulesCommonRuleSet",
                RuleActionOverrides: [
                  { Name: "SizeRestrictions_BODY", ActionToUse: { Count: {} } },
                ],
              },
            },
            OverrideAction: { Count: {} },
            VisibilityConfig: visibilityBy("common"),
          },
        ],
        Tags: ours("web-acl/web", { team: "payments" }),
      },
    ]);
  });

  const changes: readonly [what: string, (fields: WebAclFields) => Partial<WebAclFields>][] = [
    ["without its addresses", ({ rules }) => ({ rules: rules.slice(1) })],
    ["in another order", ({ rules }) => ({ rules: rules.toReversed() })],
    [
      "that only count",
      ({ rules }) => ({ rules: rules.map((rule) => ({ ...rule, action: "count" })) }),
    ],
    [
      "with other exceptions",
      () => ({
        rules: [
          {
            ...commonRule,
            group: {
              name: "AWSManagedRulesCommonRuleSet",
              except: ["GenericLFI_BODY", "GenericRFI_BODY"],
            },
          },
        ],
      }),
    ],
    [
      "with another limit",
      () => ({ rules: [{ ...limitRule, limit: { requests: 10, seconds: 60 } }] }),
    ],
  ];
  test.each(changes)("gets rules %s by one call", async (_what, change) => {
    const firewall = await openFirewall();
    const { fields, live, pass, context } = firewall;
    const wanted = { ...fields, ...change(fields) };
    const after = await pass(webAcl.update(context, live, wanted, ["rules"]));
    expect(writesOf(firewall)).toEqual(["UpdateWebACL"]);
    expect(normalize(after.fields)).toEqual(normalize(wanted));
    expect(after).toEqual(await theOnly(firewall, webAcl));
  });

  test("changes its tags by those calls alone", async () => {
    const firewall = await openFirewall();
    const { fields, live, pass, context } = firewall;
    const wanted = { ...fields, tags: { owner: "web" } };
    const after = await pass(webAcl.update(context, live, wanted, ["tags"]));
    expect(writesOf(firewall).toSorted()).toEqual(["TagResource", "UntagResource"]);
    expect(after.fields.tags).toEqual({ owner: "web" });
    expect(after).toEqual(await theOnly(firewall, webAcl));
  });

  test("is not changed where nothing differs", async () => {
    const { pass, context, live, fields, takeCalls } = await openFirewall();
    await pass(webAcl.update(context, live, fields, allFields));
    expect(takeCalls()).toEqual([]);
  });
});

describe("what somebody made of a web ACL", () => {
  test("is shown, and put right by one call", async () => {
    const firewall = await openFirewall();
    const { fields, live, pass, context } = firewall;
    await changeByHand(firewall, live, ({ Rules = [] }) => ({
      DefaultAction: { Block: {} },
      Rules: [...Rules.slice(1), ruleByHand("our-countries")],
    }));
    const seen = await theOnly(firewall, webAcl);
    expect(seen.fields).toEqual({
      ...fields,
      otherwise: "block",
      rules: [
        limitRule,
        commonRule,
        {
          name: "our-countries",
          action: "block",
          addresses: null,
          limit: null,
          group: null,
          other: "GeoMatchStatement AU NZ, then Block",
        },
      ],
    });
    expect(webAcl.fields.otherwise.because?.("block", "allow")).toBe(
      "somebody set another action for requests that no rule matches",
    );
    firewall.takeCalls();
    const back = await pass(webAcl.update(context, seen, fields, ["rules", "otherwise"]));
    expect(writesOf(firewall)).toEqual(["UpdateWebACL"]);
    expect(normalize(back.fields)).toEqual(normalize(fields));
    expect(back).toEqual(await theOnly(firewall, webAcl));
  });

  test("since the plan is not undone: the update is refused", async () => {
    const firewall = await openFirewall();
    const { fields, live, pass, context } = firewall;
    await changeByHand(firewall, live, ({ Rules = [] }) => ({
      Rules: [...Rules, ruleByHand("our-countries")],
    }));
    firewall.takeCalls();
    const wanted = { ...fields, rules: [commonRule] };
    await expect(pass(webAcl.update(context, live, wanted, ["rules"]))).rejects.toMatchObject({
      name: "OutsideError",
      message: "somebody changed the rules of afterpay-firewall since the plan",
      operation: "wafv2:UpdateWebACL",
      remedy: "Apply again: the plan then shows what they are now.",
    });
    expect(writesOf(firewall)).toEqual([]);
    expect((await theOnly(firewall, webAcl)).fields.rules).toHaveLength(4);
  });

  test("since the plan is a delete: the update says so", async () => {
    const firewall = await openFirewall();
    const { fields, live, pass, context } = firewall;
    await pass(webAcl.delete(firewall.another(), live));
    const wanted = { ...fields, rules: [commonRule] };
    await expect(pass(webAcl.update(context, live, wanted, ["rules"]))).rejects.toMatchObject({
      message: "somebody deleted the web ACL afterpay-firewall since the plan",
      remedy: "Apply again: it is created again.",
    });
  });

  test("of its tags is shown, and put right. Those of others stay", async () => {
    const firewall = await openFirewall();
    const { fields, live, pass, context } = firewall;
    await byHand(firewall, "TagResource", {
      ResourceARN: live.id,
      Tags: [
        { Key: "team", Value: "other" },
        { Key: "cost", Value: "12" },
      ],
    });
    const seen = await theOnly(firewall, webAcl);
    expect(seen.fields.tags).toEqual({ team: "other" });
    const back = await pass(webAcl.update(context, seen, fields, ["tags"]));
    expect(back.fields.tags).toEqual(fields.tags);
    const { TagInfoForResource } = (await byHand(firewall, "ListTagsForResource", {
      ResourceARN: live.id,
    })) as { TagInfoForResource: { TagList: object[] } };
    expect(TagInfoForResource.TagList).toContainEqual({ Key: "cost", Value: "12" });
  });
});

test("rules of Shield Advanced are no difference, are shown, and survive an update", async () => {
  const firewall = await openFirewall();
  const { fields, live, pass, context, sandbox } = firewall;
  const name = "ShieldMitigationRuleGroup_000000000000_0123_4567";
  const record = sandbox.records("web-acl").get(live.id) as WebAclRecord;
  const ARN = `arn:aws:wafv2:${sandbox.region}:153427709519:regional/rulegroup/${name}/89ab`;
  const { Action: _, ...shield } = ruleByHand(name, {
    Priority: 10_000_000,
    Statement: { RuleGroupReferenceStatement: { ARN } },
    OverrideAction: { None: {} },
  });
  record.settings = { ...record.settings, rules: [...record.settings.rules, shield] };
  const seen = await theOnly(firewall, webAcl);
  expect(seen.fields).toEqual(live.fields);
  expect(seen.notes).toEqual([
    {
      summary: `Shield Advanced has added a rule against an attack (${name})`,
      remedy: "It stays. Shield Advanced removes it by itself.",
    },
  ]);
  const wanted = { ...fields, rules: [commonRule] };
  const after = await pass(webAcl.update(context, seen, wanted, ["rules"]));
  expect(after.fields.rules).toEqual([commonRule]);
  const { settings } = sandbox.records("web-acl").get(live.id) as WebAclRecord;
  expect(settings.rules.map(({ Name }) => Name)).toEqual(["common", name]);
  expect(settings.rules[1]).toEqual(shield);
});

describe("creating a web ACL again", () => {
  test("finishes what a crash right after its creation left", async () => {
    const account = await openAccount();
    const rule = { operation: "CreateWebACL", times: 1, when: "after", kind: "deny" } as const;
    account.sandbox.setFaults({ rules: [rule] });
    await expect(create(account)).rejects.toMatchObject({ kind: "denied" });
    const live = await create(account);
    expect(normalize(live.fields)).toEqual(normalize(webAclFields()));
    expect(live).toEqual(await theOnly(account, webAcl));
  });

  test("changes what was created with other settings", async () => {
    const { live, fields, set, ...account } = await openFirewall();
    const wanted = { ...fields, rules: [blockRule(set.id)], tags: { owner: "web" } };
    const again = await create(account, wanted);
    expect(again.id).toBe(live.id);
    expect(normalize(again.fields)).toEqual(normalize(wanted));
  });

  test("by two applies at once makes one", async () => {
    const account = await openAccount();
    const [one, other] = await Promise.all([create(account), create(account)]);
    expect(one).toEqual(other);
    expect(await theOnly(account, webAcl)).toEqual(one);
  });

  test("is refused where the name is somebody else's, which is not touched", async () => {
    const firewall = await openFirewall();
    const { live, fields } = firewall;
    const others = { ...firewall.another(), stack: "others" };
    const rules = [commonRule];
    await expect(create(firewall, { ...fields, rules }, others)).rejects.toThrow(
      "the web ACL afterpay-firewall already exists and does not carry the tags reconcile:stack=others",
    );
    expect(await theOnly(firewall, webAcl)).toEqual(live);
  });
});
