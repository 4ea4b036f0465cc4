import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { withHealth } from "../../../src/resources/auto-scaling-group/live.ts";
import { type Answers, openStage, ours, refusal } from "../answers.ts";
import { member as servingMember } from "./group-members.ts";

const arn = (name: string) => `arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/${name}/1`;

const targetGroup = (name: string, Port: number, LoadBalancerArns: readonly string[] = []) => ({
  TargetGroupArn: arn(name),
  Port,
  LoadBalancerArns,
});

const ids = ["i-1", "i-2"];

const group: AutoScalingGroup = {
  AutoScalingGroupName: "afterpay-web",
  MinSize: 1,
  MaxSize: 4,
  DesiredCapacity: 2,
  DefaultCooldown: 30,
  CreatedTime: new Date("2025-12-31T10:00:00Z"),
  AvailabilityZones: ["eu-west-1a"],
  HealthCheckType: "ELB",
  TargetGroupARNs: [arn("b"), arn("a")],
  LaunchTemplate: { LaunchTemplateId: "lt-1", Version: "2" },
  Tags: ours("auto-scaling-group/web"),
  Instances: ids.map((id) => servingMember(id)),
};

const running = ids.map((InstanceId) => ({ InstanceId, State: { Name: "running" as const } }));

/** An account whose load balancers forward to both target groups, where all servers are healthy. */
function account(more: Answers = {}) {
  return openStage({
    "elbv2:DescribeTargetGroups": {
      TargetGroups: [
        targetGroup("a", 80, ["arn:alb"]),
        targetGroup("b", 80, ["arn:alb"]),
        targetGroup("theirs", 81, ["arn:theirs"]),
      ],
    },
    "elbv2:DescribeTargetHealth": {
      TargetHealthDescriptions: ids.map((Id) => ({
        Target: { Id },
        TargetHealth: { State: "healthy" },
      })),
    },
    ...more,
  });
}

describe("a group behind target groups", () => {
  test("is ready when these have as many healthy as it wants, and uses what forwards to them", async () => {
    const { context, asked, calls } = account();
    const live = await withHealth(context, group, running);
    expect(live.status).toBe("ready");
    expect(live.fields).toMatchObject({
      loadBalancers: [],
      targetGroups: [arn("a"), arn("b")],
      targetPort: 80,
      goneTargetGroups: null,
    });
    expect(live.uses).toEqual(["lt-1", arn("a"), arn("b"), "arn:alb"]);
    expect(live.usesTypes).toEqual(["target-group", "application-load-balancer"]);
    expect(asked("elbv2:DescribeTargetHealth")).toEqual([
      { TargetGroupArn: arn("b") },
      { TargetGroupArn: arn("a") },
    ]);
    expect(calls).not.toContain("elasticloadbalancing:DescribeInstanceHealth");
  });

  test("of several ports has none, which no wanted port differs from", async () => {
    const TargetGroups = [targetGroup("a", 80), targetGroup("b", 81)];
    const { context } = account({ "elbv2:DescribeTargetGroups": { TargetGroups } });
    const live = await withHealth(context, group, running);
    expect(live.fields.targetPort).toBeNull();
    expect(live.uses).toEqual(["lt-1", arn("a"), arn("b")]);
  });

  test.each([
    ["one that drains", "draining", undefined],
    ["one that fails", "unhealthy", "Target.Timeout"],
    ["one that is not checked", "unused", "Target.NotInUse"],
  ])("does not count %s", async (_, State, Reason) => {
    const { context } = account({
      "elbv2:DescribeTargetHealth": {
        TargetHealthDescriptions: [
          { Target: { Id: "i-1" }, TargetHealth: { State: "healthy" } },
          { Target: { Id: "i-2" }, TargetHealth: { State, Reason } },
        ],
      },
    });
    const live = await withHealth(context, group, running);
    expect(live.statusReason).toBe("1 of 2 instances are in service");
  });

  test("is not healthy while one of them is gone", async () => {
    const { context } = account({
      "elbv2:DescribeTargetHealth": () => refusal("TargetGroupNotFound"),
    });
    const live = await withHealth(context, group, running);
    expect(live.statusReason).toBe("0 of 2 instances are in service");
    expect(live.fields.goneTargetGroups).toEqual(expect.arrayContaining([arn("a"), arn("b")]));
    expect(live.fields.goneLoadBalancers).toBeNull();
  });
});
