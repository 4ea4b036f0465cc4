import type { AutoScalingGroup, LifecycleHook } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import {
  heldMembers,
  heldNote,
  heldRemedy,
  heldWords,
  hooksRemedy,
  launchHooksRemedy,
  watchHooks,
} from "../../../src/resources/auto-scaling-group/lifecycle-hooks.ts";
import { openStage } from "../answers.ts";

const place = { group: "web", region: "eu-west-1" };

function hook(LifecycleHookName: string, what = "LAUNCHING"): LifecycleHook {
  return {
    LifecycleHookName,
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${what}`,
    HeartbeatTimeout: 300,
    DefaultResult: "ABANDON",
  };
}

/** A group with members in these states, `i-1` and so on. */
function groupOf(...states: readonly string[]): AutoScalingGroup {
  return {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "EC2",
    CreatedTime: new Date(0),
    Instances: states.map((LifecycleState, index) => ({
      InstanceId: `i-${index + 1}`,
      AvailabilityZone: "eu-west-1a",
      LifecycleState: LifecycleState as "InService",
      HealthStatus: "Healthy",
      ProtectedFromScaleIn: false,
    })),
  };
}

const account = () =>
  openStage({
    "autoscaling:DescribeLifecycleHooks": {
      LifecycleHooks: [hook("warm-up"), hook("drain", "TERMINATING"), hook("check")],
    },
  });

const namesIn = (hooks: readonly LifecycleHook[]) =>
  hooks.map(({ LifecycleHookName }) => LifecycleHookName);

describe("members that hooks hold", () => {
  test("are those in a wait state, each with the hooks of its transition", async () => {
    const stage = account();
    const group = groupOf("InService", "Pending:Wait", "Terminating:Wait", "Pending:Proceed");
    const held = await heldMembers(stage.context, group);
    expect(held.map(({ id, lifecycle, hooks }) => [id, lifecycle, namesIn(hooks)])).toEqual([
      ["i-2", "Pending:Wait", ["warm-up", "check"]],
      ["i-3", "Terminating:Wait", ["drain"]],
    ]);
    expect(stage.asked("autoscaling:DescribeLifecycleHooks")).toEqual([
      { AutoScalingGroupName: "web" },
    ]);
  });

  test("are none, and no hook is asked for, where nobody waits", async () => {
    const stage = account();
    const stateless = { ...groupOf("InService") };
    const [only] = stateless.Instances ?? [];
    const Instances = only === undefined ? [] : [{ ...only, LifecycleState: undefined }];
    for (const group of [
      groupOf("InService", "Terminating"),
      { ...stateless, Instances },
      { ...stateless, Instances: undefined },
    ]) {
      expect(await heldMembers(stage.context, group)).toEqual([]);
      expect(await watchHooks(stage.context, "web").held(group)).toEqual([]);
    }
    expect(stage.calls).toEqual([]);
  });

  test("are asked about once by a wait, as long as they are the same", async () => {
    const stage = account();
    const { held } = watchHooks(stage.context, "web");
    const looks = [
      [groupOf("InService", "Pending:Wait"), 1],
      [groupOf("Pending", "Pending:Wait"), 1],
      [groupOf("Pending", "Terminating:Wait"), 2],
      [groupOf("Terminating:Wait", "Terminating:Wait"), 3],
      [groupOf("InService", "InService"), 3],
      [groupOf("Pending:Wait"), 4],
    ] as const;
    for (const [group, calls] of looks) {
      const found = await held(group);
      expect(found).toHaveLength(
        group.Instances?.filter(({ LifecycleState }) => LifecycleState?.endsWith(":Wait")).length ??
          0,
      );
      expect(stage.calls).toHaveLength(calls);
    }
  });
});

describe("a wait that hooks hold up", () => {
  const member = (id: string, lifecycle = "Pending:Wait") => ({
    id,
    lifecycle,
    hooks: [hook("warm-up")],
  });

  /** Looks every ten minutes at those that are held then; says what it is allowed besides after each. */
  async function look(...looks: readonly (readonly ReturnType<typeof member>[])[]) {
    const { context } = account();
    const hooks = watchHooks(context, "web");
    const allowed: number[] = [];
    for (const members of looks) {
      await hooks.stopIfStuck(members, "the rollout");
      allowed.push(hooks.allowance() / 60_000);
      await context.clock.sleep(10 * 60_000);
    }
    return allowed;
  }

  const [one, other] = [member("i-1"), member("i-2")];
  test("is given as much more time, up to half an hour", async () => {
    expect(await look([], [], [one], [one], [one], [], [], [other], [])).toEqual([
      0, 0, 0, 10, 20, 30, 30, 30, 30,
    ]);
  });

  test("ends when one of them has been held for half an hour, with what lets it go on", async () => {
    const failure = look([one], [one, other], [one, other], [other, one]);
    await expect(failure).rejects.toMatchObject({
      message:
        "the rollout has waited 30 minutes for a lifecycle hook to be completed: i-1 is Pending:Wait: the lifecycle hook warm-up holds it, for at most 300 s after each heartbeat (then ABANDON)",
      code: "LifecycleHookNotCompleted",
      operation: "autoscaling:DescribeAutoScalingGroups",
      remedy: `If the hook only needs more time, run the same command again to keep waiting. ${heldRemedy(one, place)}`,
    });
  });

  test("goes on where each is let go on in time", async () => {
    const leaving = member("i-1", "Terminating:Wait");
    expect(await look([one], [one], [one], [leaving], [leaving], [leaving])).toHaveLength(6);
    expect(await look([one], [one], [one], [other], [other], [other])).toHaveLength(6);
    expect(await look([one], [one], [one], [], [one], [one], [one])).toHaveLength(7);
  });
});

describe("of a member that is held", () => {
  const held = { id: "i-1", lifecycle: "Pending:Wait", hooks: [hook("warm-up")] };
  const complete = (name: string) =>
    `aws autoscaling complete-lifecycle-action --auto-scaling-group-name web --lifecycle-hook-name ${name} --instance-id i-1 --lifecycle-action-result CONTINUE --region eu-west-1`;
  const letGo =
    "If nothing else will complete the hook, complete it yourself so that the server continues: ";

  test.each([
    [
      [hook("warm-up")],
      "is Pending:Wait: the lifecycle hook warm-up holds it, for at most 300 s after each heartbeat (then ABANDON)",
      `${letGo}${complete("warm-up")}`,
    ],
    [
      [hook("warm-up"), hook("check")],
      "is Pending:Wait: the lifecycle hook warm-up or check holds it",
      `${letGo}${complete("warm-up")} and then: ${complete("check")}`,
    ],
    [
      [],
      "is Pending:Wait: the lifecycle hook that held it no longer exists",
      "Check again in a minute.",
    ],
  ])("it is said what holds it and how it goes on (%#)", (hooks, words, remedy) => {
    expect(heldWords({ ...held, hooks })).toBe(words);
    expect(heldRemedy({ ...held, hooks }, place)).toBe(remedy);
    expect(heldNote({ ...held, hooks }, place)).toEqual({ summary: `i-1 ${words}`, remedy });
  });
});

describe("of hooks that keep the group from what it is about", () => {
  const remove = (name: string) =>
    `aws autoscaling delete-lifecycle-hook --auto-scaling-group-name web --lifecycle-hook-name ${name} --region eu-west-1`;
  const remedyOf = (which: string, commands: string) =>
    `Find out what ${which} waits for, and why it is not completed in time. Correct that, then apply again. To delete a hook that nobody needs: ${commands}`;

  test.each([
    [[hook("drain")], remedyOf("the lifecycle hook drain", remove("drain"))],
    [
      [hook("drain"), hook("flush")],
      remedyOf(
        "each of the lifecycle hooks drain and flush",
        `${remove("drain")} or: ${remove("flush")}`,
      ),
    ],
    [[], "The lifecycle hook no longer exists. Apply again."],
  ])("it is said what to look at, and how to be rid of them (%#)", (hooks, remedy) => {
    expect(hooksRemedy(hooks, place)).toBe(remedy);
  });

  test("those of launches are looked up where a launch was abandoned", async () => {
    const stage = account();
    expect(await launchHooksRemedy(stage.context, "web")).toBe(
      remedyOf(
        "each of the lifecycle hooks warm-up and check",
        `${remove("warm-up")} or: ${remove("check")}`,
      ),
    );
    const unknown = openStage({
      "autoscaling:DescribeLifecycleHooks": { LifecycleHooks: [{ LifecycleHookName: "odd" }] },
    });
    expect(await launchHooksRemedy(unknown.context, "web")).toMatch(
      /^The lifecycle hook no longer exists/,
    );
  });
});
