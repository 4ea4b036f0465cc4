import type { AutoScalingGroup } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test } from "vitest";
import { waitUntilHealthy } from "../../../src/resources/auto-scaling-group/wait-until-healthy.ts";
import { type Answers, beginning, openStage, refusal } from "../answers.ts";
import { type Member, member, suspended } from "./group-members.ts";

/** A group that wants two. */
function groupOf(Instances: Member[], more: Partial<AutoScalingGroup> = {}): AutoScalingGroup {
  return {
    AutoScalingGroupName: "web",
    MinSize: 1,
    MaxSize: 4,
    DesiredCapacity: 2,
    DefaultCooldown: 30,
    AvailabilityZones: [],
    HealthCheckType: "ELB",
    LoadBalancerNames: ["front"],
    CreatedTime: new Date(0),
    Instances,
    ...more,
  };
}

const grace = 120;
const failing = { State: "OutOfService", ReasonCode: "Instance", Description: "Too few checks" };

/** What EC2 and the load balancer say of `i-1` and so on: of those not named, that they run and serve. */
interface Said {
  readonly machines?: Readonly<Record<string, string>>;
  readonly registered?: Readonly<Record<string, object | undefined>>;
  readonly activities?: readonly object[];
}

const all = ["i-1", "i-2", "i-3", "i-4"];

function account(
  { machines = {}, registered = {}, activities = [] }: Said = {},
  more: Answers = {},
  longer = 1,
) {
  const states = all.flatMap((InstanceId) =>
    InstanceId in registered && registered[InstanceId] === undefined
      ? []
      : [{ InstanceId, State: "InService", ...registered[InstanceId] }],
  );
  const Instances = all.map((InstanceId) => ({
    InstanceId,
    State: { Name: machines[InstanceId] ?? "running" },
  }));
  const answers: Answers = {
    "elasticloadbalancing:DescribeInstanceHealth": { InstanceStates: states },
    "ec2:DescribeInstances": { Reservations: [{ Instances }] },
    "ec2:DescribeInstanceStatus": { InstanceStatuses: [] },
    "autoscaling:DescribeScalingActivities": { Activities: activities },
    "autoscaling:DescribeLifecycleHooks": {
      LifecycleHooks: [
        {
          LifecycleHookName: "warm-up",
          LifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
          HeartbeatTimeout: 300,
          DefaultResult: "ABANDON",
        },
        {
          LifecycleHookName: "drain",
          LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
          HeartbeatTimeout: 300,
          DefaultResult: "CONTINUE",
        },
      ],
    },
    ...more,
  };
  return openStage(answers, { longer });
}

/** Waits for a group that is as each of these looks shows it, and then as the last. */
function wait(stage: ReturnType<typeof account>, ...looks: (AutoScalingGroup | undefined)[]) {
  let index = -1;
  return waitUntilHealthy(stage.context, "web", grace, async () => {
    index = Math.min(index + 1, looks.length - 1);
    return looks[index];
  });
}

const two = groupOf([member("i-1"), member("i-2")]);
const starting = member("i-2", { LifecycleState: "Pending" });

