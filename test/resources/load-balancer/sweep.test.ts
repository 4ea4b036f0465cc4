import type { LoadBalancerDescription } from "@aws-sdk/client-elastic-load-balancing";
import { describe, expect, test } from "vitest";
import {
  describeLoadBalancers,
  describeTags,
  sweepLoadBalancers,
} from "../../../src/resources/load-balancer/live.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";

const made = new Date("2025-12-31T10:00:00Z");

const description: LoadBalancerDescription = {
  LoadBalancerName: "afterpay-web",
  DNSName: "afterpay-web.elb.amazonaws.com",
  VPCId: "vpc-1",
  Scheme: "internet-facing",
  Subnets: ["subnet-b", "subnet-a"],
  SecurityGroups: ["sg-2", "sg-1"],
  CreatedTime: made,
  ListenerDescriptions: [
    { Listener: { Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 8080 } },
  ],
  HealthCheck: {
    Target: "HTTP:8080/",
    Interval: 10,
    Timeout: 5,
    HealthyThreshold: 2,
    UnhealthyThreshold: 3,
  },
};

const http = {
  protocol: "HTTP",
  port: 80,
  instanceProtocol: "HTTP",
  instancePort: 8080,
  certificate: null,
};

const live = {
  id: "afterpay-web",
  address: "load-balancer/web",
  physicalName: "afterpay-web",
  status: "ready",
  createdAt: made.getTime(),
  fields: {
    vpcId: "vpc-1",
    scheme: "internet-facing",
    subnets: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1", "sg-2"],
    listeners: [http],
    healthCheck: {
      target: "HTTP:8080/",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    crossZone: true,
    connectionDraining: 30,
    idleTimeout: 90,
    tags: { team: "payments" },
  },
  outputs: {
    name: "afterpay-web",
    dnsName: "afterpay-web.elb.amazonaws.com",
    url: "http://afterpay-web.elb.amazonaws.com",
  },
  uses: ["sg-1", "sg-2", "subnet-a", "subnet-b"],
  notes: [],
};

const attributes = {
  LoadBalancerAttributes: {
    CrossZoneLoadBalancing: { Enabled: true },
    ConnectionDraining: { Enabled: true, Timeout: 30 },
    ConnectionSettings: { IdleTimeout: 90 },
  },
};

type Names = { readonly LoadBalancerNames?: readonly string[] };

/** An account with these load balancers, of which `gone` have gone when their tags are asked for. */
function account(
  found: readonly LoadBalancerDescription[],
  { gone = [] as readonly string[], more = {} as Answers } = {},
) {
  return openStage({
    "elasticloadbalancing:DescribeLoadBalancers": { LoadBalancerDescriptions: found },
    "elasticloadbalancing:DescribeTags": ({ LoadBalancerNames = [] }: Names) => {
      if (LoadBalancerNames.length > 20) throw refusal("ValidationError");
      if (LoadBalancerNames.some((name) => gone.includes(name))) {
        throw refusal("LoadBalancerNotFound");
      }
      const TagDescriptions = LoadBalancerNames.map((LoadBalancerName) => ({
        LoadBalancerName,
        Tags: LoadBalancerName.startsWith("afterpay")
          ? ours("load-balancer/web", { team: "payments" })
          : [],
      }));
      return { TagDescriptions };
    },
    "elasticloadbalancing:DescribeLoadBalancerAttributes": attributes,
    ...more,
  });
}

const strangers = { ...description, LoadBalancerName: "theirs" };
const named = (LoadBalancerName: string) => ({ ...description, LoadBalancerName });

describe("load balancers are swept", () => {
  test("all, and ours told by their tags", async () => {
    const stage = account([strangers, description]);
    expect(await sweepLoadBalancers(stage.context)).toEqual([live]);
    expect(stage.asked("elasticloadbalancing:DescribeLoadBalancers")).toEqual([{ PageSize: 400 }]);
    expect(stage.asked("elasticloadbalancing:DescribeTags")).toEqual([
      { LoadBalancerNames: ["theirs", "afterpay-web"] },
    ]);
    expect(stage.asked("elasticloadbalancing:DescribeLoadBalancerAttributes")).toEqual([
      { LoadBalancerName: "afterpay-web" },
    ]);
  });

  const stacksName = "afterpay-0123abcd";

  test("and the attributes of one with a name of the stack are asked for beside its tags", async () => {
    const stage = account(
      [named(stacksName), named("afterpay-eu-0123abcd"), named("afterpay-01")],
      {
        more: { "elasticloadbalancing:DescribeTags": refusal("AccessDenied") },
      },
    );
    await expect(sweepLoadBalancers(stage.context)).rejects.toMatchObject({ kind: "denied" });
    expect(stage.asked("elasticloadbalancing:DescribeLoadBalancerAttributes")).toEqual([
      { LoadBalancerName: stacksName },
    ]);
  });

  test("once", async () => {
    const stage = account([named(stacksName)]);
    expect(await sweepLoadBalancers(stage.context)).toMatchObject([
      { id: stacksName, fields: live.fields },
    ]);
    expect(stage.calls).toHaveLength(3);
  });

  test("by their tags alone, whatever their names and attributes are", async () => {
    const stage = account([named(stacksName), named("afterpay-web")], {
      more: {
        "elasticloadbalancing:DescribeTags": {
          TagDescriptions: [
            { LoadBalancerName: stacksName, Tags: [] },
            { LoadBalancerName: "afterpay-web", Tags: ours("load-balancer/web") },
          ],
        },
        "elasticloadbalancing:DescribeLoadBalancerAttributes": ({ LoadBalancerName }) =>
          LoadBalancerName === stacksName ? refusal("AccessDenied") : attributes,
      },
    });
    expect(await sweepLoadBalancers(stage.context)).toMatchObject([{ id: "afterpay-web" }]);
  });

  test("on every page", async () => {
    const stage = account([], {
      more: {
        "elasticloadbalancing:DescribeLoadBalancers": ({ Marker }) =>
          Marker === undefined
            ? { LoadBalancerDescriptions: [strangers], NextMarker: "more" }
            : { LoadBalancerDescriptions: [description] },
      },
    });
    expect(await sweepLoadBalancers(stage.context)).toEqual([live]);
  });

  test("by name where it is known", async () => {
    const stage = account([description]);
    expect(await sweepLoadBalancers(stage.context, "afterpay-web")).toEqual([live]);
    expect(stage.asked("elasticloadbalancing:DescribeLoadBalancers")).toEqual([
      { LoadBalancerNames: ["afterpay-web"] },
    ]);
  });

  test.each([
    ["LoadBalancerNotFound", "afterpay-web", []],
    ["LoadBalancerNotFound", undefined, { kind: "not-found" }],
    ["AccessDenied", "afterpay-web", { kind: "denied" }],
  ])("answered %s, named %s: %j", async (code, name, outcome) => {
    const stage = account([], {
      more: { "elasticloadbalancing:DescribeLoadBalancers": refusal(code) },
    });
    const found = describeLoadBalancers(stage.context, name);
    if (Array.isArray(outcome)) expect(await found).toEqual(outcome);
    else await expect(found).rejects.toMatchObject(outcome);
  });

  test.each([
    ["afterpay-web", "LoadBalancerNotFound", []],
    ["afterpay-web", "AccessDenied", { kind: "denied" }],
    [stacksName, "LoadBalancerNotFound", []],
    [stacksName, "AccessDenied", { kind: "denied" }],
  ])("where the attributes of %s are answered by %s: %j", async (name, code, outcome) => {
    const stage = account([named(name)], {
      more: { "elasticloadbalancing:DescribeLoadBalancerAttributes": refusal(code) },
    });
    const found = sweepLoadBalancers(stage.context);
    if (Array.isArray(outcome)) expect(await found).toEqual(outcome);
    else await expect(found).rejects.toMatchObject(outcome);
  });

  test.each<[differs: Partial<LoadBalancerDescription>, fields: object]>([
    [{ Scheme: "internal" }, { scheme: "internal" }],
    [{ Subnets: undefined }, { subnets: [] }],
    [{ SecurityGroups: undefined }, { securityGroupIds: [] }],
    [{ VPCId: undefined }, { vpcId: "" }],
    [
      {
        ListenerDescriptions: [
          {
            Listener: { Protocol: "HTTP", LoadBalancerPort: 80, InstancePort: 8080 },
            PolicyNames: ["sticky"],
          },
        ],
      },
      { policies: [{ port: 80, names: ["sticky"] }] },
    ],
  ])("of which AWS says %j: %j", async (differs, fields) => {
    const stage = account([{ ...description, ...differs }]);
    const [found] = await sweepLoadBalancers(stage.context);
    expect(found?.fields).toEqual({ ...live.fields, ...fields });
  });

  test("with the time of its making and its host left empty where AWS says nothing", async () => {
    const { CreatedTime: _made, DNSName: _host, ...bare } = description;
    const [found] = await sweepLoadBalancers(account([bare]).context);
    expect(found).toMatchObject({ createdAt: 0, outputs: { dnsName: "", url: "http://" } });
  });

  test("with a note on policies that no listener has any more", async () => {
    const Policies = { LBCookieStickinessPolicies: [{ PolicyName: "sticky" }] };
    const [found] = await sweepLoadBalancers(account([{ ...description, Policies }]).context);
    expect(found?.notes).toMatchObject([
      {
        summary: expect.stringContaining("sticky"),
        remedy: expect.stringContaining("--region eu-west-1"),
      },
    ]);
  });

  const listener = (Protocol: string, LoadBalancerPort: number) => ({
    Listener: { Protocol, LoadBalancerPort, InstancePort: 1 },
  });
  test.each([
    [[listener("HTTPS", 443)], "https://afterpay-web.elb.amazonaws.com"],
    [[listener("HTTP", 443)], "http://afterpay-web.elb.amazonaws.com:443"],
    [[listener("HTTPS", 80)], "https://afterpay-web.elb.amazonaws.com:80"],
    [
      [listener("TCP", 22), listener("HTTP", 8080), listener("HTTPS", 8443)],
      "http://afterpay-web.elb.amazonaws.com:8080",
    ],
    [[listener("TCP", 22), listener("SSL", 23)], "afterpay-web.elb.amazonaws.com:22"],
    [[], ""],
  ])("with the listeners %j is reached by %s", async (ListenerDescriptions, url) => {
    const stage = account([{ ...description, ListenerDescriptions }]);
    const [found] = await sweepLoadBalancers(stage.context);
    expect(found?.outputs.url).toBe(url);
  });
});

describe("the tags of load balancers are asked for", () => {
  const many = Array.from({ length: 23 }, (_, number) => named(`their-${number}`));

  test("twenty at once", async () => {
    const stage = account([]);
    const tags = await describeTags(stage.context, [...many, {}, description]);
    expect(tags.size).toBe(24);
    expect(tags.get("afterpay-web")).toContainEqual({ Key: "team", Value: "payments" });
    const sizes = stage
      .asked("elasticloadbalancing:DescribeTags")
      .map(({ LoadBalancerNames = [] }: Names) => LoadBalancerNames.length);
    expect(sizes).toEqual([20, 4]);
    expect((await describeTags(stage.context, [])).size).toBe(0);
  });

  test("one by one where some have gone meanwhile, which are left out", async () => {
    const stage = account([], { gone: ["their-1"] });
    const tags = await describeTags(stage.context, many.slice(0, 3));
    expect([...tags.keys()]).toEqual(["their-0", "their-2"]);
    expect(stage.asked("elasticloadbalancing:DescribeTags")).toHaveLength(4);
  });

  test("and are not known where AWS refuses, all at once or one by one", async () => {
    const denied = (least: number) =>
      account([], {
        more: {
          "elasticloadbalancing:DescribeTags": ({ LoadBalancerNames = [] }: Names) =>
            refusal(LoadBalancerNames.length >= least ? "LoadBalancerNotFound" : "AccessDenied"),
        },
      });
    for (const [least, calls] of [
      [2, 3],
      [99, 1],
    ] as const) {
      const stage = denied(least);
      await expect(describeTags(stage.context, many.slice(0, 2))).rejects.toMatchObject({
        kind: "denied",
      });
      expect(stage.calls).toHaveLength(calls);
    }
  });

  test("of one whose answer has none, it has none", async () => {
    const stage = account([], {
      more: {
        "elasticloadbalancing:DescribeTags": {
          TagDescriptions: [{ LoadBalancerName: "afterpay-web" }],
        },
      },
    });
    expect((await describeTags(stage.context, [description])).has("afterpay-web")).toBe(true);
    expect(await sweepLoadBalancers(stage.context)).toEqual([]);
  });
});
