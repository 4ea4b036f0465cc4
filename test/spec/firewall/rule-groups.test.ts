import { describe, expect, test } from "vitest";
import { capacityOf } from "../../../src/spec/firewall/capacity.ts";
import { RULE_GROUPS, ruleGroups, rulesOf } from "../../../src/spec/firewall/rule-groups.ts";
import { mistakeIn, warningsAbout, webAclOf } from "./firewalls.ts";

/** What a web ACL can have at most ("AWS WAF quotas"). */
const MOST_CAPACITY = 5000;

describe.each(RULE_GROUPS)("the group %s", (group) => {
  const { awsName } = ruleGroups[group];

  test.each([awsName, awsName.toLowerCase()])("is not written %s", (name) => {
    expect(mistakeIn({ rules: [name] })).toBe(
      `firewall.rules[0]: "${name}" is AWS's name for a group of rules → write ${group}`,
    );
    expect(mistakeIn({ except: { [name]: ["Any"] } })).toBe(
      `firewall.except.${name}: "${name}" is AWS's name for a group of rules → write ${group}`,
    );
  });

  test("has rules that can be exceptions, each known and each once", () => {
    const names = rulesOf(group);
    expect(new Set(names).size).toBe(names.length);
    expect(warningsAbout({ rules: [group], except: { [group]: names } })).toEqual([]);
    expect(webAclOf({ rules: [group], except: { [group]: names } }).except[group]).toHaveLength(
      names.length,
    );
  });
});

test("a rule is of one group only", () => {
  const names = RULE_GROUPS.flatMap(rulesOf);
  expect(names).toHaveLength(60);
  expect(new Set(names).size).toBe(names.length);
});

describe("the capacity", () => {
  const nothing = { rules: [], block: [], allow: [] } as const;

  test.each([
    ["nothing", nothing, 0],
    ["the usual groups", { ...nothing, rules: ["common", "bad-inputs", "ip-reputation"] }, 925],
    ["every group", { ...nothing, rules: RULE_GROUPS }, 1775],
    ["a limit", { ...nothing, limit: { requests: 10, seconds: 60 } }, 2],
    ["ranges of a family", { ...nothing, block: ["10.0.0.0/8", "11.0.0.0/8"] }, 1],
    ["ranges of both families", { ...nothing, block: ["10.0.0.0/8", "::1/128"] }, 2],
    ["ranges in both lists", { ...nothing, block: ["10.0.0.0/8"], allow: ["::1/128"] }, 2],
  ] as const)("of %s", (_what, firewall, capacity) => {
    expect(capacityOf(firewall)).toBe(capacity);
  });

  test("is always one that a web ACL can have", () => {
    const both = ["10.0.0.0/8", "::1/128"];
    const most = capacityOf({ rules: RULE_GROUPS, limit: {}, block: both, allow: both });
    expect(most).toBe(1781);
    expect(most).toBeLessThanOrEqual(MOST_CAPACITY);
  });
});
