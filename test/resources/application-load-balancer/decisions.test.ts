import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/engine/plan-format.ts";
import {
  type ApplicationLoadBalancerFields,
  applicationLoadBalancer,
} from "../../../src/resources/application-load-balancer/index.ts";
import { attributesOf } from "../../../src/resources/application-load-balancer/settings.ts";
import { field, planOf } from "../../ui/documents.ts";
import { change, expectSaid, type Said } from "../consequences.ts";

type Listener = ApplicationLoadBalancerFields["listeners"][number];

const forwardTo = (port: number, ...shares: readonly (readonly [string, number])[]): Listener => ({
  port,
  protocol: "HTTP",
  forward: shares.map(([targetGroup, weight]) => ({ targetGroup, weight })),
  redirect: null,
  certificate: null,
  tls: null,
});

const redirect: Listener = {
  port: 80,
  protocol: "HTTP",
  forward: null,
  redirect: { protocol: "HTTP", port: "8080", status: "HTTP_301" },
  certificate: null,
  tls: null,
};

describe("while servers move to another target group, a listener", () => {
  const { meanwhile } = applicationLoadBalancer.fields.listeners;

  test("leaves the requests where they are, and names the new one so that it is checked", () => {
    const wanted = [redirect, forwardTo(8080, ["new", 1])];
    const live = [redirect, forwardTo(8080, ["old", 1])];
    const both = [redirect, forwardTo(8080, ["old", 1], ["new", 0])];
    expect(meanwhile?.(wanted, live)).toEqual(both);
    // An interrupted update has done so before.
    expect(meanwhile?.(wanted, both)).toEqual(both);
  });

  test("leaves the shares that somebody gave to several as they are", () => {
    const live = [forwardTo(80, ["old", 9], ["other", 1])];
    expect(meanwhile?.([forwardTo(80, ["new", 1])], live)).toEqual([
      forwardTo(80, ["old", 9], ["other", 1], ["new", 0]),
    ]);
  });

  test.each<[what: string, wanted: readonly Listener[], live: readonly Listener[]]>([
    ["already forwards there", [forwardTo(80, ["new", 1])], [forwardTo(80, ["new", 1])]],
    [
      "already forwards there, too",
      [forwardTo(80, ["new", 1])],
      [forwardTo(80, ["old", 1], ["new", 1])],
    ],
    ["did not exist", [forwardTo(80, ["new", 1])], []],
    ["was one that redirects", [forwardTo(80, ["new", 1])], [redirect]],
    ["is to redirect", [redirect], [forwardTo(80, ["old", 1])]],
    ["forwarded to no one", [forwardTo(80, ["new", 1])], [forwardTo(80, ["old", 0])]],
    ["is to be deleted", [], [forwardTo(80, ["old", 1])]],
  ])("that %s is set at once", (_what, wanted, live) => {
    expect(meanwhile?.(wanted, live)).toBe(wanted);
  });
});

describe("a difference of an application load balancer", () => {
  const fields: ApplicationLoadBalancerFields = {
    vpcId: "vpc-1",
    scheme: "internet-facing",
    subnets: ["a", "b"],
    securityGroupIds: ["sg-1", "sg-2"],
    listeners: [redirect, forwardTo(8080, ["tg", 1])],
    otherRules: [],
    idleTimeout: 60,
    dropInvalidHeaders: true,
    accessLog: null,
    deletionProtection: false,
    webAcl: "any",
    names: [],
    tags: {},
  };

  test("is none in the order of its subnets, groups and listeners", () => {
    const mixed = {
      subnets: ["b", "a"],
      securityGroupIds: ["sg-2", "sg-1"],
      listeners: fields.listeners.toReversed(),
    };
    expect(applicationLoadBalancer.normalize({ ...fields, ...mixed })).toEqual(fields);
  });

  test("is none in rules that nobody added, and names that nobody wants", () => {
    const { otherRules: _, names: _names, webAcl: _webAcl, ...without } = fields;
    expect(applicationLoadBalancer.normalize(without)).toEqual(fields);
  });

  test("is left open where what is wanted is not known yet", () => {
    const unknown = { ref: "network/all" } as never;
    const all = { subnets: unknown, securityGroupIds: unknown, listeners: unknown };
    expect(applicationLoadBalancer.normalize({ ...fields, ...all })).toEqual({ ...fields, ...all });
  });

  test("leaves both old and new while others need both, as far as AWS has room", () => {
    const { securityGroupIds, subnets } = applicationLoadBalancer.fields;
    const five = ["1", "2", "3", "4", "5"];
    expect(subnets.meanwhile?.(["b"], ["a"])).toEqual(["b", "a"]);
    expect(securityGroupIds.meanwhile?.(["5"], five.slice(0, 4))).toEqual([
      "5",
      "1",
      "2",
      "3",
      "4",
    ]);
    expect(securityGroupIds.meanwhile?.(["6"], five)).toEqual(["6"]);
  });

  test("needs another load balancer only in its scheme and VPC", () => {
    const replaced = Object.entries(applicationLoadBalancer.fields)
      .filter(([, { onChange }]) => onChange === "replace")
      .map(([name]) => name);
    expect(replaced).toEqual(["vpcId", "scheme"]);
    expect(applicationLoadBalancer.naming).toEqual({ maxLength: 32 });
    expect(applicationLoadBalancer.holds).toEqual([
      "security-group",
      "subnet",
      "target-group",
      "certificate",
      "web-acl",
    ]);
    expect(applicationLoadBalancer.replace).toBe("create-first");
  });
});

