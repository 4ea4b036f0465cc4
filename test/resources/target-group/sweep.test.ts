import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, test } from "vitest";
import { describeTagsOf } from "../../../src/resources/shared/load-balancing-v2-tags.ts";
import { targetGroup } from "../../../src/resources/target-group/index.ts";
import {
  describeTargetGroups,
  sweepTargetGroups,
} from "../../../src/resources/target-group/live.ts";
import { describeHealth } from "../../../src/resources/target-group/registrations.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";

const arn = (name: string) => `arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/${name}/0123`;

const named = (name: string, more: Partial<TargetGroup> = {}): TargetGroup => ({
  TargetGroupArn: arn(name),
  TargetGroupName: name,
  VpcId: "vpc-1",
  Protocol: "HTTP",
  ProtocolVersion: "HTTP1",
  Port: 8080,
  TargetType: "instance",
  HealthCheckProtocol: "HTTP",
  HealthCheckPort: "traffic-port",
  HealthCheckPath: "/up",
  Matcher: { HttpCode: "200" },
  HealthCheckIntervalSeconds: 10,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 3,
  ...more,
});

const own = named("afterpay");
const theirs = named("theirs");

const live = {
  id: arn("afterpay"),
  address: "target-group/web",
  physicalName: "afterpay",
  status: "ready",
  createdAt: 0,
  fields: {
    vpcId: "vpc-1",
    protocol: "HTTP",
    protocolVersion: "HTTP1",
    port: 8080,
    targetType: "instance",
    loadBalancer: null,
    healthCheck: {
      protocol: "HTTP",
      port: "traffic-port",
      path: "/up",
      status: "200",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    drain: 30,
    slowStart: null,
    balance: "least_outstanding_requests",
    tags: { team: "payments" },
  },
  outputs: { arn: arn("afterpay"), name: "afterpay" },
  uses: ["vpc-1"],
};

const attributes = {
  Attributes: [
    { Key: "deregistration_delay.timeout_seconds", Value: "30" },
    { Key: "slow_start.duration_seconds", Value: "0" },
    { Key: "load_balancing.algorithm.type", Value: "least_outstanding_requests" },
    { Key: "stickiness.enabled", Value: "false" },
  ],
};

type Asked = { readonly ResourceArns?: readonly string[] };

/** An account with these target groups, of which `gone` were deleted when their tags are asked for. */
function account(
  found: readonly TargetGroup[],
  { gone = [] as readonly string[], more = {} as Answers } = {},
) {
  return openStage({
    "elbv2:DescribeTargetGroups": { TargetGroups: found },
    "elbv2:DescribeTags": ({ ResourceArns = [] }: Asked) => {
      if (ResourceArns.length > 20) throw refusal("ValidationError");
      if (ResourceArns.some((each) => gone.includes(each))) throw refusal("TargetGroupNotFound");
      const TagDescriptions = ResourceArns.map((ResourceArn) => ({
        ResourceArn,
        Tags: ResourceArn.includes("/afterpay")
          ? ours("target-group/web", { team: "payments" })
          : [],
      }));
      return { TagDescriptions };
    },
    "elbv2:DescribeTargetGroupAttributes": attributes,
    ...more,
  });
}

describe("target groups are swept", () => {
  test("all, and ours told by their tags", async () => {
    const stage = account([theirs, own]);
    expect(await targetGroup.discover(stage.context)).toEqual([live]);
    expect(stage.asked("elbv2:DescribeTargetGroups")).toEqual([{ PageSize: 400 }]);
    expect(stage.asked("elbv2:DescribeTags")).toEqual([
      { ResourceArns: [arn("theirs"), arn("afterpay")] },
    ]);
    expect(stage.asked("elbv2:DescribeTargetGroupAttributes")).toEqual([
      { TargetGroupArn: arn("afterpay") },
    ]);
  });

  test("on every page", async () => {
    const stage = account([], {
      more: {
        "elbv2:DescribeTargetGroups": ({ Marker }) =>
          Marker === undefined
            ? { TargetGroups: [theirs], NextMarker: "more" }
            : { TargetGroups: [own] },
      },
    });
    expect(await sweepTargetGroups(stage.context)).toEqual([live]);
  });

  test("by name where it is known", async () => {
    const stage = account([own]);
    expect(await sweepTargetGroups(stage.context, "afterpay")).toEqual([live]);
    expect(stage.asked("elbv2:DescribeTargetGroups")).toEqual([{ Names: ["afterpay"] }]);
  });

  test("without any call for tags or attributes where there are none", async () => {
    const stage = account([]);
    expect(await sweepTargetGroups(stage.context)).toEqual([]);
    expect(stage.calls).toEqual(["elbv2:DescribeTargetGroups"]);
  });

  test("without those that were deleted before their tags were asked for", async () => {
    const stage = account([theirs, named("gone"), own], { gone: [arn("gone")] });
    expect(await sweepTargetGroups(stage.context)).toEqual([live]);
    expect(stage.asked("elbv2:DescribeTags")).toHaveLength(4);
  });

  test.each([
    ["TargetGroupNotFound", []],
    ["AccessDenied", { kind: "denied" }],
  ])("where the attributes are answered by %s: %j", async (code, outcome) => {
    const stage = account([own], {
      more: { "elbv2:DescribeTargetGroupAttributes": refusal(code) },
    });
    const found = sweepTargetGroups(stage.context);
    if (Array.isArray(outcome)) expect(await found).toEqual(outcome);
    else await expect(found).rejects.toMatchObject(outcome);
  });

  test.each([
    ["TargetGroupNotFound", "afterpay", []],
    ["TargetGroupNotFound", undefined, { kind: "not-found" }],
    ["AccessDenied", "afterpay", { kind: "denied" }],
  ])("answered %s, named %s: %j", async (code, name, outcome) => {
    const stage = account([], { more: { "elbv2:DescribeTargetGroups": refusal(code) } });
    const found = describeTargetGroups(stage.context, name);
    if (Array.isArray(outcome)) expect(await found).toEqual(outcome);
    else await expect(found).rejects.toMatchObject(outcome);
  });

  test.each<[differs: Partial<TargetGroup>, fields: object]>([
    [{ Protocol: "HTTPS" }, { protocol: "HTTPS" }],
    [{ ProtocolVersion: "GRPC" }, { protocolVersion: "GRPC" }],
    [{ TargetType: "ip" }, { targetType: "ip" }],
    [{ VpcId: undefined }, { vpcId: "" }],
    [{ Matcher: undefined }, { healthCheck: { ...live.fields.healthCheck, status: "" } }],
  ])("of which AWS says %j: %j", async (differs, fields) => {
    const [found] = await sweepTargetGroups(account([{ ...own, ...differs }]).context);
    expect(found?.fields).toEqual({ ...live.fields, ...fields });
  });

  test("with the load balancer that its tag records", async () => {
    const Tags = ours("target-group/web", { "reconcile:load-balancer": "internal" });
    const more = {
      "elbv2:DescribeTags": { TagDescriptions: [{ ResourceArn: arn("afterpay"), Tags }] },
    };
    const [found] = await sweepTargetGroups(account([own], { more }).context);
    expect(found?.fields).toMatchObject({ loadBalancer: "internal", tags: {} });
  });

  test("with AWS's defaults for attributes that it does not name", async () => {
    const more = { "elbv2:DescribeTargetGroupAttributes": { Attributes: [] } };
    const [found] = await sweepTargetGroups(account([own], { more }).context);
    expect(found?.fields).toMatchObject({ drain: 300, slowStart: null, balance: "round_robin" });
  });
});

describe("the tags of target groups and load balancers are asked for", () => {
  const many = Array.from({ length: 43 }, (_, number) => arn(`their-${number}`));

  test("twenty at once", async () => {
    const stage = account([]);
    const tags = await describeTagsOf(stage.context, [...many, arn("afterpay")]);
    expect(tags.size).toBe(44);
    expect(tags.get(arn("afterpay"))).toContainEqual({ Key: "team", Value: "payments" });
    const sizes = stage
      .asked("elbv2:DescribeTags")
      .map((asked: Asked) => asked.ResourceArns?.length);
    expect(sizes).toEqual([20, 20, 4]);
    expect((await describeTagsOf(stage.context, [])).size).toBe(0);
  });

  test("one by one where some were deleted meanwhile, which are left out", async () => {
    const [first = "", second = "", third = ""] = many;
    const stage = account([], { gone: [second] });
    const tags = await describeTagsOf(stage.context, [first, second, third]);
    expect([...tags.keys()]).toEqual([first, third]);
    expect(stage.asked("elbv2:DescribeTags")).toHaveLength(4);
    expect((await describeTagsOf(stage.context, [second])).size).toBe(0);
    expect(stage.asked("elbv2:DescribeTags")).toHaveLength(5);
  });

  test("and are not known where AWS refuses one of them", async () => {
    const stage = account([], {
      more: {
        "elbv2:DescribeTags": ({ ResourceArns = [] }: Asked) =>
          refusal(ResourceArns.length > 1 ? "TargetGroupNotFound" : "AccessDenied"),
      },
    });
    await expect(describeTagsOf(stage.context, many.slice(0, 2))).rejects.toMatchObject({
      kind: "denied",
    });
  });
});

describe("the health of targets", () => {
  const target = (Id: string, State: string, more: object = {}) => ({
    Target: { Id },
    TargetHealth: { State, ...more },
  });

  test("is told in AWS's words, without those that drain, which were deregistered", async () => {
    const stage = openStage({
      "elbv2:DescribeTargetHealth": {
        TargetHealthDescriptions: [
          target("i-1", "healthy"),
          target("i-2", "unhealthy", {
            Reason: "Target.ResponseCodeMismatch",
            Description: "Health checks failed with these codes: [404]",
          }),
          target("i-3", "initial", { Reason: "Elb.InitialHealthChecking" }),
          target("i-4", "draining", { Reason: "Target.DeregistrationInProgress" }),
          target("i-5", "unused", { Reason: "Target.NotInUse" }),
        ],
      },
    });
    const { what, instances } = await describeHealth(stage.context, arn("afterpay"));
    expect(what).toBe("target group afterpay");
    const word = { serves: false, isFailing: false };
    expect(instances).toEqual([
      { instanceId: "i-1", state: "healthy", serves: true, isFailing: false },
      {
        ...word,
        instanceId: "i-2",
        state: "unhealthy",
        isFailing: true,
        reason: "Target.ResponseCodeMismatch: Health checks failed with these codes: [404]",
      },
      { ...word, instanceId: "i-3", state: "initial", reason: "Elb.InitialHealthChecking" },
      { ...word, instanceId: "i-5", state: "unused", reason: "Target.NotInUse" },
    ]);
  });

  test("is that of nobody where the target group is gone", async () => {
    const stage = openStage({ "elbv2:DescribeTargetHealth": refusal("TargetGroupNotFound") });
    const { instances } = await describeHealth(stage.context, arn("afterpay"));
    expect(instances).toEqual([]);
  });
});
