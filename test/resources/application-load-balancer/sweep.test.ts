import type { Action, LoadBalancer } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { applicationLoadBalancer } from "../../../src/resources/application-load-balancer/index.ts";
import { sweepLoadBalancers } from "../../../src/resources/application-load-balancer/live.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";

const arn = (name: string) => `arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/${name}/1`;
const made = new Date("2025-12-31T10:00:00Z");

const own: LoadBalancer = {
  LoadBalancerArn: arn("afterpay"),
  LoadBalancerName: "afterpay",
  DNSName: "afterpay-1.elb.amazonaws.com",
  CanonicalHostedZoneId: "Z1",
  VpcId: "vpc-1",
  Scheme: "internet-facing",
  Type: "application",
  State: { Code: "active" },
  CreatedTime: made,
  SecurityGroups: ["sg-2", "sg-1"],
  AvailabilityZones: [
    { ZoneName: "b", SubnetId: "subnet-b" },
    { ZoneName: "a", SubnetId: "subnet-a" },
  ],
};

const theirs = { ...own, LoadBalancerArn: arn("theirs"), LoadBalancerName: "theirs" };
const forward: Action = {
  Type: "forward",
  TargetGroupArn: "arn:tg",
  ForwardConfig: {
    TargetGroups: [{ TargetGroupArn: "arn:tg", Weight: 7 }],
    TargetGroupStickinessConfig: { Enabled: false },
  },
};

const listener = (Port: number, DefaultActions: readonly Action[] = [forward]) => ({
  ListenerArn: `arn:listener/${Port}`,
  Port,
  Protocol: "HTTP",
  DefaultActions,
});

const live = {
  id: arn("afterpay"),
  address: "application-load-balancer/web",
  physicalName: "afterpay",
  status: "ready",
  createdAt: made.getTime(),
  fields: {
    vpcId: "vpc-1",
    scheme: "internet-facing",
    subnets: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1", "sg-2"],
    // A share of one target group alone means nothing.
    listeners: [
      {
        port: 80,
        protocol: "HTTP",
        forward: [{ targetGroup: "arn:tg", weight: 1 }],
        redirect: null,
        certificate: null,
        tls: null,
      },
    ],
    otherRules: [],
    webAcl: null,
    names: [],
    idleTimeout: 60,
    dropInvalidHeaders: false,
    accessLog: null,
    deletionProtection: false,
    tags: { team: "payments" },
  },
  outputs: {
    arn: arn("afterpay"),
    name: "afterpay",
    dnsName: "afterpay-1.elb.amazonaws.com",
    hostedZoneId: "Z1",
    url: "http://afterpay-1.elb.amazonaws.com",
  },
  uses: ["sg-1", "sg-2", "subnet-a", "subnet-b", "arn:tg"],
  usesTypes: ["target-group"],
};

type Asked = { readonly ResourceArns?: readonly string[] };

/** An account with these load balancers, of which `gone` were deleted when their tags are asked for. */
function account(
  found: readonly LoadBalancer[],
  { gone = [] as readonly string[], more = {} as Answers } = {},
) {
  return openStage({
    "elbv2:DescribeLoadBalancers": { LoadBalancers: found },
    "elbv2:DescribeTags": ({ ResourceArns = [] }: Asked) => {
      if (ResourceArns.length > 20) throw refusal("ValidationError");
      if (ResourceArns.some((each) => gone.includes(each))) throw refusal("LoadBalancerNotFound");
      const TagDescriptions = ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: ResourceArn.includes("/afterpay")
          ? ours("application-load-balancer/web", { team: "payments" })
          : [],
      }));
      return { TagDescriptions };
    },
    "elbv2:DescribeLoadBalancerAttributes": { Attributes: [] },
    "elbv2:DescribeListeners": { Listeners: [listener(80)] },
    "wafv2:GetWebACLForResource": {},
    "elbv2:DescribeRules": { Rules: [{ RuleArn: "arn:default", IsDefault: true }] },
    ...more,
  });
}

async function liveWith(more: Answers) {
  const [found] = await sweepLoadBalancers(account([own], { more }).context);
  return found;
}

