import type { Rule } from "@aws-sdk/client-wafv2";
import { describe, expect, test } from "vitest";
import { toRules, toSdkRules } from "../../../src/resources/web-acl/rules.ts";
import { blockRule, commonRule, limitRule, ruleByHand, visibilityBy } from "./firewall.ts";

const rules = [
  { ...blockRule("arn:set/allow"), name: "allow", action: "allow" as const },
  blockRule("arn:set/block"),
  { ...blockRule("arn:set/watch"), name: "watch", action: "count" as const },
  limitRule,
  commonRule,
  {
    ...commonRule,
    name: "sql",
    action: "count" as const,
    group: { name: "AWSManagedRulesSQLiRuleSet", except: [] },
  },
];

test("rules go to AWS and come back as they were", () => {
  expect(toRules(toSdkRules(rules))).toEqual(rules);
});

test("the order is that of the priorities, whatever order AWS answers in", () => {
  expect(toRules(toSdkRules(rules).reverse())).toEqual(rules);
});

test("a group without exceptions has no list of them: AWS's answer has none, either", () => {
  const [sql] = toSdkRules(rules.slice(-1));
  expect(sql?.Statement?.ManagedRuleGroupStatement).toEqual({
    VendorName: "AWS",
    Name: "AWSManagedRulesSQLiRuleSet",
  });
});

test("the exceptions of a group are a set", () => {
  const overrides = ["B", "A"].map((Name) => ({ Name, ActionToUse: { Count: {} } }));
  const Statement = {
    ManagedRuleGroupStatement: { VendorName: "AWS", Name: "X", RuleActionOverrides: overrides },
  };
  const rule = { Name: "x", Priority: 0, Statement, OverrideAction: { None: {} } };
  const [found] = toRules([{ ...rule, VisibilityConfig: visibilityBy("x") }]);
  expect(found?.group?.except).toEqual(["A", "B"]);
});

describe("a rule that no stack file can have is shown in words:", () => {
  const managed = (more: object, override: Rule["OverrideAction"] = { None: {} }): Rule => {
    const { Action: _, ...rule } = ruleByHand("by-hand", {
      Statement: { ManagedRuleGroupStatement: { VendorName: "AWS", Name: "X", ...more } },
    });
    return { ...rule, OverrideAction: override };
  };
  const group = "ManagedRuleGroupStatement, then None";
  const counted = { Name: "A", ActionToUse: { Count: {} } };
  const rate = (more: object) =>
    ruleByHand("by-hand", {
      Statement: {
        RateBasedStatement: {
          Limit: 10,
          EvaluationWindowSec: 60,
          AggregateKeyType: "IP" as const,
          ...more,
        },
      },
    });
  const set = { ARN: "arn:set/block" };
  const answer = { CustomResponse: { ResponseCode: 418 } };
  const header = { InsertHeaders: [{ Name: "x-seen", Value: "1" }] };
  const nation = { GeoMatchStatement: { CountryCodes: ["AU" as const] } };

  test.each<[what: string, rule: Rule, words: string, action?: string]>([
    ["countries", ruleByHand("by-hand"), "GeoMatchStatement AU NZ, then Block"],
    [
      "what is not in an IP set",
      ruleByHand("by-hand", {
        Statement: { NotStatement: { Statement: { IPSetReferenceStatement: set } } },
      }),
      "NotStatement, then Block",
    ],
    [
      "addresses in a header",
      ruleByHand("by-hand", {
        Statement: {
          IPSetReferenceStatement: {
            ...set,
            IPSetForwardedIPConfig: {
              HeaderName: "X-Forwarded-For",
              FallbackBehavior: "MATCH",
              Position: "FIRST",
            },
          },
        },
      }),
      "IPSetReferenceStatement, then Block",
    ],
    [
      "addresses that have to solve a puzzle",
      ruleByHand("by-hand", {
        Statement: { IPSetReferenceStatement: set },
        Action: { Captcha: {} },
      }),
      "IPSetReferenceStatement, then Captcha",
    ],
    [
      "addresses with an answer of their own",
      ruleByHand("by-hand", {
        Statement: { IPSetReferenceStatement: set },
        Action: { Block: answer },
      }),
      "IPSetReferenceStatement, then Block",
    ],
    ["a limit for a part", rate({ ScopeDownStatement: nation }), "RateBasedStatement, then Block"],
    [
      "a limit for a header's address",
      rate({ AggregateKeyType: "FORWARDED_IP" }),
      "RateBasedStatement, then Block",
    ],
    ["a group of another vendor", managed({ VendorName: "F5" }), group],
    ["a version of a group", managed({ Version: "Version_1.2" }), group],
    ["a group for a part", managed({ ScopeDownStatement: nation }), group],
    ["rules that it leaves out in the old way", managed({ ExcludedRules: [{ Name: "A" }] }), group],
    [
      "rules of a group that block",
      managed({ RuleActionOverrides: [counted, { Name: "B", ActionToUse: { Block: {} } }] }),
      group,
    ],
    [
      "rules of a group that add a header",
      managed({
        RuleActionOverrides: [
          { Name: "B", ActionToUse: { Count: { CustomRequestHandling: header } } },
        ],
      }),
      group,
    ],
    [
      "a group that adds a header",
      managed({}, { Count: { CustomRequestHandling: header } }),
      "ManagedRuleGroupStatement, then Count",
    ],
    [
      "a rule without anything",
      { Name: "by-hand", Priority: 0, Statement: {}, VisibilityConfig: undefined },
      ", then ",
    ],
  ])("%s", (_what, rule, words) => {
    expect(toRules([rule])).toEqual([
      {
        name: "by-hand",
        action: "block",
        addresses: null,
        limit: null,
        group: null,
        other: words,
      },
    ]);
  });

  test("with the action that it has", () => {
    const found = (["Allow", "Count"] as const).map((name) =>
      toRules([ruleByHand("by-hand", { Action: { [name]: {} } })]),
    );
    expect(found.flat().map(({ action }) => action)).toEqual(["allow", "count"]);
  });
});

test("the window of a limit is five minutes where AWS does not answer it", () => {
  const Statement = { RateBasedStatement: { Limit: 10, AggregateKeyType: "IP" as const } };
  expect(toRules([ruleByHand("by-hand", { Statement })])).toMatchObject([
    { limit: { requests: 10, seconds: 300 } },
  ]);
});
