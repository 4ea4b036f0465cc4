import { describe, expect, test } from "vitest";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import {
  common,
  covers,
  moreOpenFirst,
  restingOn,
} from "../../../src/resources/security-group/traffic.ts";

/** `tcp 80-90 10.0.0.0/8`, `-1 sg-1`; of ICMP the type and the code. */
function rule(text: string): SecurityGroupRule {
  const [protocol = "", ports = "", peer = ports] = text.split(" ");
  const [from, to = from] = ports.split(",").map(Number);
  const none = protocol === "-1" || protocol === "50";
  return {
    protocol,
    fromPort: none ? null : (from ?? null),
    toPort: none ? null : (to ?? null),
    peer,
  };
}

describe("what two rules both let through", () => {
  test.each([
    ["tcp 80,90 10.0.0.0/8", "tcp 85,95 10.1.0.0/16", "tcp 85,90 10.1.0.0/16"],
    ["tcp 80,90 10.1.0.0/16", "tcp 80,90 10.0.0.0/8", "tcp 80,90 10.1.0.0/16"],
    ["tcp 90,95 10.0.0.0/8", "tcp 80,90 10.0.0.0/8", "tcp 90,90 10.0.0.0/8"],
    ["-1 0.0.0.0/0", "udp 53 10.0.0.0/8", "udp 53 10.0.0.0/8"],
    ["udp 53 10.0.0.0/8", "-1 0.0.0.0/0", "udp 53 10.0.0.0/8"],
    ["50 10.0.0.0/8", "50 10.1.0.0/16", "50 10.1.0.0/16"],
    ["tcp 80 sg-1", "tcp 80 sg-1", "tcp 80 sg-1"],
    ["tcp 80 sg-1", "tcp 80 10.0.0.0/8", "tcp 80 10.0.0.0/8"],
    ["tcp 80 10.0.0.0/8", "tcp 80 pl-1", "tcp 80 pl-1"],
    ["tcp 80 sg-1", "tcp 80 sg-2", "tcp 80 sg-2"],
    ["-1 10.1.0.0/16", "udp 53 10.0.0.0/8", "udp 53 10.1.0.0/16"],
    ["tcp 80 ::/0", "tcp 80 2001:db8::/32", "tcp 80 2001:db8::/32"],
    ["icmp -1,-1 10.0.0.0/8", "icmp 8,0 10.0.0.0/8", "icmp 8,0 10.0.0.0/8"],
    ["icmp 8,-1 10.0.0.0/8", "icmp -1,-1 10.0.0.0/8", "icmp 8,-1 10.0.0.0/8"],
    ["icmpv6 8,8 ::/0", "icmpv6 8,-1 ::/0", "icmpv6 8,8 ::/0"],
  ])("%s and %s: %s", (one, other, both) => {
    expect(common(rule(one), rule(other))).toEqual(rule(both));
  });

  test.each([
    ["tcp 80 10.0.0.0/8", "udp 80 10.0.0.0/8", "protocols"],
    ["tcp 80 10.0.0.0/8", "tcp 81 10.0.0.0/8", "ports"],
    ["tcp 80 10.0.0.0/9", "tcp 80 10.128.0.0/9", "networks"],
    ["tcp 80 0.0.0.0/0", "tcp 80 ::/0", "address families"],
    ["icmp 8,0 10.0.0.0/8", "icmp 0,0 10.0.0.0/8", "types"],
    ["icmp 8,0 10.0.0.0/8", "icmp 8,1 10.0.0.0/8", "codes"],
  ])("%s and %s: nothing, of other %s", (one, other) => {
    expect(common(rule(one), rule(other))).toBeUndefined();
    expect(common(rule(other), rule(one))).toBeUndefined();
  });
});

describe("a rule covers another", () => {
  test.each([
    ["tcp 80,90 10.0.0.0/8", "tcp 85 10.1.0.0/16", true],
    ["tcp 80,90 10.1.0.0/16", "tcp 85 10.0.0.0/8", false],
    ["tcp 80,90 10.0.0.0/8", "tcp 79,85 10.0.0.0/8", false],
    ["tcp 80,90 10.0.0.0/8", "tcp 85,91 10.0.0.0/8", false],
    ["-1 10.0.0.0/8", "tcp 85 10.0.0.0/8", true],
    ["tcp 85 10.0.0.0/8", "-1 10.0.0.0/8", false],
    ["50 10.0.0.0/8", "-1 10.0.0.0/8", false],
    ["tcp 85 10.0.0.0/8", "udp 85 10.0.0.0/8", false],
    ["tcp 80 sg-1", "tcp 80 sg-1", true],
    // It may, for all that is known, and that is not enough.
    ["tcp 80 10.0.0.0/8", "tcp 80 sg-1", false],
    ["tcp 80 sg-1", "tcp 80 10.0.0.1/32", false],
    ["tcp 80 0.0.0.0/0", "tcp 80 ::/0", false],
  ])("%s, %s: %s", (outer, inner, expected) => {
    expect(covers(rule(outer), rule(inner))).toBe(expected);
  });
});

test("what rests on a rule is what no other one lets through", () => {
  const wide = rule("tcp 80 10.0.0.0/8");
  const needed = [rule("tcp 80 10.1.0.0/16"), rule("tcp 80 10.2.0.0/16"), rule("tcp 80 sg-1")];
  expect(restingOn(wide, needed, [wide])).toEqual(needed);
  expect(restingOn(wide, needed, [wide, rule("tcp 80 10.1.0.0/16")])).toEqual(needed.slice(1));
  expect(restingOn(rule("tcp 22 0.0.0.0/0"), needed, [wide])).toEqual([]);
});

test("the more open comes first", () => {
  const inOrder = [
    "icmp 8,0 0.0.0.0/0",
    "tcp 1,1000 0.0.0.0/0",
    "tcp 80 0.0.0.0/0",
    "tcp 80 10.0.0.0/8",
    "tcp 80 2001:db8::/48",
    "tcp 80 10.0.0.1/32",
    "tcp 1,1000 sg-1",
    "tcp 80 pl-1",
  ].map(rule);
  for (const shuffled of [
    [5, 2, 7, 0, 3, 1, 6, 4],
    [7, 6, 5, 4, 3, 2, 1, 0],
  ]) {
    const rules = shuffled.flatMap((index) => inOrder[index] ?? []);
    expect(rules.sort(moreOpenFirst)).toEqual(inOrder);
  }
});

test.each([
  ["tcp 0,65535 0.0.0.0/0", "-1 0.0.0.0/0"],
  ["tcp 80 0.0.0.0/0", "tcp 80 ::/0"],
  ["icmp 8,0 0.0.0.0/0", "icmpv6 8,0 ::/0"],
  ["tcp 80 10.0.0.1/32", "tcp 22 2001:db8::1/128"],
  ["tcp 80 sg-1", "tcp 80 pl-1"],
])("as open are %s and %s", (one, other) => {
  expect(moreOpenFirst(rule(one), rule(other))).toBe(0);
  expect(moreOpenFirst(rule(other), rule(one))).toBe(0);
});
