import { describe, expect, test } from "vitest";
import { canonicalCidr } from "../../../src/resources/security-group/cidr.ts";
import {
  fromSingle,
  keepInternalRules,
  normalizeRules,
  permissionOf,
  requestOf,
  rulesIn,
  type SecurityGroupRule,
  sameRules,
  withoutRules,
} from "../../../src/resources/security-group/rules.ts";

function rule(peer: string, port = 80, protocol = "tcp"): SecurityGroupRule {
  return { protocol, fromPort: port, toPort: port, peer };
}

describe("a CIDR as EC2 tells it back", () => {
  test.each([
    ["10.1.2.3/8", "10.0.0.0/8", "bits beyond the prefix are cleared"],
    ["203.0.113.10/32", "203.0.113.10/32", "a single host stays"],
    ["0.0.0.0/0", "0.0.0.0/0", "everything"],
    ["2001:DB8:0:0::1/64", "2001:db8::/64", "lower case, cleared, shortest"],
    ["::/0", "::/0", "everything"],
    ["::ffff:10.0.0.1/128", "::ffff:a00:1/128", "an embedded IPv4 address"],
    ["2001:db8:1:2:3:4:5:6/127", "2001:db8:1:2:3:4:5:6/127", "no zeros to leave out"],
    ["sg-12345678", "sg-12345678", "a group is no CIDR"],
    ["nonsense/12", "nonsense/12", "nor is nonsense"],
  ])("%s is %s: %s", (text, canonical) => {
    expect(canonicalCidr(text)).toBe(canonical);
    expect(canonicalCidr(canonical)).toBe(canonical);
  });
});

