import {
  CreateRuleCommand,
  type CreateTargetGroupCommandInput,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { createTargets, openFront, openWeb } from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

test("a target group is described with the API's defaults", async () => {
  const web = await openWeb();
  const TargetGroupArn = await createTargets(web, {
    HealthCheckIntervalSeconds: undefined,
    HealthCheckTimeoutSeconds: undefined,
    HealthyThresholdCount: undefined,
    UnhealthyThresholdCount: undefined,
  });
  expect(TargetGroupArn).toMatch(/:targetgroup\/shop\/[0-9a-f]{16}$/);
  const { TargetGroups } = await web.elbv2.send(new DescribeTargetGroupsCommand({}));
  expect(TargetGroups).toEqual([
    {
      TargetGroupArn,
      TargetGroupName: "shop",
      Protocol: "HTTP",
      Port: 80,
      VpcId: web.account.vpcId,
      HealthCheckProtocol: "HTTP",
      HealthCheckPort: "traffic-port",
      HealthCheckEnabled: true,
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 6,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      HealthCheckPath: "/",
      Matcher: { HttpCode: "200" },
      LoadBalancerArns: [],
      TargetType: "instance",
      ProtocolVersion: "HTTP1",
      IpAddressType: "ipv4",
    },
  ]);
});

test("making a target group again with the same settings answers the one that there is", async () => {
  const web = await openWeb();
  const arn = await createTargets(web);
  expect(await createTargets(web)).toBe(arn);
  for (const other of [{ Port: 81 }, { HealthCheckPath: "/health" }, { Tags: [{ Key: "a" }] }]) {
    expect(await refusal(createTargets(web, other as object))).toMatchObject({
      code: "DuplicateTargetGroupNameException",
      message: "A target group with the same name 'shop' exists, but with different settings",
    });
  }
});

describe("what a target group cannot be made of", () => {
  test.each([
    ["ip targets", { TargetType: "ip" as const }, "UnsupportedOperation"],
    ["TCP", { Protocol: "TCP" as const }, "UnsupportedOperation"],
    ["HTTP2", { ProtocolVersion: "HTTP2" }, "UnsupportedOperation"],
    ["a port", { Port: 0 }, "ValidationError"],
    ["no network", { VpcId: undefined }, "ValidationError"],
    ["a network that there is not", { VpcId: "vpc-1" }, "ValidationError"],
    ["a name", { Name: "shop_front" }, "ValidationError"],
    ["a matcher", { Matcher: { HttpCode: "500" } }, "ValidationError"],
    ["a path", { HealthCheckPath: "health" }, "ValidationError"],
    ["an interval", { HealthCheckIntervalSeconds: 4 }, "ValidationError"],
    ["a timeout as long as the interval", { HealthCheckTimeoutSeconds: 10 }, "ValidationError"],
    ["a health check over TCP", { HealthCheckProtocol: "TCP" as const }, "ValidationError"],
    ["no health check", { HealthCheckEnabled: false }, "InvalidConfigurationRequestException"],
  ])("%s", async (_, more: Partial<CreateTargetGroupCommandInput>, code) => {
    const web = await openWeb();
    expect((await refusal(createTargets(web, more))).code).toBe(code);
  });

  test("more than the quota", async () => {
    const web = await openWeb({ quotas: { targetGroups: 1 } });
    await createTargets(web);
    expect((await refusal(createTargets(web, { Name: "other" }))).code).toBe(
      "TooManyTargetGroupsException",
    );
  });
});

test("target groups are found by load balancer, ARN and name", async () => {
  const front = await openFront();
  const other = await createTargets(front, { Name: "other" });
  const find = async (input: object) => {
    const { TargetGroups = [] } = await front.elbv2.send(new DescribeTargetGroupsCommand(input));
    return TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn);
  };
  expect(await find({ LoadBalancerArn: front.balancer })).toEqual([front.group]);
  expect(await find({ TargetGroupArns: [other] })).toEqual([other]);
  expect(await find({ Names: ["other"] })).toEqual([other]);
  expect(await find({})).toEqual([front.group, other]);
  expect(await refusal(find({ Names: ["none"] }))).toMatchObject({
    code: "TargetGroupNotFoundException",
    message: "One or more target groups not found",
  });
  expect((await refusal(find({ Names: ["other"], TargetGroupArns: [other] }))).code).toBe(
    "ValidationError",
  );
});

test("a health check is changed in part", async () => {
  const web = await openWeb();
  const TargetGroupArn = await createTargets(web);
  const { TargetGroups } = await web.elbv2.send(
    new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: "/health" }),
  );
  expect(TargetGroups).toMatchObject([
    { HealthCheckPath: "/health", HealthCheckIntervalSeconds: 10, HealthyThresholdCount: 3 },
  ]);
});

describe("a target group in use is not deleted", () => {
  async function remove(front: Awaited<ReturnType<typeof openFront>>, TargetGroupArn: string) {
    await front.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
  }

  test("until some seconds after its listener went", async () => {
    const front = await openFront();
    const inUse = {
      code: "ResourceInUseException",
      message: `Target group '${front.group}' is currently in use by a listener or a rule`,
    };
    expect(await refusal(remove(front, front.group))).toMatchObject(inUse);
    await front.elbv2.send(new DeleteListenerCommand({ ListenerArn: front.listener }));
    expect(await refusal(remove(front, front.group))).toMatchObject(inUse);
    front.account.pass(5);
    await remove(front, front.group);
    const { TargetGroups } = await front.elbv2.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups).toEqual([]);
    await remove(front, front.group);
  });

  test("by a rule, until its load balancer went", async () => {
    const front = await openFront();
    const other = await createTargets(front, { Name: "other" });
    await front.elbv2.send(
      new CreateRuleCommand({
        ListenerArn: front.listener,
        Priority: 1,
        Conditions: [{ Field: "path-pattern", Values: ["/*"] }],
        Actions: [{ Type: "forward", TargetGroupArn: other }],
      }),
    );
    expect((await refusal(remove(front, other))).code).toBe("ResourceInUseException");
    await front.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: front.balancer }));
    expect((await refusal(remove(front, other))).code).toBe("ResourceInUseException");
    front.account.pass(5);
    await remove(front, other);
  });
});
