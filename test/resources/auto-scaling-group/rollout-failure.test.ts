import type { InstanceRefresh } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import {
  type HookHold,
  holdOf,
  rolloutFailure,
} from "../../../src/resources/auto-scaling-group/rollout-failure.ts";
import { type Answers, beginning, openStage, ours } from "../answers.ts";

const hook = {
  LifecycleHookName: "warm-up",
  LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
};
const member = (id: string) => ({ id, lifecycle: "Pending:Wait", hooks: [hook] });

describe("a hold", () => {
  const before = { member: member("i-1"), since: 1, until: 5 };
  test.each<[what: string, now: string | undefined, earlier: HookHold | undefined, since: number]>([
    ["begins", "i-1", undefined, 9],
    ["goes on", "i-1", before, 1],
    ["is another one's", "i-2", before, 9],
    ["is over", undefined, before, 0],
  ])("%s", (_what, id, earlier, since) => {
    const now = id === undefined ? undefined : member(id);
    expect(holdOf(now, earlier, 9)).toEqual(
      now === undefined ? undefined : { member: now, since, until: 9 },
    );
  });
});

const capacity = "We currently do not have sufficient t3.micro capacity";
const launch = (StatusMessage: string, seconds: number) => ({
  ActivityId: "a",
  StatusCode: "Failed",
  StartTime: new Date(beginning + seconds * 1000),
  Description: "Launching a new EC2 instance",
  StatusMessage,
});

/** How a rollout from second 10 on failed: what was tried, and in which state `i-1` is then. */
async function failureOf(
  refresh: Partial<InstanceRefresh>,
  {
    activities = [] as readonly object[],
    hold = undefined as HookHold | undefined,
    now = "InService",
  } = {},
  more: Answers = {},
) {
  const group = {
    AutoScalingGroupName: "web",
    Tags: ours("auto-scaling-group/web"),
    Instances: [
      { InstanceId: "i-0", LifecycleState: "Pending:Wait" },
      { InstanceId: "i-1", LifecycleState: now },
    ],
  };
  const stage = openStage({
    "autoscaling:DescribeScalingActivities": { Activities: activities },
    "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [group] },
    "autoscaling:DescribeLifecycleHooks": { LifecycleHooks: [hook] },
    ...more,
  });
  const StartTime = new Date(beginning + 10_000);
  const failure = await rolloutFailure(stage.context, "web", { StartTime, ...refresh }, hold);
  return { ...stage, failure };
}

const sick =
  "Find out why the new instances are not healthy (image, application or rules). Correct that, then apply again.";

describe("a rollout that failed", () => {
  test.each<[refresh: InstanceRefresh, message: string]>([
    [{ Status: "Failed" }, "the rollout failed"],
    [{ Status: "Failed", StatusReason: "no progress" }, "the rollout failed: no progress"],
    [
      {
        Status: "RollbackSuccessful",
        RollbackDetails: { RollbackReason: "sick" },
        StatusReason: "done",
      },
      "the rollout failed, and AWS rolled all instances back: sick; done",
    ],
    [{ Status: "RollbackFailed" }, "the rollout failed, and so did the rollback"],
    [{ Status: "Unheard" as "Failed" }, "Unheard"],
    [{}, ""],
  ])("%j is told as: %s", async (refresh, message) => {
    const { failure } = await failureOf(refresh);
    expect(failure).toMatchObject({
      message,
      code: `InstanceRefresh${refresh.Status ?? ""}`,
      operation: "autoscaling:StartInstanceRefresh",
      remedy: sick,
    });
  });

  test("because somebody cancelled it is decided between the two", async () => {
    const hold = { member: member("i-1"), since: 0, until: 60 * 60_000 };
    const { failure } = await failureOf({ Status: "Cancelled" }, { hold });
    expect(failure).toMatchObject({
      message: "somebody cancelled the rollout",
      remedy:
        "Another apply of this stack, or a person, cancelled it. Decide which stack file is right, then apply that one.",
    });
  });

  test("for want of room is told to do without, and with what was tried last", async () => {
    const { failure } = await failureOf(
      { Status: "Failed" },
      { activities: [launch(capacity, 10)] },
    );
    expect(failure.message).toBe(
      `the rollout failed\nlast scaling activities:\n  Failed: Launching a new EC2 instance: ${capacity}`,
    );
    expect(failure.remedy).toMatch(
      /^Choose another instance type.* Or let the rollout run without extra servers: set scaling\.rollout\.maxHealthy to 100 and minHealthy below 100\. Then apply again\.$/,
    );
  });

  test("for launches that room does not help is told what does", async () => {
    const activities = [launch("attempting to assume role: Access denied", 10)];
    const { failure } = await failureOf({ Status: "Failed" }, { activities });
    expect(failure.remedy).toMatch(/^Apply again in a few minutes\..* creates it\.$/);
  });

  test("is not explained by launches from before it, nor by words of which nothing is known", async () => {
    for (const activity of [launch(capacity, 9), launch("who knows", 10)]) {
      const { failure } = await failureOf({ Status: "Failed" }, { activities: [activity] });
      expect(failure.remedy).toBe(sick);
    }
    const activities = [{ ...launch(capacity, 0), StartTime: undefined }];
    const { failure } = await failureOf({ Status: "Failed", StartTime: undefined }, { activities });
    expect(failure.remedy).toMatch(/^Choose another instance type/);
  });

  const minutes = (count: number): HookHold => ({
    member: member("i-1"),
    since: 5 * 60_000,
    until: (5 + count) * 60_000,
  });
  test("while a hook held a server for long is told how that goes on, as long as it does", async () => {
    const activities = [launch(capacity, 10)];
    const hold = minutes(10);
    const failed = { Status: "Failed" } as const;
    const { failure } = await failureOf(failed, { hold, activities, now: "Pending:Wait" });
    expect(failure.remedy).toMatch(
      /complete-lifecycle-action --auto-scaling-group-name web --lifecycle-hook-name warm-up --instance-id i-1 .* --region eu-west-1$/,
    );
  });

  test("and what to do about the hook where the server is let go, or its group is gone", async () => {
    const gone = { "autoscaling:DescribeAutoScalingGroups": { AutoScalingGroups: [] } };
    for (const more of [{}, gone]) {
      const { failure } = await failureOf({ Status: "Failed" }, { hold: minutes(10) }, more);
      expect(failure.remedy).toMatch(
        /^Find out what the lifecycle hook warm-up waits for, .*delete-lifecycle-hook --auto-scaling-group-name web .* --region eu-west-1$/,
      );
    }
  });

  test("and nothing of a hook that held it by the way", async () => {
    const { failure, calls } = await failureOf({ Status: "Failed" }, { hold: minutes(9.99) });
    expect(failure.remedy).toBe(sick);
    expect(calls).toEqual(["autoscaling:DescribeScalingActivities"]);
  });
});