describe("rules as a set", () => {
  test("order, repetition and AWS's merging mean nothing", () => {
    const merged = rulesIn([
      {
        IpProtocol: "tcp",
        FromPort: 80,
        ToPort: 80,
        IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "0.0.0.0/0" }],
        Ipv6Ranges: [{ CidrIpv6: "::/0" }],
        UserIdGroupPairs: [{ GroupId: "sg-1", UserId: "123456789012" }],
        PrefixListIds: [{ PrefixListId: "pl-1" }],
      },
    ]);
    const file = ["pl-1", "::/0", "sg-1", "10.9.9.9/8", "0.0.0.0/0", "0.0.0.0/0"].map((peer) =>
      rule(peer),
    );
    expect(normalizeRules(file)).toEqual(merged);
    expect(sameRules(normalizeRules(file) as SecurityGroupRule[], merged)).toBe(true);
  });

  test.each([
    ["6", "tcp"],
    ["17", "udp"],
    ["1", "icmp"],
    ["58", "icmpv6"],
    ["TCP", "tcp"],
    ["all", "-1"],
  ])("protocol %s is %s", (given, told) => {
    const [normal] = normalizeRules([rule("::/0", 1, given)]) as SecurityGroupRule[];
    expect(normal?.protocol).toBe(told);
  });

  test.each(["tcp", "udp", "icmp", "icmpv6"])("%s has ports, or a type and a code", (protocol) => {
    const one = { ...rule("::/0", 8, protocol), toPort: 9 };
    expect(normalizeRules([one])).toEqual([one]);
  });

  test("a protocol without ports has none, whatever was written", () => {
    expect(normalizeRules([rule("::/0", 80, "-1"), rule("::/0", 0, "50")])).toEqual([
      { protocol: "-1", fromPort: null, toPort: null, peer: "::/0" },
      { protocol: "50", fromPort: null, toPort: null, peer: "::/0" },
    ]);
  });

  test("a reference is a rule of its own, and survives", () => {
    const peer = { ref: "security-group/web", output: "id" } as const;
    const withRef = { protocol: "6", fromPort: 80, toPort: 80, peer };
    expect(normalizeRules([withRef, withRef])).toEqual([{ ...withRef, protocol: "tcp" }]);
  });

  test("what names a group stays meanwhile, what names an address does not", () => {
    const wanted = [rule("sg-web", 8080)];
    const live = [rule("sg-web", 80), rule("0.0.0.0/0", 22)];
    expect(keepInternalRules(wanted, live)).toEqual([rule("sg-web", 8080), rule("sg-web", 80)]);
    expect(keepInternalRules(wanted, [...wanted, rule("0.0.0.0/0", 22)])).toBe(wanted);
  });

  test.each<[what: string, other: Partial<SecurityGroupRule>]>([
    ["protocol", { protocol: "udp" }],
    ["first port", { fromPort: 8001 }],
    ["last port", { toPort: 65535 }],
    ["peer", { peer: "10.0.0.0/16" }],
  ])("rules that differ in their %s alone are two", (_what, other) => {
    const one = { protocol: "tcp", fromPort: 8000, toPort: 8010, peer: "10.0.0.0/8" };
    const two = { ...one, ...other };
    expect(sameRules([one], [two])).toBe(false);
    expect(withoutRules([one, two], [two])).toEqual([one]);
    expect(normalizeRules([one, two])).toHaveLength(2);
  });

  test("the input is not touched", () => {
    const file = Object.freeze([Object.freeze(rule("10.1.1.1/8")), Object.freeze(rule("::/0"))]);
    normalizeRules(file);
    expect(file[0]?.peer).toBe("10.1.1.1/8");
  });

  test("the difference has exactly what the other lacks", () => {
    const one = [rule("::/0"), rule("sg-1"), rule("::/0", 22)];
    expect(withoutRules(one, [rule("sg-1")])).toEqual([rule("::/0"), rule("::/0", 22)]);
    expect(sameRules(one, one.slice(1))).toBe(false);
    expect(sameRules(one.slice(1), one)).toBe(false);
  });

  test.each(["10.0.0.0/8", "2001:db8::/64", "sg-1", "pl-1"])(
    "%s goes to AWS and comes back as it was",
    (peer) => {
      for (const each of [rule(peer), rule(peer, -1, "icmp")]) {
        expect(rulesIn([permissionOf(each)])).toEqual([each]);
      }
      const all = { protocol: "-1", fromPort: null, toPort: null, peer };
      expect(rulesIn([permissionOf(all)])).toEqual([all]);
    },
  );

  test.each([
    ["10.0.0.0/8", { CidrIpv4: "10.0.0.0/8" }, { CidrIpv4: "10.0.0.0/8" }],
    ["2001:db8::/64", { CidrIpv6: "2001:db8::/64" }, { CidrIpv6: "2001:db8::/64" }],
    ["pl-1", { PrefixListId: "pl-1" }, { PrefixListId: "pl-1" }],
    ["sg-1", { ReferencedGroupId: "sg-1" }, { ReferencedGroupInfo: { GroupId: "sg-1" } }],
  ])("of %s alone is asked for, and told, in other words", (peer, asked, told) => {
    const ports = { IpProtocol: "tcp", FromPort: 80, ToPort: 81 };
    const one = { ...rule(peer), toPort: 81 };
    expect(requestOf(one)).toEqual({ ...ports, ...asked });
    expect(fromSingle({ ...ports, ...told })).toEqual(one);
    const all = { protocol: "-1", fromPort: null, toPort: null, peer };
    expect(requestOf(all)).toEqual({ IpProtocol: "-1", ...asked });
    expect(permissionOf(all)).not.toHaveProperty("FromPort");
    expect(permissionOf(all)).not.toHaveProperty("ToPort");
    expect(fromSingle(told)).toEqual(all);
  });

  test("of nothing that AWS has told is of nobody", () => {
    expect(fromSingle({ IpProtocol: "-1" })?.peer).toBe("");
    expect(rulesIn(undefined)).toEqual([]);
    expect(rulesIn([{ IpRanges: [{}] }])).toEqual([
      { protocol: "-1", fromPort: null, toPort: null, peer: "" },
    ]);
  });

  test("as a whole may be a reference, or several that differ in it alone", () => {
    const reference = { ref: "security-group/web", output: "rules" } as const;
    expect(normalizeRules(reference as never)).toBe(reference);
    const other = { ...reference, output: "others" };
    expect(normalizeRules([reference, other, reference] as never)).toEqual([other, reference]);
    const protocol = { ref: "security-group/web", output: "protocol" } as const;
    const unknown = { protocol, fromPort: 80, toPort: 80, peer: "10.1.2.3/8" };
    expect(normalizeRules([unknown])).toEqual([unknown]);
  });
});