describe("application load balancers are swept", () => {
  test("all, and ours told by their tags", async () => {
    const stage = account([theirs, own]);
    expect(await applicationLoadBalancer.discover(stage.context)).toEqual([live]);
    expect(stage.asked("elbv2:DescribeLoadBalancers")).toEqual([{ PageSize: 400 }]);
    expect(stage.asked("elbv2:DescribeTags")).toEqual([
      { ResourceArns: [arn("theirs"), arn("afterpay")] },
    ]);
    expect(stage.asked("elbv2:DescribeListeners")).toHaveLength(1);
  });

  test("without network and gateway load balancers, which the same service has", async () => {
    const stage = account([
      { ...own, Type: "network" },
      { ...theirs, Type: "gateway" },
    ]);
    expect(await sweepLoadBalancers(stage.context)).toEqual([]);
    expect(stage.calls).toEqual(["elbv2:DescribeLoadBalancers"]);
  });

  test("on every page, and at most twenty tags at once", async () => {
    const many = Array.from({ length: 25 }, (_, number) => ({
      ...theirs,
      LoadBalancerArn: arn(`their-${number}`),
    }));
    const stage = account([], {
      more: {
        "elbv2:DescribeLoadBalancers": ({ Marker }) =>
          Marker === undefined
            ? { LoadBalancers: many, NextMarker: "more" }
            : { LoadBalancers: [own] },
      },
    });
    expect(await sweepLoadBalancers(stage.context)).toEqual([live]);
    const sizes = stage
      .asked("elbv2:DescribeTags")
      .map((asked: Asked) => asked.ResourceArns?.length);
    expect(sizes).toEqual([20, 6]);
  });

  test("by name where it is known, and none where it is gone", async () => {
    const stage = account([own]);
    expect(await sweepLoadBalancers(stage.context, "afterpay")).toEqual([live]);
    expect(stage.asked("elbv2:DescribeLoadBalancers")).toEqual([{ Names: ["afterpay"] }]);
    const more = { "elbv2:DescribeLoadBalancers": refusal("LoadBalancerNotFound") };
    expect(await sweepLoadBalancers(account([], { more }).context, "afterpay")).toEqual([]);
    await expect(sweepLoadBalancers(account([], { more }).context)).rejects.toMatchObject({
      kind: "not-found",
    });
  });

  test("without those that were deleted before their tags were asked for", async () => {
    const gone = { ...theirs, LoadBalancerArn: arn("gone") };
    const stage = account([theirs, gone, own], { gone: [arn("gone")] });
    expect(await sweepLoadBalancers(stage.context)).toEqual([live]);
  });

  test.each(["elbv2:DescribeLoadBalancerAttributes", "elbv2:DescribeListeners"])(
    "without one that was deleted before %s, and not where AWS refuses that",
    async (operation) => {
      expect(await liveWith({ [operation]: refusal("LoadBalancerNotFound") })).toBeUndefined();
      await expect(liveWith({ [operation]: refusal("AccessDenied") })).rejects.toMatchObject({
        kind: "denied",
      });
    },
  );

  test("without a listener that was deleted before its rules were asked for", async () => {
    const found = await liveWith({
      "elbv2:DescribeListeners": { Listeners: [listener(81), listener(80)] },
      "elbv2:DescribeRules": ({ ListenerArn }) =>
        ListenerArn === "arn:listener/81" ? refusal("ListenerNotFound") : { Rules: [] },
    });
    expect(found?.fields).toEqual(live.fields);
  });
});

describe("an application load balancer", () => {
  test.each<[LoadBalancer["State"], object]>([
    [{ Code: "provisioning" }, { status: "settling", statusReason: "AWS is still setting it up" }],
    [
      { Code: "failed", Reason: "no space" },
      { status: "failed", statusReason: "no space" },
    ],
    [{ Code: "failed" }, { status: "failed", statusReason: "AWS gives no reason" }],
    [{ Code: "active_impaired" }, { status: "ready" }],
    [undefined, { status: "ready" }],
  ])("in the state %j is %j", async (State, status) => {
    const [found] = await sweepLoadBalancers(account([{ ...own, State }]).context);
    expect(found).toMatchObject(status);
  });

  test("that AWS could not set up ends a create with AWS's reason", async () => {
    const failed = { ...own, State: { Code: "failed", Reason: "no space" } } as const;
    const stage = account([failed], { more: { "elbv2:CreateLoadBalancer": {} } });
    const address = "application-load-balancer/web";
    const target = { address, physicalName: "afterpay", generation: "0" } as const;
    const { fields } = live as unknown as Awaited<ReturnType<typeof sweepLoadBalancers>>[0];
    await expect(
      applicationLoadBalancer.create(stage.context, target, fields),
    ).rejects.toMatchObject({
      message: "AWS could not set up afterpay: no space",
      remedy: "Apply again: it is deleted and recreated.",
    });
  });

  test.each<[what: string, Listeners: readonly object[], url: string]>([
    ["its first listener", [listener(80)], "http://afterpay-1.elb.amazonaws.com"],
    ["its port", [listener(8080)], "http://afterpay-1.elb.amazonaws.com:8080"],
    [
      "the listener that has servers, not the redirect",
      [
        listener(80, [
          {
            Type: "redirect",
            RedirectConfig: { Protocol: "HTTP", Port: "8080", StatusCode: "HTTP_301" },
          },
        ]),
        listener(8080),
      ],
      "http://afterpay-1.elb.amazonaws.com:8080",
    ],
    ["nothing while it has no listener", [], ""],
  ])("is reached by %s", async (_what, Listeners, url) => {
    const found = await liveWith({ "elbv2:DescribeListeners": { Listeners } });
    expect(found?.outputs.url).toBe(url);
  });

  test.each<[actions: readonly Action[], fields: object]>([
    [
      [{ Type: "forward", TargetGroupArn: "arn:only" }],
      { forward: [{ targetGroup: "arn:only", weight: 1 }], redirect: null },
    ],
    [
      [
        {
          Type: "forward",
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: "arn:a", Weight: 3 },
              { TargetGroupArn: "arn:b", Weight: 0 },
            ],
          },
        },
      ],
      {
        forward: [
          { targetGroup: "arn:a", weight: 3 },
          { targetGroup: "arn:b", weight: 0 },
        ],
        redirect: null,
      },
    ],
    [
      [
        {
          Type: "redirect",
          RedirectConfig: {
            Protocol: "HTTPS",
            Port: "443",
            Host: "#{host}",
            Path: "/#{path}",
            Query: "#{query}",
            StatusCode: "HTTP_302",
          },
        },
      ],
      { forward: null, redirect: { protocol: "HTTPS", port: "443", status: "HTTP_302" } },
    ],
    [
      [{ Type: "authenticate-oidc" }, forward],
      { forward: null, redirect: null, other: "authenticate-oidc, then forward" },
    ],
  ])("whose listener does %j has %j", async (actions, fields) => {
    const Listeners = [listener(80, actions)];
    const found = await liveWith({ "elbv2:DescribeListeners": { Listeners } });
    const plain = { port: 80, protocol: "HTTP", certificate: null, tls: null };
    expect(found?.fields.listeners).toEqual([{ ...plain, ...fields }]);
  });
});
