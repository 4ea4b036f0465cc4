import type { Instance } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { instance } from "../../../src/resources/instance/index.ts";
import { type Answers, beginning, openStage, ours, refusal } from "../answers.ts";

const minutes = 60_000;
const address = "auto-scaling-group/web";
const group = {
  AutoScalingGroupName: "afterpay-web",
  Tags: ours(address),
  Instances: [{ InstanceId: "i-other" }, { InstanceId: "i-member" }],
};
const second = { ...group, AutoScalingGroupName: "afterpay-second", Instances: [] };

/** With the group's tags, as of a server that it has launched. */
function server(InstanceId: string, more: Partial<Instance> & { readonly of?: string } = {}) {
  const { of, ...rest } = more;
  return {
    InstanceId,
    State: { Name: "running" },
    LaunchTime: new Date(beginning - 60 * minutes),
    SecurityGroups: [{ GroupId: "sg-1" }, {}],
    Tags: [
      ...ours(address),
      ...(of === undefined ? [] : [{ Key: "aws:autoscaling:groupName", Value: of }]),
    ],
    ...rest,
  };
}

/** An account with these servers, and groups that the sweep by tags or a look by name finds. */
function account(
  servers: readonly object[],
  {
    swept = [second, group] as readonly object[],
    byName = [] as readonly object[],
    more = {} as Answers,
  } = {},
) {
  return openStage({
    "autoscaling:DescribeAutoScalingGroups": ({ AutoScalingGroupNames }) => ({
      AutoScalingGroups: AutoScalingGroupNames === undefined ? swept : byName,
    }),
    "ec2:DescribeInstances": { Reservations: [{ Instances: servers }] },
    "ec2:DescribeInstanceAttribute": {},
    ...more,
  });
}

const outside = {
  id: "i-1",
  address: "instance/i-1",
  physicalName: "i-1",
  status: "ready",
  statusReason: "running, outside its Auto Scaling group",
  createdAt: beginning - 60 * minutes,
  fields: {},
  outputs: { id: "i-1" },
  uses: ["sg-1"],
  notes: [
    {
      summary:
        "i-1 carries the stack's tags but is in none of its Auto Scaling groups (somebody probably detached it). Nothing checks or replaces it, and it costs money until it is terminated.",
      remedy:
        "An apply ignores it, in case somebody is examining it; a destroy terminates it. If nobody needs it, terminate it: aws ec2 terminate-instances --instance-ids i-1 --region eu-west-1",
    },
  ],
};

describe("a server outside its group", () => {
  test("is found, with what it costs and how to end that", async () => {
    const stage = account([server("i-member"), server("i-1")]);
    expect(await instance.discover(stage.context)).toEqual([outside]);
    expect(stage.asked("ec2:DescribeInstanceAttribute")).toEqual([
      { InstanceId: "i-1", Attribute: "disableApiTermination" },
      { InstanceId: "i-1", Attribute: "disableApiStop" },
    ]);
    expect(stage.asked("autoscaling:DescribeAutoScalingGroups")).toHaveLength(1);
  });

  test.each<[what: string, found: object]>([
    ["is a member of a group", server("i-member")],
    ["is on its way out", server("i-1", { State: { Name: "shutting-down" } })],
    ["is for something else", server("i-1", { Tags: ours("image/web") })],
    [
      "was launched by a group of ours minutes ago, which may not list it yet",
      server("i-1", { of: "afterpay-web", LaunchTime: new Date(beginning - 10 * minutes + 1) }),
    ],
  ])("is none that %s", async (_what, found) => {
    expect(await instance.discover(account([found]).context)).toEqual([]);
  });

  test.each<[what: string, found: Parameters<typeof server>[1]]>([
    ["ten minutes ago", { LaunchTime: new Date(beginning - 10 * minutes), of: "afterpay-web" }],
    ["at a time that AWS does not tell", { LaunchTime: undefined, of: "afterpay-web" }],
    ["just now, by a group that is nowhere", { LaunchTime: new Date(beginning), of: "gone" }],
    ["just now, by hand", { LaunchTime: new Date(beginning) }],
  ])("is one that was launched %s", async (_what, more) => {
    const found = await instance.discover(account([server("i-1", more)]).context);
    expect(found.map(({ id }) => id)).toEqual(["i-1"]);
  });

  test("is one where its group lists nobody", async () => {
    const { Instances: _instances, ...bare } = group;
    const stage = account([server("i-1")], { swept: [bare] });
    expect(await instance.discover(stage.context)).toHaveLength(1);
  });

  test("of which AWS says least has no time and no groups", async () => {
    const bare = { InstanceId: "i-1", State: { Name: "stopped" }, Tags: ours(address) };
    expect(await instance.discover(account([bare]).context)).toMatchObject([
      { statusReason: "stopped, outside its Auto Scaling group", createdAt: 0, uses: [] },
    ]);
  });

  test.each([
    ["disableApiTermination", { DisableApiTermination: { Value: true } }],
    ["disableApiStop", { DisableApiStop: { Value: true } }],
  ])("is told to be protected by %s", async (protection, answer) => {
    const stage = account([server("i-1")], {
      more: {
        "ec2:DescribeInstanceAttribute": ({ Attribute }) =>
          Attribute === protection ? answer : { DisableApiStop: { Value: false } },
      },
    });
    const [{ notes } = { notes: [] }] = await instance.discover(stage.context);
    expect(notes).toMatchObject([
      outside.notes[0],
      {
        severity: "error",
        summary: expect.stringMatching(/^i-1 has termination or stop protection/),
        remedy: expect.stringContaining("--region eu-west-1"),
      },
    ]);
  });

  test("is protected from nothing when it went meanwhile, and unknown where AWS refuses", async () => {
    const answered = (code: string) =>
      instance.discover(
        account([server("i-1")], { more: { "ec2:DescribeInstanceAttribute": refusal(code) } })
          .context,
      );
    expect(await answered("InvalidInstanceID.NotFound")).toEqual([outside]);
    await expect(answered("UnauthorizedOperation")).rejects.toMatchObject({ kind: "denied" });
  });
});

