import { expect, test } from "vitest";
import { untilGroupsLeft } from "../../../src/resources/auto-scaling-group/leaving-groups.ts";
import { toLiveGroup } from "../../../src/resources/auto-scaling-group/live.ts";
import { type Answers, openStage, ours } from "../answers.ts";

const arn = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1";
const group = {
  AutoScalingGroupName: "afterpay-web",
  MinSize: 1,
  MaxSize: 1,
  DesiredCapacity: 1,
  DefaultCooldown: 30,
  AvailabilityZones: ["eu-west-1a"],
  HealthCheckType: "ELB",
  CreatedTime: new Date("2025-12-31T10:00:00Z"),
  Tags: ours("auto-scaling-group/web"),
};

/** An account whose group leaves the target group with the second look, and the load balancer with the third. */
function leaving(more: Answers = {}) {
  const looks = { targets: 0, balancers: 0 };
  const stage = openStage({
    "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [group] },
    "autoscaling:DescribeLoadBalancerTargetGroups": () => {
      looks.targets += 1;
      const State = looks.targets > 1 ? "Removed" : "Removing";
      return { LoadBalancerTargetGroups: [{ LoadBalancerTargetGroupARN: arn, State }] };
    },
    "autoscaling:DescribeLoadBalancers": () => {
      looks.balancers += 1;
      const front = { LoadBalancerName: "front", State: "Removing" };
      return { LoadBalancers: looks.balancers > 2 ? [] : [front] };
    },
    ...more,
  });
  const found = [toLiveGroup(group, stage.context, "ready")];
  return { ...stage, context: { ...stage.context, found } };
}

test("what a group still drains from is waited for", async () => {
  const { context, told, passed } = leaving();
  await untilGroupsLeft(context, { targetGroups: [arn], loadBalancers: ["front"] });
  expect(told).toEqual([`front and ${arn} is being detached`, "front is being detached"]);
  expect(passed()).toBe(10);
});

test("what the group is still attached to is not waited for: it keeps its name", async () => {
  const attached = { ...group, TargetGroupARNs: [arn], LoadBalancerNames: ["front"] };
  const { context, calls } = leaving({
    "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [attached] },
  });
  await untilGroupsLeft(context, { targetGroups: [arn], loadBalancers: ["front"] });
  expect(calls).toEqual(["autoscaling:DescribeAutoScalingGroups"]);
});

test("a group that is gone or going, or that nobody found, is not waited for", async () => {
  const deleted = leaving({ "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [] } });
  await untilGroupsLeft(deleted.context, { targetGroups: [arn] });
  expect(deleted.calls).not.toContain("autoscaling:DescribeLoadBalancerTargetGroups");
  const { context, calls } = leaving();
  const found = [toLiveGroup(group, context, "deleting")];
  await untilGroupsLeft({ ...context, found }, { targetGroups: [arn] });
  await untilGroupsLeft({ ...context, found: [] }, { targetGroups: [arn] });
  expect(calls).toEqual([]);
});
