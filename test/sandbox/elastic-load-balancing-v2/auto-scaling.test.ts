import {
  AttachLoadBalancerTargetGroupsCommand,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DescribeInstanceRefreshesCommand,
  DescribeLoadBalancerTargetGroupsCommand,
  DetachLoadBalancerTargetGroupsCommand,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DeleteListenerCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { activities, describeGroup } from "../auto-scaling/web-group.ts";
import { refusal } from "../clients.ts";
import { createTargets, healthOf, listen, openFront, type Web } from "./front.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const web = { AutoScalingGroupName: "web" };

type Front = Awaited<ReturnType<typeof openFront>>;

async function createGroup(
  { account, tier }: Web,
  more: Partial<CreateAutoScalingGroupCommandInput>,
): Promise<void> {
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      ...web,
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 2,
      VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
      HealthCheckType: "ELB",
      HealthCheckGracePeriod: 120,
      ...more,
    }),
  );
}

async function states(front: Web, group: string): Promise<string[]> {
  return [...(await healthOf(front, group)).values()];
}

/** Waits until so many targets are healthy, and no others are there. */
function healthy(front: Front, count: number, group = front.group): Promise<true> {
  return front.account.until(900, async () => {
    const all = await states(front, group);
    return all.length === count && all.every((state) => state === "healthy") ? true : undefined;
  });
}

async function drainFor({ elbv2, group }: Front, seconds: number): Promise<void> {
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: String(seconds) }],
    }),
  );
}

async function attachmentState({ account }: Front): Promise<string | undefined> {
  const { LoadBalancerTargetGroups = [] } = await account.autoScaling.send(
    new DescribeLoadBalancerTargetGroupsCommand(web),
  );
  return LoadBalancerTargetGroups[0]?.State;
}

function attach({ account }: Front, ...TargetGroupARNs: string[]) {
  return account.autoScaling.send(
    new AttachLoadBalancerTargetGroupsCommand({ ...web, TargetGroupARNs }),
  );
}

test("a group registers its instances with its target groups, and tells of both kinds", async () => {
  const front = await openFront();
  const { account, group } = front;
  await createGroup(front, { TargetGroupARNs: [group], LoadBalancerNames: ["front"] });
  expect(await attachmentState(front)).toBe("InService");
  await healthy(front, 2);
  expect(await describeGroup(account)).toMatchObject({
    LoadBalancerNames: ["front"],
    TargetGroupARNs: [group],
    TrafficSources: [
      { Identifier: "front", Type: "elb" },
      { Identifier: group, Type: "elbv2" },
    ],
  });
});

test("a group is not made with a target group that there is not", async () => {
  const front = await openFront();
  const none = `${front.group.slice(0, -16)}0123456789abcdef`;
  expect(await refusal(createGroup(front, { TargetGroupARNs: [none] }))).toMatchObject({
    code: "ValidationError",
    message: "Provided Target Groups may not be valid. Please ensure they exist and try again.",
  });
});

test("an attached target group gets the instances, a detached one gives them back after draining", async () => {
  const front = await openFront();
  const { account, group } = front;
  await createGroup(front, {});
  account.pass(200);
  await drainFor(front, 60);
  await attach(front, group);
  expect(await attachmentState(front)).toBe("Added");
  account.pass(30);
  expect(await attachmentState(front)).toBe("InService");
  expect(await states(front, group)).toEqual(["healthy", "healthy"]);
  await account.autoScaling.send(
    new DetachLoadBalancerTargetGroupsCommand({ ...web, TargetGroupARNs: [group] }),
  );
  expect(await attachmentState(front)).toBe("Removing");
  expect((await describeGroup(account))?.TargetGroupARNs).toEqual([]);
  account.pass(59);
  expect(await attachmentState(front)).toBe("Removing");
  account.pass(5);
  expect(await attachmentState(front)).toBeUndefined();
  expect(await states(front, group)).toEqual([]);
  expect((await describeGroup(account))?.Instances).toHaveLength(2);
});

test("an instance on its way out is draining first", async () => {
  const front = await openFront();
  const { account, group } = front;
  await drainFor(front, 120);
  await createGroup(front, { TargetGroupARNs: [group] });
  await healthy(front, 2);
  await account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity: 1 }));
  account.pass(100);
  expect((await activities(account))[0]).toMatchObject({
    StatusCode: "WaitingForELBConnectionDraining",
  });
  expect((await states(front, group)).toSorted()).toEqual([
    "draining Target.DeregistrationInProgress",
    "healthy",
  ]);
  account.pass(120);
  expect((await activities(account))[0]).toMatchObject({ StatusCode: "Successful" });
  expect(await states(front, group)).toEqual(["healthy"]);
});

test("an instance that its target group reports as unhealthy is replaced", async () => {
  const front = await openFront();
  const { account, elbv2, group } = front;
  await drainFor(front, 0);
  await createGroup(front, { TargetGroupARNs: [group] });
  await healthy(front, 2);
  account.pass(120);
  const before = [...(await healthOf(front, group)).keys()];
  const matcher = (HttpCode: string) =>
    elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: group, Matcher: { HttpCode } }));
  await matcher("201");
  account.pass(60);
  expect((await activities(account)).map(({ Cause }) => Cause)).toContainEqual(
    expect.stringContaining("in response to an ELB system health check failure"),
  );
  await matcher("200");
  await healthy(front, 2);
  expect([...(await healthOf(front, group)).keys()]).not.toEqual(before);
});

