import "../../loaded-ahead.ts";
import type { Instance } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { sessionsOf } from "../../../src/resources/shared/sessions.ts";
import { type Answers, beginning, openStage, refusal } from "../answers.ts";

const profile = { Arn: "arn:aws:iam::111111111111:instance-profile/web", Id: "AIPA1" };
const old = new Date(beginning - 3_600_000);
const machine = (InstanceId: string, more: Partial<Instance> = {}): Instance => ({
  InstanceId,
  SubnetId: "subnet-1",
  VpcId: "vpc-1",
  PublicIpAddress: "203.0.113.7",
  IamInstanceProfile: profile,
  LaunchTime: old,
  ...more,
});

const route = (target: object) => ({
  RouteTables: [
    {
      Associations: [{ Main: true }],
      Routes: [{ DestinationCidrBlock: "0.0.0.0/0", State: "active", ...target }],
    },
  ],
});
const toInternet = route({ GatewayId: "igw-1" });
const nowhere = { RouteTables: [{ Associations: [{ Main: true }], Routes: [] }] };
const endpoints = (...services: readonly string[]) => ({
  VpcEndpoints: services.map((service) => ({
    ServiceName: `com.amazonaws.eu-west-1.${service}`,
    State: "available",
  })),
});

/** One agent is online, and one has lost its connection. */
const answers: Answers = {
  "ssm:DescribeInstanceInformation": {
    InstanceInformationList: [
      { InstanceId: "i-online", PingStatus: "Online" },
      { InstanceId: "i-lost", PingStatus: "ConnectionLost" },
    ],
  },
  "ec2:DescribeRouteTables": toInternet,
};

async function sessionOf(server: Instance, more: Answers = {}) {
  const stage = openStage({ ...answers, ...more });
  const found = await sessionsOf(stage.context, [server]);
  return { session: found.get(server.InstanceId ?? ""), stage };
}

describe("a session", () => {
  test("can be opened on a server whose agent is online, and nothing else is looked up", async () => {
    const { session, stage } = await sessionOf(machine("i-online"));
    expect(session).toEqual({ available: true });
    expect(stage.calls).toEqual(["ssm:DescribeInstanceInformation"]);
    expect(stage.asked("ssm:DescribeInstanceInformation")).toEqual([
      { Filters: [{ Key: "InstanceIds", Values: ["i-online"] }], MaxResults: 50 },
    ]);
  });

  test.each<[why: string, server: Instance, more: Answers, missing: string, reason: RegExp]>([
    [
      "its agent has lost the connection",
      machine("i-lost"),
      {},
      "agent",
      /has not reported: its image may be older/,
    ],
    [
      "its agent may still be starting",
      machine("i-new", { LaunchTime: new Date(beginning - 60_000) }),
      {},
      "agent",
      /has not reported yet/,
    ],
    ["it has no role", machine("i-1", { IamInstanceProfile: undefined }), {}, "role", /no role/],
    [
      "no route leads out",
      machine("i-1"),
      { "ec2:DescribeRouteTables": nowhere, "ec2:DescribeVpcEndpoints": endpoints() },
      "route",
      /no route to the internet, and its VPC has no endpoints/,
    ],
    [
      "it has no address that its way out needs",
      machine("i-1", { PublicIpAddress: undefined }),
      { "ec2:DescribeVpcEndpoints": endpoints("s3") },
      "route",
      /no public address/,
    ],
    [
      "one of the endpoints is missing",
      machine("i-1"),
      { "ec2:DescribeRouteTables": nowhere, "ec2:DescribeVpcEndpoints": endpoints("ssm") },
      "endpoint",
      /no endpoint com\.amazonaws\.eu-west-1\.ssmmessages$/,
    ],
    [
      "the endpoints are there, and the agent does not use them",
      machine("i-1"),
      {
        "ec2:DescribeRouteTables": nowhere,
        "ec2:DescribeVpcEndpoints": endpoints("ssm", "ssmmessages"),
      },
      "agent",
      /has not reported/,
    ],
    [
      "a NAT gateway needs no address",
      machine("i-1", { PublicIpAddress: undefined }),
      { "ec2:DescribeRouteTables": route({ NatGatewayId: "nat-1" }) },
      "agent",
      /has not reported/,
    ],
  ])("cannot be opened where %s", async (_why, server, more, missing, reason) => {
    const { session } = await sessionOf(server, more);
    expect(session).toEqual({
      available: false,
      missing,
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(/\.$/),
    });
  });

  test("is unknown where the call is denied, and any other error is one", async () => {
    const denied = {
      "ssm:DescribeInstanceInformation": () => {
        throw refusal("AccessDeniedException");
      },
    };
    const { session } = await sessionOf(machine("i-1"), denied);
    expect(session).toMatchObject({
      available: null,
      reason: expect.stringContaining("ssm:DescribeInstanceInformation"),
    });
    const broken = {
      "ssm:DescribeInstanceInformation": () => {
        throw refusal("InvalidFilterKey");
      },
    };
    await expect(sessionOf(machine("i-1"), broken)).rejects.toMatchObject({
      code: "InvalidFilterKey",
    });
  });

  test("looks up the way of each VPC once, however many servers have no session", async () => {
    const stage = openStage({
      ...answers,
      "ec2:DescribeRouteTables": nowhere,
      "ec2:DescribeVpcEndpoints": endpoints("ssm"),
    });
    const servers = [
      machine("i-1", { VpcId: "vpc-2" }),
      ...["i-2", "i-3", "i-4"].map((id) => machine(id)),
    ];
    const found = await sessionsOf(stage.context, servers);
    const each = [...found.values()].map(({ missing }) => missing);
    expect(each).toEqual(["endpoint", "endpoint", "endpoint", "endpoint"]);
    for (const operation of ["ec2:DescribeRouteTables", "ec2:DescribeVpcEndpoints"] as const) {
      const vpcs = stage.asked(operation).map(({ Filters }) => Object(Filters)[0].Values[0]);
      expect(vpcs).toEqual(["vpc-2", "vpc-1"]);
    }
  });

  test("of many servers is looked up fifty at a time, and of none not at all", async () => {
    const stage = openStage({
      ...answers,
      "ssm:DescribeInstanceInformation": { InstanceInformationList: [] },
    });
    await sessionsOf(
      stage.context,
      Array.from({ length: 51 }, (_, n) => machine(`i-${n}`)),
    );
    const asked = stage.asked("ssm:DescribeInstanceInformation");
    expect(asked.map(({ Filters }) => Object(Filters)[0].Values.length)).toEqual([50, 1]);
    const none = openStage({});
    expect(await sessionsOf(none.context, [])).toEqual(new Map());
    expect(none.calls).toEqual([]);
  });
});
