import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import {
  leaveSubnets,
  leftBehind,
  leftBehindNotes,
} from "../../../src/resources/auto-scaling-group/left-subnets.ts";
import { type Answers, beginning, openStage, ours, refusal } from "../answers.ts";
import { type Member, member as servingMember, suspended } from "./group-members.ts";

/** In a zone that the group has left. */
const member = (id: string, more: Partial<Member> = {}) =>
  servingMember(id, { AvailabilityZone: "eu-west-1c", ...more });

/** In two subnets of the zones `a` and `b`. */
function groupOf(Instances: Member[], more: Partial<AutoScalingGroup> = {}): AutoScalingGroup {
  return {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 1,
    DesiredCapacity: 1,
    DefaultCooldown: 30,
    AvailabilityZones: ["eu-west-1a", "eu-west-1b"],
    HealthCheckType: "EC2",
    CreatedTime: new Date(0),
    VPCZoneIdentifier: "subnet-a,subnet-b",
    Tags: ours("auto-scaling-group/web"),
    Instances,
    ...more,
  };
}

const machine = (InstanceId: string, SubnetId: string | undefined = "subnet-c") => ({
  InstanceId,
  SubnetId,
  State: { Name: "running" as const },
});

describe("a server in a subnet that its group has left", () => {
  const here = { AvailabilityZone: "eu-west-1a" };
  test.each<[what: string, of: Partial<Member>, group: Partial<AutoScalingGroup>, moves?: boolean]>(
    [
      ["of another zone moves", {}, {}, true],
      ["of a zone of the group stays", here, {}, false],
      ["stays while nobody evens out zones", {}, suspended("Launch", "AZRebalance"), false],
      ["moves whatever else is suspended", {}, suspended("Launch"), true],
      ["on its way into service counts", { LifecycleState: "Pending" }, {}, true],
      ["on its way out counts no more", { LifecycleState: "Terminating" }, {}],
      ["on standby counts no more", { LifecycleState: "Standby" }, {}],
      ["without a state counts no more", { LifecycleState: undefined }, {}],
      ["that somebody protects is left alone", { ProtectedFromScaleIn: true }, {}],
    ],
  )("%s", (_what, of, more, moves) => {
    const group = groupOf([member("i-1", of)], more);
    expect(leftBehind(group, [machine("i-0"), machine("i-1")])).toEqual(
      moves === undefined ? [] : [{ id: "i-1", subnet: "subnet-c", moves }],
    );
  });

  test.each<[where: string, machines: object[]]>([
    ["in a subnet of the group", [machine("i-1", "subnet-b")]],
    ["in no subnet that is told", [{ ...machine("i-1"), SubnetId: undefined }]],
    ["in none, as EC2 does not know it", []],
  ])("is none that is %s", (_where, machines) => {
    expect(leftBehind(groupOf([member("i-1")]), machines)).toEqual([]);
  });

  test("is each where the group has none, and of no zone's where it names none", () => {
    const bare = { VPCZoneIdentifier: undefined, AvailabilityZones: undefined };
    const group = { ...groupOf([member("i-1")]), ...(bare as object) };
    expect(leftBehind(group, [machine("i-1")])).toMatchObject([{ moves: true }]);
    expect(leftBehind({ ...group, Instances: undefined }, [machine("i-1")])).toEqual([]);
  });

  test("is told with what becomes of it", () => {
    const of = { id: "i-1", subnet: "subnet-c" };
    const summary = "i-1 is still in subnet-c, which is no longer a subnet of the group";
    expect(
      leftBehindNotes([
        { ...of, moves: true },
        { ...of, moves: false },
      ]),
    ).toEqual([
      {
        summary,
        remedy:
          "Auto Scaling replaces it with a server in one of the group's subnets. An apply waits for that.",
      },
      {
        summary,
        remedy:
          "Auto Scaling does not move it. An apply replaces all of the group's servers, as a rollout does.",
      },
    ]);
  });
});

const rollout = { minHealthy: 90, maxHealthy: 110, warmup: 60, rollback: true };

/** An account whose group is as `look` shows it, time after time, and whose servers are all in `subnet-c`. */
function account(look: () => AutoScalingGroup | undefined, more: Answers = {}, longer = 1) {
  const answers: Answers = {
    "autoscaling:DescribeAutoScalingGroups": () => {
      const found = look();
      return { AutoScalingGroups: found === undefined ? [] : [found] };
    },
    "ec2:DescribeInstances": ({ Filters }) => {
      const [filter] = Filters as { Values: string[] }[];
      return { Reservations: [{ Instances: (filter?.Values ?? []).map((id) => machine(id)) }] };
    },
    "autoscaling:DescribeScalingActivities": { Activities: [] },
    "autoscaling:DescribeInstanceRefreshes": ({ InstanceRefreshIds }) => ({
      InstanceRefreshes:
        InstanceRefreshIds === undefined
          ? []
          : [{ InstanceRefreshId: "refresh-1", Status: "Successful" }],
    }),
    "autoscaling:StartInstanceRefresh": { InstanceRefreshId: "refresh-1" },
    "autoscaling:DescribeLifecycleHooks": {
      LifecycleHooks: [
        {
          LifecycleHookName: "warm-up",
          LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
          HeartbeatTimeout: 300,
          DefaultResult: "ABANDON",
        },
      ],
    },
    ...more,
  };
  return openStage(answers, { longer });
}