describe("a group is waited for", () => {
  test("until it is seen, has launched all, and all serve", async () => {
    const stage = account();
    const done = await wait(
      stage,
      undefined,
      groupOf([]),
      groupOf([member("i-1")]),
      groupOf([member("i-1"), starting]),
      two,
    );
    expect(done).toBe(two);
    expect(stage.told).toEqual([
      "the group is not visible yet",
      "0 of 2 instances launched 0/2",
      "1 of 2 instances launched 1/2",
      "i-2 is Pending 1/2",
    ]);
    expect(stage.passed()).toBe(20);
  });

  test("until what it no longer wants is gone, and those that leave, as long as they take", async () => {
    const kept = { ProtectedFromScaleIn: true };
    const three = [member("i-1", kept), member("i-2", kept), member("i-3")];
    const leaving = member("i-3", { LifecycleState: "Terminating:Proceed" });
    const stage = account();
    await wait(stage, groupOf(three), groupOf([...three.slice(0, 2), leaving]), two);
    expect(stage.told).toEqual([
      "the group has to terminate 1 of 3 instances 3/2",
      "i-3 is Terminating:Proceed 2/2",
    ]);
    const slow = account({}, {}, 20);
    const last = groupOf([...three.slice(0, 2), leaving]);
    expect(await wait(slow, last)).toBe(last);
    expect(slow.passed()).toBeGreaterThan(900);
  });

  test("and not for those set apart, nor for what is protected beside what it wants", async () => {
    const shielded = (id: string) => member(id, { ProtectedFromScaleIn: true });
    for (const group of [
      groupOf([...(two.Instances ?? []), member("i-3", { LifecycleState: "Standby" })]),
      groupOf(["i-1", "i-2", "i-3"].map(shielded)),
      groupOf([], { DesiredCapacity: 0 }),
      { ...groupOf([]), DesiredCapacity: undefined as never },
    ]) {
      expect(await wait(account(), group)).toBe(group);
    }
  });

  test("for what it keeps beside what it wants, too, if that does not serve", async () => {
    const kept = { ProtectedFromScaleIn: true };
    const three = ["i-1", "i-2"].map((id) => member(id, kept));
    const last = member("i-3", { ...kept, LifecycleState: "Pending" });
    const stage = account();
    await wait(stage, groupOf([...three, last]), two);
    expect(stage.told).toEqual(["i-3 is Pending 2/2"]);
  });

  test("to launch what it lacks, whoever leaves or is held on the way out meanwhile", async () => {
    for (const LifecycleState of ["Terminating", "Terminating:Wait"] as const) {
      const stage = account();
      await wait(stage, groupOf([member("i-1"), member("i-3", { LifecycleState })]), two);
      expect(stage.told).toEqual(["1 of 2 instances launched 1/2"]);
    }
  });

  test("with what EC2 says, where nobody else would tell", async () => {
    const stage = account({ machines: { "i-2": "stopped" } }, {}, 20);
    await expect(wait(stage, two)).rejects.toThrow(/last seen: i-2 is stopped in EC2\n/);
    const asked = account();
    await wait(asked, groupOf([member("i-1"), starting]), two);
    expect(asked.asked("ec2:DescribeInstances")).toHaveLength(1);
  });

  test("for a quarter of an hour beyond its grace, and then told with what is to be done", async () => {
    const stage = account({ registered: { "i-2": failing } }, {}, 20);
    const going = member("i-3", { LifecycleState: "Terminating" });
    await expect(wait(stage, groupOf([...(two.Instances ?? []), going]))).rejects.toMatchObject({
      name: "OutsideError",
      message:
        "waited 1020 s for every instance of web to be in service; last seen: i-2 is OutOfService in the load balancer front: Too few checks\n  i-1: in service\n  i-2: is OutOfService in the load balancer front: Too few checks\n  i-3: is Terminating",
      remedy:
        "Check the application's log on an instance (journalctl -u application), which also names a secret that could not be read, or the instance's console output. Correct the image, the rules or the secret, then apply again.",
      cause: expect.objectContaining({ message: expect.stringMatching(/^waited/) }),
    });
  });

  test.each<
    [what: string, looks: (AutoScalingGroup | undefined)[], activities: object[], remedy: RegExp]
  >([
    ["it is not seen", [undefined], [], /^Run the same command again to keep waiting\.$/],
    [
      "all that it wants serve, and others are on their way",
      [groupOf([member("i-1"), member("i-2"), member("i-3", { LifecycleState: "Pending" })])],
      [],
      /^Run the same command again to keep waiting\.$/,
    ],
    ["it launches nobody", [groupOf([])], [], /^Run the same command again/],
    [
      "a launch failed",
      [groupOf([member("i-1")])],
      [{ StatusCode: "Failed", Description: "Launching: sufficient t3.micro capacity" }],
      /^Choose another instance type/,
    ],
    [
      "launches fail, and those that it has do not serve",
      [groupOf([member("i-1"), starting])],
      [{ StatusCode: "Failed", Description: "Launching: sufficient t3.micro capacity" }],
      /^Check the application's log/,
    ],
    [
      "hooks abandon launches, whatever it has",
      [groupOf([member("i-1"), starting])],
      [{ StatusCode: "Cancelled", Description: "Launching: Lifecycle Action" }],
      /^Find out what the lifecycle hook warm-up waits for/,
    ],
  ])("and told what to do where %s", async (_what, looks, activities, remedy) => {
    const seen = [{ ActivityId: "a", StatusCode: "Successful" }, ...activities];
    const launched = seen.map((each) => ({
      ...each,
      ActivityId: JSON.stringify(each),
      Description: "Description" in each ? String(each.Description).replace(":", " it:") : "",
    }));
    const stage = account({ activities: launched }, {}, 20);
    const failure = await wait(stage, ...looks).catch((error: unknown) => error);
    expect(failure).toMatchObject({ remedy: expect.stringMatching(remedy) });
    expect(failure).toMatchObject({
      message: expect.stringContaining("last scaling activities:\n  Successful: "),
    });
  });

  test("and given up where its launches fail again and again, but only while some are missing", async () => {
    const failures = (): Answers => {
      const told: object[] = [];
      return {
        "autoscaling:DescribeScalingActivities": () => {
          const seconds = told.length * 60;
          told.unshift({
            ActivityId: String(seconds),
            StatusCode: "Failed",
            StartTime: new Date(beginning + seconds * 1000),
            Description: "Launching a new EC2 instance",
          });
          return { Activities: told };
        },
      };
    };
    await expect(wait(account({}, failures()), groupOf([member("i-1")]))).rejects.toMatchObject({
      code: "ScalingActivityFailed",
    });
    const full = account({}, failures(), 20);
    await expect(wait(full, groupOf([member("i-1"), starting]))).rejects.toThrow(/^waited 1020 s/);
    const waiting = member("i-2", { LifecycleState: "Pending:Wait" });
    await expect(
      wait(account({}, failures()), groupOf([member("i-1"), waiting])),
    ).rejects.toMatchObject({ code: "ScalingActivityFailed" });
  });

  test("and of one that was never seen, nothing is told but that", async () => {
    await expect(wait(account({}, {}, 20), undefined)).rejects.toThrow(
      /^waited 1020 s for every instance of web to be in service; last seen: the group is not visible yet$/,
    );
  });

  test("and not where a look is refused", async () => {
    const denied = { "elasticloadbalancing:DescribeInstanceHealth": refusal("AccessDenied") };
    await expect(wait(account({}, denied), two)).rejects.toMatchObject({ kind: "denied" });
  });
});

