import { describe, expect, test } from "vitest";
import { RULE_GROUPS } from "../../../src/spec/firewall/rule-groups.ts";
import { LEAST, load } from "../stacks.ts";
import { BALANCER, firewallOf, mistakeIn, webAclOf } from "./firewalls.ts";

describe("a firewall", () => {
  test("is nothing where the file has none, and none where the file says so", () => {
    expect(load(`${LEAST}${BALANCER}`)).not.toHaveProperty("firewall");
    expect(firewallOf("none")).toEqual({ kind: "none" });
  });

  test("has AWS's usual rules, which block", () => {
    expect(firewallOf({})).toEqual({
      kind: "web-acl",
      rules: ["common", "bad-inputs", "ip-reputation"],
      mode: "block",
      except: {},
      block: [],
      allow: [],
    });
  });

  test("is what the file says", () => {
    expect(
      firewallOf({
        name: "shop_firewall-1",
        rules: ["sql", "common"],
        mode: "count",
        except: { sql: ["SQLi_COOKIE", "SQLi_BODY"], common: ["SizeRestrictions_BODY"] },
        limit: "2000 in 5m",
        block: ["203.0.113.0/24"],
        allow: ["198.51.100.7/32"],
      }),
    ).toEqual({
      kind: "web-acl",
      name: "shop_firewall-1",
      rules: ["sql", "common"],
      mode: "count",
      except: { common: ["SizeRestrictions_BODY"], sql: ["SQLi_BODY", "SQLi_COOKIE"] },
      limit: { requests: 2000, seconds: 300 },
      block: ["203.0.113.0/24"],
      allow: ["198.51.100.7/32"],
    });
  });

  test("has its groups in the file's order, and its exceptions in one order", () => {
    const rules = [...RULE_GROUPS].reverse();
    expect(webAclOf({ rules }).rules).toEqual(rules);
    const except = { sql: ["SQLi_BODY"], common: ["SizeRestrictions_BODY"] };
    expect(Object.keys(webAclOf({ rules, except }).except)).toEqual(["common", "sql"]);
  });

  test.each([
    [{ limit: "10 in 1m" }, { limit: { requests: 10, seconds: 60 } }],
    [{ block: ["203.0.113.0/24"] }, { block: ["203.0.113.0/24"] }],
    [{ allow: ["203.0.113.0/24"] }, { allow: ["203.0.113.0/24"] }],
  ])("may have no groups beside %j", (other, normalised) => {
    expect(firewallOf({ rules: [], ...other })).toMatchObject({ rules: [], ...normalised });
  });

  const notNone =
    "write firewall: none if no web ACL is wanted, or remove the section: then whatever is associated stays and is shown. For a firewall with the usual rules, write firewall: {}";

  test.each([
    ["off", '"off"'],
    ["None", '"None"'],
    ["", '""'],
    [false, "false"],
    [true, "true"],
    [null, "nothing"],
    [0, "0"],
    [[], "a list"],
    [["common"], "a list"],
  ])("is not %j", (written, shown) => {
    expect(mistakeIn(written)).toBe(
      `firewall: expected none or the fields of the firewall, but this is ${shown} → ${notNone}`,
    );
  });

  test("has a name of at most 128 characters", () => {
    expect(webAclOf({ name: "a".repeat(128) }).name).toHaveLength(128);
    expect(mistakeIn({ name: "a".repeat(129) })).toBe(
      "firewall.name: a web ACL name can have at most 128 characters, but this one has 129 → shorten it by 1",
    );
  });
});

describe("ranges of addresses", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);

  test.each(["block", "allow"] as const)("of %s are as AWS writes them, in one order", (list) => {
    const written = ["2001:DB8:0::/32", "9.0.0.0/8", "10.0.0.0/8", "::1/128", "0.0.0.0/1"];
    expect(webAclOf({ [list]: written })[list]).toEqual([
      "0.0.0.0/1",
      "10.0.0.0/8",
      "9.0.0.0/8",
      "2001:db8::/32",
      "::1/128",
    ]);
  });

  test.each(["block", "allow"] as const)("of %s are at most 10,000", (list) => {
    expect(webAclOf({ [list]: many(10_000) })[list]).toHaveLength(10_000);
    expect(mistakeIn({ [list]: many(10_001) })).toBe(
      `firewall.${list}: the list has 10001 items → use at most 10000`,
    );
  });

  test.each(["0.0.0.0/0", "::/0", "10.0.0.0/0", "2001:db8::/0", "0.0.0.0/000"])(
    "are not %s",
    (range) => {
      expect(mistakeIn({ allow: [range] })).toBe(
        `firewall.allow[0]: "${range}" stands for every address, which AWS WAF accepts in no list → write the ranges that you mean, for example 198.51.100.7/32`,
      );
    },
  );

  test.each(["0.0.0.0/-1", "::/-0"])("have no prefix length as in %s", (range) => {
    expect(mistakeIn({ block: [range] })).toMatch(/^firewall\.block\[0\]: /);
  });
});

test("of a group, at most 100 rules are exceptions", () => {
  const names = (count: number) => Array.from({ length: count }, (_, n) => `Rule_${n}`);
  expect(webAclOf({ except: { common: names(100) } }).except.common).toHaveLength(100);
  expect(mistakeIn({ except: { common: names(101) } })).toBe(
    "firewall.except.common: the list has 101 items → use at most 100",
  );
});
