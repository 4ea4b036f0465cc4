import { CreateAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CreateLaunchTemplateVersionCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
} from "@aws-sdk/client-ec2";
import {
  DeleteLoadBalancerCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { createTargets, openFront } from "../elastic-load-balancing-v2/front.ts";
import { templateData } from "../tier.ts";
import {
  alarmStates,
  capacities,
  cloudWatchClient,
  desired,
  grown,
  putPolicy,
  trackCpu,
  tracking,
  web,
} from "./scaling.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A group `web` of two servers behind an application load balancer. */
async function openTier() {
  const front = await openFront();
  const { account, tier, elbv2, group } = front;
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "0" }],
    }),
  );
  await account.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: tier.templateId,
      LaunchTemplateData: templateData(account, tier.webGroup, { Monitoring: { Enabled: true } }),
    }),
  );
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      ...web,
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "2" },
      MinSize: 2,
      MaxSize: 10,
      VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
      TargetGroupARNs: [group],
      DefaultInstanceWarmup: 0,
    }),
  );
  account.pass(900);
  const label = `${front.balancer.split("loadbalancer/")[1]}/${group.split(":").at(-1)}`;
  return { ...front, label, cloudWatch: cloudWatchClient(account) };
}

const requests = (ResourceLabel: string | undefined, target = 1000) =>
  tracking({ PredefinedMetricType: "ALBRequestCountPerTarget", ResourceLabel }, target, {
    PolicyName: "requests",
  });

async function requestSum(
  {
    account,
    cloudWatch,
  }: { account: { sandbox: { now(): number } }; cloudWatch: CloudWatchClient },
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/ApplicationELB",
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(account.sandbox.now() - 120_000),
      EndTime: new Date(account.sandbox.now()),
      Period: 60,
      Statistics: ["Sum"],
    }),
  );
  return Datapoints.at(-1)?.Sum;
}

test("requests are spread over the healthy targets, and the group grows until each gets its target", async () => {
  const tier = await openTier();
  const { account, balancer, group, label } = tier;
  await putPolicy(tier, requests(label));
  expect(account.sandbox.setLoad("requests", 6000)).toEqual({
    kind: "requests",
    group: "web",
    servers: 2,
    each: 3000,
    total: 6000,
    loadBalancer: "shop",
  });
  expect(await capacities(account, 3 * 3600)).toEqual([2, 6]);
  const dimensions = {
    LoadBalancer: balancer.split("loadbalancer/")[1] ?? "",
    TargetGroup: group.split(":").at(-1) ?? "",
  };
  const { LoadBalancer, TargetGroup } = dimensions;
  expect(await requestSum(tier, "RequestCountPerTarget", { TargetGroup })).toBeCloseTo(1000);
  expect(await requestSum(tier, "RequestCountPerTarget", dimensions)).toBeCloseTo(1000);
  expect(await requestSum(tier, "RequestCount", { LoadBalancer })).toBeCloseTo(6000);
  expect(await requestSum(tier, "RequestCount", dimensions)).toBeCloseTo(6000);
  account.sandbox.setLoad("requests", 0);
  await grown(account, 2, 3 * 3600);
});

test("the alarms of requests per target are those of the target group", async () => {
  const tier = await openTier();
  await putPolicy(tier, requests(tier.label));
  const { MetricAlarms = [] } = await tier.cloudWatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms).toHaveLength(2);
  expect(MetricAlarms[0]).toMatchObject({
    Namespace: "AWS/ApplicationELB",
    MetricName: "RequestCountPerTarget",
    Dimensions: [{ Name: "TargetGroup", Value: tier.group.split(":").at(-1) }],
    Statistic: "Sum",
    Threshold: 1000,
  });
});