describe("a hook that holds a member of a group that is waited for", () => {
  const words =
    "i-2 is Pending:Wait: the lifecycle hook warm-up holds it, for at most 300 s after each heartbeat (then ABANDON)";

  test("is named, and the wait ends when that has been so for half an hour", async () => {
    const stage = account({}, {}, 20);
    const first = groupOf([member("i-1"), member("i-2", { LifecycleState: "Pending:Wait" })]);
    await expect(wait(stage, first)).rejects.toMatchObject({
      code: "LifecycleHookNotCompleted",
      message: `web has waited 30 minutes for a lifecycle hook to be completed: ${words}`,
    });
    expect(stage.told[0]).toBe(`${words} 1/2`);
  });

  test("is not named for another one, though it is what the remedy is about", async () => {
    const stage = account({}, {}, 20);
    let look = 0;
    const ids = ["i-2", "i-3", "i-4"];
    const failure = waitUntilHealthy(stage.context, "web", grace, async () => {
      look += 1;
      const [id = "i-2"] = ids.slice(Math.floor(look / 8) % 3);
      return groupOf([
        member("i-1", { LifecycleState: "Pending" }),
        member(id, { LifecycleState: "Pending:Wait" }),
      ]);
    });
    await expect(failure).rejects.toMatchObject({
      // Half an hour more than else, as the group could not get on.
      message: expect.stringMatching(/^waited 2\d{3} s .*; last seen: i-1 is Pending\n/),
      remedy: expect.stringMatching(
        /complete-lifecycle-action --auto-scaling-group-name web --lifecycle-hook-name warm-up .* --region eu-west-1$/,
      ),
    });
    expect(stage.told).toEqual(["i-1 is Pending 0/2"]);
  });

  test("is waited for no longer than else where that member leaves", async () => {
    const stage = account({ registered: { "i-2": failing } }, {}, 20);
    const leaving = member("i-3", { LifecycleState: "Terminating:Wait" });
    await expect(wait(stage, groupOf([...(two.Instances ?? []), leaving]))).rejects.toMatchObject({
      message: expect.stringMatching(/^waited 1020 s/),
      remedy: expect.stringContaining("--lifecycle-hook-name drain --instance-id i-3"),
    });
  });
});

