import {
  AddTagsCommand,
  DescribeAccountLimitsCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeSSLPoliciesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RemoveTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { createTargets, openFront, openWeb } from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

test("target group attributes have defaults, bounds and exclusions", async () => {
  const web = await openWeb();
  const TargetGroupArn = await createTargets(web);
  const { Attributes = [] } = await web.elbv2.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn }),
  );
  const values = Object.fromEntries(Attributes.map(({ Key = "", Value }) => [Key, Value]));
  expect(values).toMatchObject({
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.type": "round_robin",
    "slow_start.duration_seconds": "0",
    "stickiness.enabled": "false",
    "stickiness.type": "lb_cookie",
  });
  const modify = (changes: Record<string, string>) =>
    web.elbv2.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn,
        Attributes: Object.entries(changes).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  const changed = await modify({ "slow_start.duration_seconds": "30" });
  expect(changed.Attributes).toContainEqual({ Key: "slow_start.duration_seconds", Value: "30" });
  const least = { "load_balancing.algorithm.type": "least_outstanding_requests" };
  expect((await refusal(modify(least))).code).toBe("InvalidConfigurationRequestException");
  await modify({ ...least, "slow_start.duration_seconds": "0" });
  for (const [bad, code] of [
    [{ "slow_start.duration_seconds": "29" }, "ValidationError"],
    [{ "deregistration_delay.timeout_seconds": "3601" }, "ValidationError"],
    [{ "stickiness.enabled": "yes" }, "ValidationError"],
    [{ "stickiness.app_cookie.cookie_name": "AWSALB1" }, "ValidationError"],
    [{ "no.such.key": "1" }, "ValidationError"],
    [{ "proxy_protocol_v2.enabled": "true" }, "InvalidConfigurationRequestException"],
  ] as const) {
    expect((await refusal(modify(bad))).code, JSON.stringify(bad)).toBe(code);
  }
});

test("load balancer attributes have defaults, and logs need a bucket", async () => {
  const front = await openFront();
  const { account, balancer: LoadBalancerArn, elbv2 } = front;
  const { Attributes = [] } = await elbv2.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }),
  );
  const values = Object.fromEntries(Attributes.map(({ Key = "", Value }) => [Key, Value]));
  expect(values).toMatchObject({
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "client_keep_alive.seconds": "3600",
    "deletion_protection.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http2.enabled": "true",
  });
  const modify = (changes: Record<string, string>) =>
    elbv2.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn,
        Attributes: Object.entries(changes).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  const logs = { "access_logs.s3.enabled": "true", "access_logs.s3.bucket": "shop-logs" };
  expect(await refusal(modify(logs))).toMatchObject({
    code: "InvalidConfigurationRequestException",
    message: "S3 bucket: shop-logs could not be found",
  });
  const s3 = new S3Client({
    region: account.sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: account.sandbox.requestHandler,
  });
  await s3.send(
    new CreateBucketCommand({
      Bucket: "shop-logs",
      CreateBucketConfiguration: { LocationConstraint: "ap-southeast-2" },
    }),
  );
  await modify(logs);
  for (const [bad, code] of [
    [{ "idle_timeout.timeout_seconds": "4001" }, "ValidationError"],
    [{ "no.such.key": "1" }, "ValidationError"],
    [{ "load_balancing.cross_zone.enabled": "false" }, "InvalidConfigurationRequestException"],
    [
      { "dns_record.client_routing_policy": "any_availability_zone" },
      "InvalidConfigurationRequestException",
    ],
    [{ "connection_logs.s3.enabled": "true" }, "ValidationError"],
  ] as const) {
    expect((await refusal(modify(bad))).code, JSON.stringify(bad)).toBe(code);
  }
});

test("tags of everything are added, described and removed by ARN", async () => {
  const front = await openFront();
  const { elbv2, balancer, group, listener } = front;
  const ResourceArns = [balancer, group, listener];
  const Tags = [
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ];
  await elbv2.send(new AddTagsCommand({ ResourceArns, Tags }));
  await elbv2.send(new RemoveTagsCommand({ ResourceArns: [group], TagKeys: ["a"] }));
  const { TagDescriptions } = await elbv2.send(new DescribeTagsCommand({ ResourceArns }));
  expect(TagDescriptions).toEqual([
    { ResourceArn: balancer, Tags },
    { ResourceArn: group, Tags: Tags.slice(1) },
    { ResourceArn: listener, Tags },
  ]);
  const many = Array.from({ length: 21 }, (_, index) => `${group}${index}`);
  const describeMany = elbv2.send(new DescribeTagsCommand({ ResourceArns: many }));
  expect((await refusal(describeMany)).code).toBe("ValidationError");
  const none = elbv2.send(new DescribeTagsCommand({ ResourceArns: [`${group}0`] }));
  expect((await refusal(none)).code).toBe("TargetGroupNotFoundException");
  const twice = [...Tags, { Key: "a", Value: "3" }];
  const repeated = elbv2.send(new AddTagsCommand({ ResourceArns, Tags: twice }));
  expect((await refusal(repeated)).code).toBe("DuplicateTagKeysException");
});

test("policies and limits are told", async () => {
  const { elbv2 } = await openWeb();
  const { SslPolicies = [] } = await elbv2.send(
    new DescribeSSLPoliciesCommand({ Names: ["ELBSecurityPolicy-TLS13-1-2-Res-2021-06"] }),
  );
  expect(SslPolicies[0]?.SslProtocols).toEqual(["TLSv1.2", "TLSv1.3"]);
  const none = elbv2.send(new DescribeSSLPoliciesCommand({ Names: ["none"] }));
  expect((await refusal(none)).code).toBe("SSLPolicyNotFoundException");
  const { Limits } = await elbv2.send(new DescribeAccountLimitsCommand({}));
  expect(Limits).toContainEqual({ Name: "application-load-balancers", Max: "50" });
});