/** Shows each of these once, then the last for ever. */
function shown<T>(...looks: readonly T[]): () => T {
  let index = -1;
  return () => {
    index = Math.min(index + 1, looks.length - 1);
    return looks[index] as T;
  };
}

describe("servers leave the subnets that their group has left", () => {
  const two = groupOf([member("i-1"), member("i-2")]);
  const one = groupOf([member("i-1")]);
  const staying = groupOf([member("i-1", { AvailabilityZone: "eu-west-1a" }), member("i-2")]);

  test("as Auto Scaling moves them, and those who wait are told of each", async () => {
    const stage = account(shown(two, two, one, groupOf([])));
    await leaveSubnets(stage.context, "web", rollout);
    expect(stage.told).toEqual([
      "i-1 is still in subnet-c, and 1 more",
      "i-1 is still in subnet-c",
    ]);
    expect(stage.passed()).toBe(20);
    expect(stage.calls).not.toContain("autoscaling:StartInstanceRefresh");
  });

  test("by a replacement of all where Auto Scaling leaves one where it is", async () => {
    const stage = account(shown(staying, staying, staying, groupOf([])));
    await leaveSubnets(stage.context, "web", rollout);
    expect(stage.asked("autoscaling:StartInstanceRefresh")).toMatchObject([
      { AutoScalingGroupName: "web", Preferences: { MinHealthyPercentage: 90 } },
    ]);
    const without = account(shown(staying, groupOf([])));
    await leaveSubnets(without.context, "web", null);
    expect(without.calls).not.toContain("autoscaling:StartInstanceRefresh");
  });

  test("or are gone with their group", async () => {
    const stage = account(shown(two, undefined));
    await leaveSubnets(stage.context, "web", rollout);
    expect(stage.passed()).toBe(0);
    const never = account(() => undefined);
    await leaveSubnets(never.context, "web", rollout);
    expect(new Set(never.calls)).toEqual(new Set(["autoscaling:DescribeAutoScalingGroups"]));
  });

  test("or do not, for want of a process: that is said at once", async () => {
    const stage = account(() => ({ ...two, ...suspended("Launch") }));
    await expect(leaveSubnets(stage.context, "web", rollout)).rejects.toMatchObject({
      code: "ScalingProcessSuspended",
      message: expect.stringMatching(
        /^i-1 is still in subnet-c, which is no longer a subnet of the group, and has to be moved, but this process is suspended: Launch/,
      ),
      remedy: expect.stringMatching(
        /--auto-scaling-group-name web --scaling-processes Launch --region eu-west-1$/,
      ),
    });
    expect(stage.passed()).toBe(0);
  });

  test("or do not, as launches fail: what was tried is looked at from the first look on", async () => {
    const failures: object[] = [];
    const stage = account(() => two, {
      "autoscaling:DescribeScalingActivities": () => {
        const seconds = failures.length * 60;
        failures.unshift({
          ActivityId: String(seconds),
          StatusCode: "Failed",
          StartTime: new Date(beginning + seconds * 1000),
          Description: "Launching a new EC2 instance",
        });
        return { Activities: failures };
      },
    });
    await expect(leaveSubnets(stage.context, "web", rollout)).rejects.toMatchObject({
      code: "ScalingActivityFailed",
      message: expect.stringMatching(/^the group web cannot launch instances/),
    });
  });

  test("or do not within an hour, and those who wait can wait again", async () => {
    const stage = account(() => two, {}, 30);
    await expect(leaveSubnets(stage.context, "web", rollout)).rejects.toMatchObject({
      message:
        "waited 3600 s for the servers of web to leave its former subnets; last seen: i-1 is still in subnet-c, and 1 more",
      remedy: "Run the same command again to keep waiting.",
    });
  });

  const held = (id: string) =>
    groupOf([member("i-1"), member(id, { LifecycleState: "Pending:Wait" })]);
  test("or do not while a hook holds their successor, which is said", async () => {
    const stage = account(() => held("i-9"), {}, 10);
    await expect(leaveSubnets(stage.context, "web", rollout)).rejects.toMatchObject({
      code: "LifecycleHookNotCompleted",
      message: expect.stringMatching(/^moving servers out of subnet-c has waited 30 minutes/),
    });
    expect(stage.told[0]).toBe(
      "i-1 is still in subnet-c, and 1 more: i-9 is Pending:Wait: the lifecycle hook warm-up holds it, for at most 300 s after each heartbeat (then ABANDON)",
    );
  });

  test("or do not while hooks hold one after the other: the last is named in the end", async () => {
    let look = 0;
    const stage = account(
      () => {
        look += 1;
        return held(`i-${10 + Math.floor(look / 3)}`);
      },
      {},
      30,
    );
    await expect(leaveSubnets(stage.context, "web", rollout)).rejects.toMatchObject({
      // Half an hour more than else: so long the group could not get on.
      message: expect.stringMatching(/^waited 5400 s for the servers of web/),
      remedy: expect.stringMatching(
        /complete-lifecycle-action --auto-scaling-group-name web --lifecycle-hook-name warm-up --instance-id i-\d+ .* --region eu-west-1$/,
      ),
    });
  });

  test("or nobody knows, where AWS refuses the look", async () => {
    const stage = account(() => held("i-9"), {
      "autoscaling:DescribeScalingActivities": refusal("AccessDenied"),
    });
    await expect(leaveSubnets(stage.context, "web", rollout)).rejects.toMatchObject({
      kind: "denied",
    });
  });
});