const CASES: readonly { readonly reason: string; readonly change: Change; readonly says: Said }[] =
  [
    {
      reason: "AWS gives a new load balancer another name",
      change: change("application-load-balancer/shop", "replace", ["scheme"]),
      says: [["service", /the URL changes/]],
    },
    {
      reason: "its name is gone for good",
      change: change("application-load-balancer/shop", "delete"),
      says: [["lost", /its URL/]],
    },
    {
      reason: "what is only made harms nobody",
      change: change("application-load-balancer/shop", "create"),
      says: [],
    },
  ];

describe("what comes of a change of an application load balancer", () => {
  test.each(CASES)("$reason", ({ change: one, says }) => {
    expectSaid(applicationLoadBalancer.consequences?.(one, planOf([one]), undefined), says);
  });
});

describe("a new load balancer beside one of the other type", () => {
  const classic = {
    id: "lb",
    address: "load-balancer/shop",
    physicalName: "lb",
    status: "ready",
    createdAt: 0,
    fields: {},
    outputs: {},
    uses: [],
  } as const;
  const made = change("application-load-balancer/shop", "create");
  const said = (...others: readonly Change[]) =>
    applicationLoadBalancer.consequences?.(made, planOf([made, ...others]), undefined, [classic]);

  test("gets another URL, to which users have to move first", () => {
    expectSaid(said(), [
      ["service", /gets another URL than load-balancer\/shop\. Point your users/],
    ]);
  });

  test("is said to leave no time for that where the other one is deleted at once", () => {
    expectSaid(said(change("load-balancer/shop", "delete", [], "lb")), [
      [
        "service",
        /deletes load-balancer\/shop with its current URL\. .*write previous: keep first/,
      ],
    ]);
  });
});

test.each([
  [[80, 81], [80], /^Port 81 of application-load-balancer\/shop stops answering\.$/],
  [[80, 81, 82], [82], /^Ports 80 and 81 of application-load-balancer\/shop stop answering\.$/],
  [[80], [80, 81], undefined],
])("of the ports %j, where %j are left, those stop answering: %s", (before, after, words) => {
  const ports = (some: readonly number[]) => some.map((port) => ({ port }));
  const updated: Change = {
    ...change("application-load-balancer/shop", "update"),
    fields: [field("listeners", { before: ports(before), after: ports(after) })],
  };
  const found = applicationLoadBalancer.consequences?.(updated, planOf([updated]), undefined);
  expectSaid(found, words === undefined ? [] : [["service", words]]);
});