test("a target group in which no instance ever passed has no say", async () => {
  const front = await openFront();
  const { account } = front;
  await createGroup(front, { TargetGroupARNs: [front.group] });
  await healthy(front, 2);
  const strict = await createTargets(front, { Name: "strict", Matcher: { HttpCode: "201" } });
  await listen(front, front.balancer, strict, 81);
  await attach(front, strict);
  account.pass(900);
  expect(await states(front, strict)).toEqual([
    "unhealthy Target.ResponseCodeMismatch",
    "unhealthy Target.ResponseCodeMismatch",
  ]);
  expect(await activities(account)).toHaveLength(2);
});

test("one bad source of several is enough", async () => {
  const front = await openFront();
  const { account, elbv2, group } = front;
  const second = await createTargets(front, { Name: "second" });
  await listen(front, front.balancer, second, 81);
  await createGroup(front, { TargetGroupARNs: [group, second] });
  await healthy(front, 2);
  await healthy(front, 2, second);
  account.pass(120);
  await elbv2.send(
    new ModifyTargetGroupCommand({ TargetGroupArn: second, Matcher: { HttpCode: "201" } }),
  );
  account.pass(60);
  expect((await activities(account)).length).toBeGreaterThan(2);
});

test("without its target group, a group launches nothing, and its instances stay", async () => {
  const front = await openFront();
  const { account, elbv2, group, listener } = front;
  await createGroup(front, { TargetGroupARNs: [group] });
  await healthy(front, 2);
  await elbv2.send(new DeleteListenerCommand({ ListenerArn: listener }));
  account.pass(10);
  await elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: group }));
  account.pass(600);
  expect((await describeGroup(account))?.Instances).toHaveLength(2);
  await account.autoScaling.send(new SetDesiredCapacityCommand({ ...web, DesiredCapacity: 3 }));
  account.pass(30);
  expect((await activities(account))[0]).toMatchObject({
    StatusCode: "Failed",
    StatusMessage: expect.stringContaining(
      "One or more target groups not found. Validating load balancer configuration failed.",
    ),
  });
});

test("an instance refresh waits for the target group, and nothing is attached meanwhile", async () => {
  const front = await openFront();
  const { account, group } = front;
  await drainFor(front, 30);
  await createGroup(front, { TargetGroupARNs: [group] });
  await healthy(front, 2);
  account.pass(200);
  const before = [...(await healthOf(front, group)).keys()];
  await account.autoScaling.send(
    new StartInstanceRefreshCommand({
      ...web,
      Preferences: { MinHealthyPercentage: 100, InstanceWarmup: 0 },
    }),
  );
  account.pass(10);
  const other = await createTargets(front, { Name: "other" });
  expect((await refusal(attach(front, other))).code).toBe("InstanceRefreshInProgressFault");
  await account.until(3600, async () => {
    const all = await states(front, group);
    // There is always enough to serve.
    expect(all.filter((state) => state === "healthy").length).toBeGreaterThanOrEqual(2);
    const { InstanceRefreshes = [] } = await account.autoScaling.send(
      new DescribeInstanceRefreshesCommand(web),
    );
    return InstanceRefreshes[0]?.Status === "Successful" ? true : undefined;
  });
  const after = [...(await healthOf(front, group)).keys()];
  expect(after.filter((id) => before.includes(id))).toEqual([]);
});

test("a group of an earlier release, without target groups, goes on", async () => {
  const front = await openFront();
  await createGroup(front, { LoadBalancerNames: ["front"] });
  front.account.pass(200);
  const state = JSON.parse(front.account.sandbox.snapshot());
  for (const region of Object.values<Record<string, object>>(state.regions)) {
    for (const table of [
      "application-load-balancer",
      "target-group",
      "listener",
      "listener-rule",
    ]) {
      delete region[table];
    }
    const groups = JSON.stringify(region["auto-scaling-group"] ?? {});
    region["auto-scaling-group"] = JSON.parse(groups.replaceAll('"targetGroups":[],', ""));
  }
  const snapshot = JSON.stringify(state);
  expect(snapshot).not.toContain("targetGroups");
  const sandbox = await createSandbox({ snapshot, speed: 1 });
  const described = await sandbox.call("autoscaling", "DescribeAutoScalingGroups", {});
  expect(described).toMatchObject({
    AutoScalingGroups: [{ LoadBalancerNames: ["front"], TargetGroupARNs: [] }],
  });
  expect(await sandbox.call("elbv2", "DescribeLoadBalancers", {})).toEqual({ LoadBalancers: [] });
  vi.setSystemTime(Date.now() + 600_000);
  await sandbox.call("autoscaling", "SetDesiredCapacity", { ...web, DesiredCapacity: 1 });
  vi.setSystemTime(Date.now() + 600_000);
  expect(await sandbox.call("autoscaling", "DescribeAutoScalingGroups", {})).toMatchObject({
    AutoScalingGroups: [{ Instances: [{ LifecycleState: "InService" }] }],
  });
});
