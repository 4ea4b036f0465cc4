import { describe, expect, test } from "vitest";
import type { Live } from "../../src/engine/resource.ts";
import type { Firewall, WebAclFirewall } from "../../src/spec/firewall/normalised.ts";
import type { ApplicationLoadBalancer } from "../../src/spec/load-balancer/normalised.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { compile } from "../../src/stack/compile.ts";
import { checkForeignWebAcl, firewallResources, webAclOf } from "../../src/stack/firewall.ts";
import { compiledFields, facts, whole } from "./stacks.ts";

const application: ApplicationLoadBalancer = {
  type: "application",
  scheme: "internet-facing",
  securityGroups: [{ kind: "group", value: "load-balancer" }],
  drain: 30,
  previous: "keep",
  port: 8000,
  listeners: [{ port: 80, protocol: "http" }],
  healthCheck: { path: "/up", status: "200", interval: 10, timeout: 5, healthy: 2, unhealthy: 3 },
  balance: "round-robin",
  tls: "modern",
};

const usual: WebAclFirewall = {
  kind: "web-acl",
  rules: ["common", "sql"],
  mode: "block",
  except: { common: ["SizeRestrictions_BODY"] },
  block: [],
  allow: [],
};

/** Without the optional members that these tests do not have. */
function withFirewall(firewall?: Firewall): Stack {
  const { firewall: _, ...rest } = whole;
  return { ...rest, loadBalancer: application, ...(firewall !== undefined && { firewall }) };
}

const nothing = { addresses: null, limit: null, group: null };
const set = (name: string) => ({ ref: `ip-set/${name}`, output: "arn" });

describe("a firewall", () => {
  test("is compiled into a web ACL, which the load balancer has", () => {
    const stack = withFirewall(usual);
    const { desired } = compile(stack, facts);
    const order = desired.map(({ address }) => address);
    expect(order.filter((each) => /acl|ip-set/.test(each))).toEqual(["web-acl/shop"]);
    expect(compiledFields(stack, "web-acl/shop")).toEqual({
      rules: [
        {
          ...nothing,
          name: "common",
          action: "group",
          group: { name: "AWSManagedRulesCommonRuleSet", except: ["SizeRestrictions_BODY"] },
        },
        {
          ...nothing,
          name: "sql",
          action: "group",
          group: { name: "AWSManagedRulesSQLiRuleSet", except: [] },
        },
      ],
      tags: { team: "payments" },
    });
    expect(compiledFields(stack, "application-load-balancer/shop")).toMatchObject({
      webAcl: { ref: "web-acl/shop", output: "arn" },
    });
  });

  test("judges by allow, block, limit and groups, in this order, with an IP set for each family", () => {
    const stack = withFirewall({
      ...usual,
      rules: ["common"],
      limit: { requests: 2000, seconds: 300 },
      block: ["203.0.113.0/24", "2001:db8::/32"],
      allow: ["198.51.100.7/32"],
    });
    const sets = firewallResources(stack).map(({ address }) => address);
    expect(sets).toEqual(["ip-set/allow", "ip-set/block", "ip-set/block-ipv6", "web-acl/shop"]);
    const tags = { team: "payments" };
    expect(compiledFields(stack, "ip-set/allow")).toEqual({
      version: "IPV4",
      addresses: ["198.51.100.7/32"],
      tags,
    });
    expect(compiledFields(stack, "ip-set/block")).toEqual({
      version: "IPV4",
      addresses: ["203.0.113.0/24"],
      tags,
    });
    expect(compiledFields(stack, "ip-set/block-ipv6")).toEqual({
      version: "IPV6",
      addresses: ["2001:db8::/32"],
      tags,
    });
    expect(compiledFields(stack, "web-acl/shop")["rules"]).toEqual([
      { ...nothing, name: "allow", action: "allow", addresses: set("allow") },
      { ...nothing, name: "block", action: "block", addresses: set("block") },
      { ...nothing, name: "block-ipv6", action: "block", addresses: set("block-ipv6") },
      { ...nothing, name: "limit", action: "block", limit: { requests: 2000, seconds: 300 } },
      expect.objectContaining({ name: "common", action: "group" }),
    ]);
  });

  test("that counts stops nothing, and still allows", () => {
    const stack = withFirewall({
      ...usual,
      mode: "count",
      limit: { requests: 10, seconds: 60 },
      block: ["203.0.113.0/24"],
      allow: ["2001:db8::/32"],
    });
    expect(compiledFields(stack, "web-acl/shop")["rules"]).toMatchObject([
      { name: "allow-ipv6", action: "allow" },
      { name: "block", action: "count" },
      { name: "limit", action: "count" },
      { name: "common", action: "count" },
      { name: "sql", action: "count" },
    ]);
  });

  test("may have a name of its own", () => {
    const { desired } = compile(withFirewall({ ...usual, name: "shop-firewall" }), facts);
    const named = desired.find(({ address }) => address === "web-acl/shop");
    expect(named).toMatchObject({ physicalName: "shop-firewall" });
  });

  test("that is not wanted is none, and one that is not named stays as it is", () => {
    for (const [stack, wanted] of [
      [withFirewall({ kind: "none" }), null],
      [withFirewall(), "any"],
    ] as const) {
      expect(firewallResources(stack)).toEqual([]);
      expect(webAclOf(stack)).toBe(wanted);
      expect(compiledFields(stack, "application-load-balancer/shop")).toMatchObject({
        webAcl: wanted,
      });
    }
  });
});

describe("a web ACL that somebody else associated", () => {
  const balancer = (webAcl?: string | null): Live => ({
    id: "arn:balancer",
    address: "application-load-balancer/shop",
    physicalName: "shop",
    status: "ready",
    createdAt: 0,
    fields: { ...(webAcl !== undefined && { webAcl }) },
    outputs: {},
    uses: [],
  });
  const own: Live = { ...balancer(), id: "arn:own", address: "web-acl/shop" };
  const address = "application-load-balancer/shop";

  test("is refused where the stack has one, which would replace it", () => {
    expect(checkForeignWebAcl(withFirewall(usual), [own, balancer("arn:theirs")])).toEqual([
      {
        severity: "error",
        address,
        summary:
          "the web ACL arn:theirs is associated with it, and is not this stack's. A load balancer has one, and this apply would replace it",
        remedy:
          "Remove firewall from the stack file, and the other web ACL stays. Or disassociate it, if nobody needs it: aws wafv2 disassociate-web-acl --resource-arn arn:balancer",
      },
    ]);
  });

  test("is shown where the file says nothing, and stays", () => {
    expect(checkForeignWebAcl(withFirewall(), [balancer("arn:theirs")])).toEqual([
      {
        severity: "warning",
        address,
        summary: "the web ACL arn:theirs is associated with it, and is not this stack's. It stays",
        remedy: "To disassociate it, write firewall: none.",
      },
    ]);
  });

  test("is disassociated without a word where none is wanted: the file says so", () => {
    const stack = withFirewall({ kind: "none" });
    expect(checkForeignWebAcl(stack, [balancer("arn:theirs")])).toEqual([]);
  });

  test.each<[what: string, live: readonly Live[]]>([
    ["is none", [balancer(null)]],
    ["is unknown", [balancer()]],
    ["is the stack's", [own, balancer("arn:own")]],
    ["protects nothing of the stack", [own]],
  ])("is no problem where it %s", (_what, live) => {
    for (const firewall of [usual, undefined, { kind: "none" } as const]) {
      expect(checkForeignWebAcl(withFirewall(firewall), live)).toEqual([]);
    }
  });
});