describe("what visitors notice of its names", () => {
  const address = "application-load-balancer/shop";
  const own = { name: "shop.example.com", zone: "example.com" };
  const www = { name: "www.example.com", zone: "example.com" };
  const printed = { name: "example.org", zone: null };
  const before = {
    id: "id-1",
    address,
    physicalName: "shop",
    status: "ready",
    createdAt: 0,
    fields: { names: [own, www, printed], webAcl: "arn:theirs" },
    outputs: {},
    uses: [],
  } as const;
  const said = (one: Change) =>
    applicationLoadBalancer.consequences?.(one, planOf([one]), undefined, [before]);
  const updated = (path: string, after: unknown, value: unknown = undefined) => ({
    ...change(address, "update"),
    fields: [field(path, { before: value, after })],
  });

  test("is that new ones lead to it", () => {
    const created = { ...change(address, "create", [], "none"), fields: [] };
    expectSaid(said({ ...created, fields: [field("names", { after: [own, printed] })] }), [
      ["service", /^Visitors of shop\.example\.com come here .* the DNS record leads to/],
    ]);
    expectSaid(said(updated("names", [own, www, { ...www, name: "new.example.com" }])), [
      ["service", /^Visitors of new\.example\.com come here/],
    ]);
  });

  test("is that dropped ones lead nowhere, unless somebody else makes their records", () => {
    expectSaid(said(updated("names", [own])), [
      ["lost", /^www\.example\.com will lead nowhere: the DNS record is deleted/],
    ]);
    expectSaid(said(change(address, "delete")), [
      ["lost", /its URL/],
      ["lost", /^shop\.example\.com, www\.example\.com will lead nowhere/],
    ]);
  });

  test("is nothing where names stay without a zone: their records stay", () => {
    const byOthers = (...some: readonly (typeof own)[]) =>
      some.map((each) => ({ ...each, zone: null }));
    expectSaid(said(updated("names", [own, ...byOthers(www), printed])), [
      [
        "service",
        /^The DNS record of www\.example\.com stays in Route 53, and this stack no longer changes or deletes it\.$/,
      ],
    ]);
    expectSaid(said(updated("names", [...byOthers(own, www), printed])), [
      [
        "service",
        /^The DNS records of shop\.example\.com, www\.example\.com stay in Route 53, and this stack no longer changes or deletes them\.$/,
      ],
    ]);
    expectSaid(said(updated("names", byOthers(own))), [
      ["service", /^The DNS record of shop\.example\.com stays/],
      ["lost", /^www\.example\.com will lead nowhere/],
    ]);
  });

  test("is nothing where the load balancer is replaced, and its names move", () => {
    expectSaid(said(change(address, "replace", ["scheme"])), [
      ["service", /is replaced\. Its names move when the new one serves/],
    ]);
  });

  test("is that a new redirect sends them to https", () => {
    const redirecting = { port: 80, redirect: { protocol: "HTTPS", port: "443" } };
    const plain = { port: 80, redirect: null };
    expectSaid(said(updated("listeners", [redirecting], [plain])), [
      ["service", /^Visitors of port 80 are sent to https/],
    ]);
    expectSaid(said(updated("listeners", [redirecting], [redirecting])), []);
  });

  test("is that no firewall protects it any more where its web ACL is taken off", () => {
    expectSaid(said(updated("webAcl", null, "arn:theirs")), [
      ["service", /^The web ACL arn:theirs is removed from the load balancer/],
    ]);
    expectSaid(said(updated("webAcl", "arn:ours", "arn:theirs")), []);
  });
});

describe("the attributes of a load balancer", () => {
  test.each<[Readonly<Record<string, string>>, object]>([
    [{}, {}],
    [{ "deletion_protection.enabled": "true" }, { deletionProtection: true }],
    [{ "idle_timeout.timeout_seconds": "90" }, { idleTimeout: 90 }],
    [{ "routing.http.drop_invalid_header_fields.enabled": "true" }, { dropInvalidHeaders: true }],
    [{ "access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs" }, { accessLog: "logs" }],
    [
      {
        "access_logs.s3.enabled": "true",
        "access_logs.s3.bucket": "logs",
        "access_logs.s3.prefix": "shop",
      },
      { accessLog: "logs/shop" },
    ],
    [{ "access_logs.s3.enabled": "false", "access_logs.s3.bucket": "logs" }, { accessLog: null }],
  ])("%j are %j", (values, fields) => {
    const found = Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
    const defaults = { idleTimeout: 60, dropInvalidHeaders: false, accessLog: null };
    expect(attributesOf(found)).toEqual({ ...defaults, deletionProtection: false, ...fields });
  });
});
