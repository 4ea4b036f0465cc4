import { CheckCapacityCommand, type Rule, type Statement } from "@aws-sdk/client-wafv2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import {
  createIpSet,
  createWebAcl,
  invalidity,
  managed,
  openWaf,
  readWebAcl,
  rule,
  visibility,
  type Waf,
} from "./waf.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22), toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const geo: Statement = { GeoMatchStatement: { CountryCodes: ["NZ"] } };
const limited = (more: Partial<Statement["RateBasedStatement"]> = {}): Statement => ({
  RateBasedStatement: { Limit: 100, AggregateKeyType: "IP", ...more },
});

async function capacityOf({ client }: Waf, Rules: Rule[]) {
  return (await client.send(new CheckCapacityCommand({ Scope: "REGIONAL", Rules }))).Capacity;
}

describe("a rule", () => {
  test.each<[string, Rule[], string, string]>([
    ["the priority of another", [rule(geo), rule(geo, { Name: "other" })], "RULE", "0"],
    ["the name of another", [rule(geo), rule(geo, { Priority: 1 })], "RULE", "block"],
    ["no statement", [rule({})], "STATEMENT", "Statement"],
    ["two statements", [rule({ ...geo, ...limited() })], "STATEMENT", "Statement"],
    ["no action", [rule(geo, { Action: undefined })], "RULE", "Rule"],
    ["an override", [rule(geo, { OverrideAction: { None: {} } })], "RULE", "Rule"],
    [
      "an override only",
      [rule(geo, { Action: undefined, OverrideAction: { None: {} } })],
      "RULE",
      "Rule",
    ],
    ["an empty action", [rule(geo, { Action: {} })], "RULE_ACTION", "RuleAction"],
    ["two actions", [rule(geo, { Action: { Block: {}, Count: {} } })], "RULE_ACTION", "RuleAction"],
    [
      "an evaluation window of 90 seconds",
      [rule(limited({ EvaluationWindowSec: 90 }))],
      "RATE_BASED_STATEMENT",
      "90",
    ],
    [
      "a nested rate-based statement",
      [rule({ NotStatement: { Statement: limited() } })],
      "STATEMENT",
      "RateBasedStatement",
    ],
    [
      "a nested rule group",
      [rule(limited({ ScopeDownStatement: managed("AWSManagedRulesSQLiRuleSet").Statement }))],
      "STATEMENT",
      "ManagedRuleGroupStatement",
    ],
    ["one alternative", [rule({ OrStatement: { Statements: [geo] } })], "OR_STATEMENT", "1"],
    [
      "a rule group that does not exist",
      [managed("AWSManagedRulesShopRuleSet")],
      "MANAGED_RULE_SET_STATEMENT",
      "AWSManagedRulesShopRuleSet",
    ],
    [
      "a rule group without an override",
      [managed("AWSManagedRulesSQLiRuleSet", 0, { OverrideAction: undefined })],
      "RULE",
      "Rule",
    ],
    [
      "a rule group with an action",
      [managed("AWSManagedRulesSQLiRuleSet", 0, { Action: { Block: {} } })],
      "RULE",
      "Rule",
    ],
  ])("is refused with %s", async (_, Rules, Field, Parameter) => {
    const waf = await openWaf();
    const expected = { name: "WAFInvalidParameterException", Field, Parameter };
    expect(await invalidity(createWebAcl(waf, { Rules }))).toMatchObject(expected);
    expect(await invalidity(capacityOf(waf, Rules))).toMatchObject(expected);
  });

  test.each<[string, Rule, RegExp]>([
    [
      "no name",
      rule(geo, { Name: undefined, VisibilityConfig: visibility("a") }),
      /'rules\.1\.member\.name'/,
    ],
    ["a name with a space", rule(geo, { Name: "a b" }), /'rules\.1\.member\.name'/],
    ["no priority", rule(geo, { Priority: undefined }), /'rules\.1\.member\.priority'/],
    ["a negative priority", rule(geo, { Priority: -1 }), /greater than or equal to 0/],
    ["no visibility", rule(geo, { VisibilityConfig: undefined }), /member\.visibilityConfig'/],
    [
      "a limit of 9",
      rule(limited({ Limit: 9 })),
      /^1 validation error detected: Value '9' at 'rules\.1\.member\.statement\.rateBasedStatement\.limit' failed to satisfy constraint: Member must have value greater than or equal to 10$/,
    ],
    ["a limit of too many", rule(limited({ Limit: 2_000_000_001 })), /rateBasedStatement\.limit'/],
    ["no country", rule({ GeoMatchStatement: { CountryCodes: [] } }), /countryCodes'/],
  ])("is refused with %s, as its model says", async (_, wrong, message) => {
    const waf = await openWaf();
    expect(await refusal(createWebAcl(waf, { Rules: [wrong] }))).toMatchObject({
      code: "ValidationException",
      message: expect.stringMatching(message),
    });
  });

  test.each<[string, Rule]>([
    [
      "a string match",
      rule({
        ByteMatchStatement: {
          SearchString: Buffer.from("x"),
          FieldToMatch: { UriPath: {} },
          TextTransformations: [{ Priority: 0, Type: "NONE" }],
          PositionalConstraint: "EXACTLY",
        },
      }),
    ],
    ["a count of forwarded addresses", rule(limited({ AggregateKeyType: "FORWARDED_IP" }))],
    [
      "a custom response",
      rule(geo, { Action: { Block: { CustomResponse: { ResponseCode: 429 } } } }),
    ],
    ["a captcha's settings", rule(geo, { CaptchaConfig: {} })],
    [
      "a rule group of the account",
      rule(
        { RuleGroupReferenceStatement: { ARN: "arn:aws:x" } },
        { Action: undefined, OverrideAction: { None: {} } },
      ),
    ],
    ["the bot control", managed("AWSManagedRulesBotControlRuleSet")],
    [
      "a version",
      managed("AWSManagedRulesSQLiRuleSet", 0, {
        Statement: {
          ManagedRuleGroupStatement: {
            VendorName: "AWS",
            Name: "AWSManagedRulesSQLiRuleSet",
            Version: "Version_1.0",
          },
        },
      }),
    ],
  ])("with %s is not modelled", async (_, other) => {
    const waf = await openWaf();
    const refused = await refusal(createWebAcl(waf, { Rules: [other] }));
    expect(refused.code).toBe("UnsupportedOperation");
  });

  test("can be overridden by any name", async () => {
    const waf = await openWaf();
    const overrides = {
      ExcludedRules: [{ Name: "NoSuchRule" }],
      RuleActionOverrides: [
        { Name: "SizeRestrictions_BODY", ActionToUse: { Count: {} } },
        { Name: "NoSuchRule", ActionToUse: { Captcha: {} } },
      ],
    };
    const Name = "AWSManagedRulesCommonRuleSet";
    const group = { VendorName: "AWS", Name, ...overrides };
    const Rules = [managed(Name, 0, { Statement: { ManagedRuleGroupStatement: group } })];
    const { ARN } = await createWebAcl(waf, { Rules });
    expect((await readWebAcl(waf, ARN)).Rules).toEqual(Rules);
  });

  test("has the usual window where it says none", async () => {
    const waf = await openWaf();
    const { ARN } = await createWebAcl(waf, { Rules: [rule(limited())] });
    expect((await readWebAcl(waf, ARN)).Rules).toEqual([
      rule(limited({ EvaluationWindowSec: 300 })),
    ]);
  });
});

describe("the capacity", () => {
  test("of rules is what the documentation says", async () => {
    const waf = await openWaf();
    const { ARN } = await createIpSet(waf);
    waf.pass(30);
    const set: Statement = { IPSetReferenceStatement: { ARN } };
    const either = {
      OrStatement: { Statements: [set, geo, { NotStatement: { Statement: geo } }] },
    };
    const capacity = (Statement: Statement) => capacityOf(waf, [rule(Statement)]);
    expect(await capacity(set)).toBe(1);
    expect(await capacity(geo)).toBe(1);
    expect(await capacity({ LabelMatchStatement: { Scope: "LABEL", Key: "a:b" } })).toBe(1);
    expect(await capacity(either)).toBe(3);
    expect(await capacity({ AndStatement: either.OrStatement })).toBe(3);
    expect(await capacity(limited())).toBe(2);
    expect(await capacity(limited({ ScopeDownStatement: either }))).toBe(5);
    expect(
      await capacityOf(waf, [
        managed("AWSManagedRulesCommonRuleSet"),
        managed("AWSManagedRulesAmazonIpReputationList", 1),
        rule(limited(), { Priority: 2 }),
      ]),
    ).toBe(727);
    expect(await capacityOf(waf, [])).toBe(0);
    expect(waf.sandbox.inventory()["web-acl"]).toBeUndefined();
  });

  test("of a web ACL is at most 5,000", async () => {
    const waf = await openWaf();
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        managed("AWSManagedRulesCommonRuleSet", index, { Name: `common-${index}` }),
      );
    const { ARN } = await createWebAcl(waf, { Rules: many(7) });
    expect((await readWebAcl(waf, ARN)).Capacity).toBe(4900);
    expect(await invalidity(createWebAcl(waf, { Name: "other", Rules: many(8) }))).toMatchObject({
      Field: "WEB_ACL",
      Parameter: "5600",
      Reason: "You exceeded the capacity limit for a rule group or web ACL.",
    });
  });
});