describe("a group that is waited for and cannot get on ends the wait at once, for want of", () => {
  const bad = { HealthStatus: "Unhealthy" };
  const one = [member("i-1")];
  const pair = [member("i-1"), member("i-2")];
  const three = [...pair, member("i-3")];
  const launchedAt = (seconds: number) => ({
    ActivityId: "a",
    StatusCode: "Successful",
    Description: "Launching a new EC2 instance: i-2",
    EndTime: new Date(beginning + seconds * 1000),
  });
  test.each<[process: string, members: Member[], said: Said, words: string]>([
    ["Launch", one, {}, "web has 1 of 2 instances and has to launch 1 more"],
    [
      "Terminate",
      three,
      {},
      "web has 3 instances for a capacity of 2 and has to terminate the surplus",
    ],
    [
      "ReplaceUnhealthy",
      [member("i-1"), member("i-2", bad)],
      {},
      "i-2 is unhealthy and has to be replaced",
    ],
    [
      "AddToLoadBalancer",
      pair,
      { registered: { "i-2": undefined } },
      "i-2 has to be registered with the load balancer",
    ],
    [
      "HealthCheck",
      pair,
      { machines: { "i-2": "stopped" } },
      "i-2 is stopped in EC2 and has to be replaced",
    ],
    [
      "HealthCheck",
      pair,
      { registered: { "i-2": failing } },
      "i-2 fails its health checks and has to be replaced",
    ],
    [
      "HealthCheck",
      pair,
      { registered: { "i-2": failing }, activities: [launchedAt(-grace)] },
      "i-2 fails its health checks and has to be replaced",
    ],
    [
      "HealthCheck",
      pair,
      {
        registered: { "i-2": failing },
        activities: [
          { ...launchedAt(0), Description: "Terminating EC2 instance: i-2" },
          { ...launchedAt(0), Description: "Launching a new EC2 instance: i-1" },
        ],
      },
      "i-2 fails its health checks and has to be replaced",
    ],
  ])("%s (%#)", async (process, members, said, words) => {
    const stage = account(said);
    await expect(wait(stage, groupOf(members, suspended(process)))).rejects.toMatchObject({
      code: "ScalingProcessSuspended",
      message: `${words}, but this process is suspended: ${process} (User suspended)`,
      remedy: expect.stringContaining(
        `--auto-scaling-group-name web --scaling-processes ${process} --region eu-west-1`,
      ),
    });
    expect(stage.passed()).toBe(0);
  });

  interface Harmless extends Said {
    readonly members: Member[];
    readonly processes: string[];
    readonly type?: string;
  }
  const gone = { machines: { "i-2": "terminated" } };
  test.each<[what: string, harmless: Harmless]>([
    [
      "a server is in its grace period",
      {
        members: pair,
        processes: ["HealthCheck"],
        registered: { "i-2": failing },
        activities: [launchedAt(1 - grace)],
      },
    ],
    [
      "the group does not ask its load balancer",
      {
        members: pair,
        processes: ["HealthCheck"],
        registered: { "i-2": failing },
        type: "EC2",
      },
    ],
    [
      "checks are only yet to pass",
      {
        members: pair,
        processes: ["HealthCheck"],
        registered: { "i-2": { State: "OutOfService", ReasonCode: "ELB" } },
      },
    ],
    [
      "the group itself finds out who fails",
      { members: pair, processes: ["AlarmNotification"], registered: { "i-2": failing } },
    ],
    [
      "a failing server is not in service yet",
      {
        members: [member("i-1"), starting],
        processes: ["HealthCheck"],
        registered: { "i-2": failing },
      },
    ],
    [
      "a server is only on its way into service",
      {
        members: [member("i-1"), starting],
        processes: ["AddToLoadBalancer"],
        registered: { "i-2": undefined },
      },
    ],
    [
      "a server that is replaced already cannot be registered",
      {
        members: [member("i-1"), member("i-2", bad)],
        processes: ["HealthCheck", "AddToLoadBalancer"],
        registered: { "i-2": undefined },
        ...gone,
      },
    ],
    [
      "a server that is replaced already fails its checks",
      {
        members: [member("i-1"), member("i-2", bad)],
        processes: ["HealthCheck"],
        registered: { "i-2": failing },
        ...gone,
      },
    ],
    [
      "there are as many as it wants",
      { members: [member("i-1"), starting], processes: ["Launch"] },
    ],
    ["there are fewer than it wants", { members: one, processes: ["Terminate"] }],
    ["nobody is unhealthy", { members: one, processes: ["ReplaceUnhealthy"] }],
  ])("nothing while %s", async (_what, { members, processes, type = "ELB", ...said }) => {
    const stage = account(said);
    const blocked = groupOf(members, { ...suspended(...processes), HealthCheckType: type });
    const empty = groupOf([], { DesiredCapacity: 0 });
    expect(await wait(stage, blocked, empty)).toBe(empty);
    expect(stage.told).toHaveLength(1);
    // What was launched is looked at where somebody is missing, or may be in a grace period.
    const isAsked = members.length < 2 || said.activities !== undefined;
    expect(stage.calls.includes("autoscaling:DescribeScalingActivities")).toBe(isAsked);
  });
});