test("of two policies, one is enough to scale out, and both are needed to scale in", async () => {
  const tier = await openTier();
  const { account, label } = tier;
  await trackCpu(tier);
  await putPolicy(tier, requests(label));
  account.sandbox.setLoad("requests", 4000);
  await grown(account, 4);
  // Both would act now: the larger number counts.
  account.sandbox.setLoad("requests", 6000);
  account.sandbox.setLoad("cpu", 100);
  await grown(account, 8);
  account.sandbox.setLoad("requests", 0);
  expect(await capacities(account, 2 * 3600)).toEqual([8]);
  expect(await alarmStates({ ...tier })).toMatchObject({ "TargetTracking-web-AlarmLow": "ALARM" });
  // 240 in all: five servers.
  account.sandbox.setLoad("cpu", 30);
  await grown(account, 5, 2 * 3600);
  account.sandbox.setLoad("cpu", 0);
  await grown(account, 2, 2 * 3600);
});

test("a policy without scale-in has no say when the group scales in", async () => {
  const tier = await openTier();
  const { account, label } = tier;
  await trackCpu(tier, {}, { DisableScaleIn: true });
  await putPolicy(tier, requests(label));
  account.sandbox.setLoad("cpu", 100);
  await grown(account, 4);
  account.sandbox.setLoad("cpu", 20);
  await grown(account, 2, 2 * 3600);
});

test("a group does not scale in while one of its policies has no low alarm", async () => {
  const tier = await openTier();
  const { account, cloudWatch, label } = tier;
  const { Alarms: [, low] = [] } = await trackCpu(tier);
  await putPolicy(tier, requests(label));
  account.sandbox.setLoad("requests", 4000);
  await grown(account, 4);
  await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [low?.AlarmName ?? ""] }));
  account.sandbox.setLoad("requests", 0);
  expect(await capacities(account, 2 * 3600)).toEqual([4]);
  await trackCpu(tier);
  await grown(account, 2, 2 * 3600);
});

test("a target group that is not attached has no policy", async () => {
  const tier = await openTier();
  const other = await createTargets(tier, { Name: "other" });
  const [balancer = ""] = tier.label.split("/targetgroup/");
  const label = `${balancer}/${other.split(":").at(-1)}`;
  for (const wrong of [label, "shop", tier.label.slice(0, -1)]) {
    expect(await refusal(putPolicy(tier, requests(wrong)))).toEqual({
      code: "ValidationError",
      message: `You can't specify a resource label unless the target group is attached to the Auto Scaling group. The resource label ${wrong} does not name a target group of web.`,
      status: 400,
    });
  }
  expect(await refusal(putPolicy(tier, requests(undefined)))).toMatchObject({
    code: "ValidationError",
    message:
      "Resource label should be specified for predefined metric type ALBRequestCountPerTarget",
  });
  expect(await desired(tier.account)).toBe(2);
});

test("a load balancer for the internet gets no requests without a route back", async () => {
  const tier = await openTier();
  const { account, balancer, group, label } = tier;
  await putPolicy(tier, requests(label));
  account.sandbox.setLoad("requests", 6000);
  account.pass(120);
  const dimensions = {
    LoadBalancer: balancer.split("loadbalancer/")[1] ?? "",
    TargetGroup: group.split(":").at(-1) ?? "",
  };
  expect(await requestSum(tier, "RequestCountPerTarget", dimensions)).toBeCloseTo(3000);
  const { RouteTables } = await account.ec2.send(new DescribeRouteTablesCommand({}));
  const [{ RouteTableId } = {}] = RouteTables ?? [];
  const route = { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  await account.ec2.send(new DeleteRouteCommand(route));
  account.pass(180);
  expect(await requestSum(tier, "RequestCountPerTarget", dimensions)).toBe(0);
});

test("a load balancer that is deleted gets no requests", async () => {
  const tier = await openTier();
  const { account, balancer, elbv2 } = tier;
  account.sandbox.setLoad("requests", 6000);
  expect([...account.sandbox.records("request-load").keys()]).toEqual([balancer]);
  await elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer }));
  expect(account.sandbox.records("request-load").size).toBe(0);
  expect(() => account.sandbox.setLoad("requests", 6000)).toThrow(
    "The Auto Scaling group web has no load balancer",
  );
});