describe("a server that names a group which the sweep by tags did not find", () => {
  const theirs = { AutoScalingGroupName: "theirs", Tags: [] };

  test("serves there, if a look by name finds that group without our tags", async () => {
    const stage = account([server("i-1", { of: "theirs" }), server("i-2", { of: "theirs" })], {
      swept: [],
      byName: [{}, theirs],
    });
    expect(await instance.discover(stage.context)).toMatchObject(
      ["i-1", "i-2"].map((id) => ({
        id,
        statusReason: "running, in the Auto Scaling group theirs",
        notes: [
          {
            summary: expect.stringContaining(`${id} is in the Auto Scaling group theirs`),
            remedy: expect.stringContaining("--region eu-west-1"),
          },
          { severity: "error" },
        ],
      })),
    );
    expect(stage.asked("autoscaling:DescribeAutoScalingGroups")[1]).toMatchObject({
      AutoScalingGroupNames: ["theirs"],
    });
  });

  test("is no matter of ours, if that group has our tags and the sweep lagged behind", async () => {
    const lagging = { ...theirs, Tags: ours(address) };
    const stage = account([server("i-1", { of: "theirs" })], { swept: [], byName: [lagging] });
    expect(await instance.discover(stage.context)).toEqual([]);
  });

  test("is outside, if that group is gone", async () => {
    const stage = account([server("i-1", { of: "theirs" }), server("i-2")], { swept: [] });
    const found = await instance.discover(stage.context);
    expect(found.map(({ statusReason }) => statusReason)).toEqual([
      "running, outside its Auto Scaling group",
      "running, outside its Auto Scaling group",
    ]);
    expect(stage.asked("autoscaling:DescribeAutoScalingGroups")).toHaveLength(2);
    expect(stage.asked("autoscaling:DescribeAutoScalingGroups")[1]).toMatchObject({
      AutoScalingGroupNames: ["theirs"],
    });
  });
});

test("no file asks for an instance by itself", async () => {
  const { context } = openStage({});
  const target = { address: "instance/web", physicalName: "web", generation: "0" } as const;
  await expect(instance.create(context, target, {})).rejects.toThrow(
    "no file asks for an instance by itself",
  );
  await expect(
    instance.update(context, { ...outside, status: "ready", address: "instance/i-1" }, {}, []),
  ).rejects.toThrow("no file asks for an instance by itself");
  expect(await instance.findForeign(context, [])).toEqual([]);
  expect(instance).toMatchObject({
    name: "instance",
    wanted: "never",
    replace: "create-first",
    naming: { maxLength: 19 },
    holds: ["security-group", "subnet"],
    changedByUpdate: [],
  });
  expect(instance.normalize({})).toEqual({});
});

describe("one that is to go", () => {
  const live = { ...outside, status: "ready", address: "instance/i-1" } as const;

  test("is terminated by its id", async () => {
    const stage = openStage({
      "ec2:TerminateInstances": {},
      "ec2:DescribeInstances": { Reservations: [] },
    });
    await instance.delete(stage.context, live);
    expect(stage.asked("ec2:TerminateInstances")).toEqual([{ InstanceIds: ["i-1"] }]);
  });

  test("and does not go is named", async () => {
    const answers: Answers = {
      "ec2:TerminateInstances": {},
      "ec2:DescribeInstances": { Reservations: [{ Instances: [server("i-1")] }] },
    };
    const { context } = openStage(answers, { longer: 20 });
    await expect(instance.delete(context, live)).rejects.toThrow(
      "for the instance i-1 to be gone; last seen: i-1 is running",
    );
  });
});
