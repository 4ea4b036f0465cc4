import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "./clients.ts";

const credentials = { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" };

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-22T08:00:00Z"), toFake: ["Date"] });
});
afterEach(() => vi.useRealTimers());

function pass(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds);
}

test("the real SDK clients find a default VPC with three subnets, and the account", async () => {
  const sandbox = await createSandbox();
  const options = { region: "ap-southeast-2", credentials, requestHandler: sandbox.requestHandler };
  const ec2 = new EC2Client(options);
  const { Vpcs } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  expect(Vpcs).toMatchObject([{ CidrBlock: "172.31.0.0/16", IsDefault: true }]);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  expect(Subnets?.map((subnet) => subnet.AvailabilityZone)).toEqual([
    "ap-southeast-2a",
    "ap-southeast-2b",
    "ap-southeast-2c",
  ]);
  const identity = await new STSClient(options).send(new GetCallerIdentityCommand({}));
  expect(identity.Account).toBe("000000000000");
});

test("the SDK finds a request id in every answer, without a wire between, too", async () => {
  const sandbox = await createSandbox();
  const ec2 = ec2Client(sandbox);
  const { $metadata } = await ec2.send(new DescribeVpcsCommand({}));
  expect($metadata.requestId).toBe("00000000-0000-4000-8000-000000000001");
  const failing = ec2.send(new DescribeVpcsCommand({ VpcIds: ["vpc-1"] }));
  await expect(failing).rejects.toMatchObject({
    $metadata: { requestId: "00000000-0000-4000-8000-000000000002" },
  });
});

test("regions are accounts of their own, each with its zones", async () => {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  await ec2Client(sandbox).send(
    new CreateSecurityGroupCommand({ GroupName: "here", Description: "x" }),
  );
  const elsewhere = ec2Client(sandbox, "us-east-1");
  const { SecurityGroups } = await elsewhere.send(new DescribeSecurityGroupsCommand({}));
  expect(SecurityGroups?.map((group) => group.GroupName)).toEqual(["default"]);
  const { AvailabilityZones } = await elsewhere.send(new DescribeAvailabilityZonesCommand({}));
  expect(AvailabilityZones?.map((zone) => [zone.ZoneName, zone.ZoneId])).toEqual([
    ["us-east-1a", "use1-az1"],
    ["us-east-1b", "use1-az2"],
    ["us-east-1c", "use1-az3"],
  ]);
});

test("an account without default VPC says so", async () => {
  const ec2 = ec2Client(await createSandbox({ noDefaultVpc: true }));
  const create = new CreateSecurityGroupCommand({ GroupName: "a", Description: "b" });
  expect((await refusal(ec2.send(create))).code).toBe("VPCIdNotSpecified");
});

describe("the newest base image", () => {
  async function newest(sandbox: Sandbox, Owner: string, pattern: string): Promise<string[]> {
    const { Images = [] } = await ec2Client(sandbox).send(
      new DescribeImagesCommand({
        Owners: [Owner],
        Filters: [{ Name: "name", Values: [pattern] }],
      }),
    );
    return Images.map((image) => image.Name ?? "");
  }

  test.each([
    ["amazon-linux-2023", "amazon", "al2023-ami-2023.*-kernel-6.1-x86_64"],
    ["debian-12", "136693071363", "debian-12-amd64-*"],
    ["ubuntu-24.04", "099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-*"],
  ])("of %s gets a successor, and then retires", async (family, owner, pattern) => {
    const sandbox = await createSandbox();
    const before = await newest(sandbox, owner, pattern);
    expect(before).toHaveLength(2);
    const published = sandbox.publishImage(family);
    expect(await newest(sandbox, owner, pattern)).toEqual([...before, published.name]);
    const again = sandbox.publishImage(family);
    expect(again.name).not.toBe(published.name);
    pass(3 * 24 * 3_600_000);
    expect(await newest(sandbox, owner, pattern)).toEqual([again.name]);
  });

  test("of an unknown family has no publisher", async () => {
    const sandbox = await createSandbox();
    expect(() => sandbox.publishImage("plan-9")).toThrow(/Known families: amazon-linux-2023/);
  });
});

describe("eventual consistency", () => {
  async function open(): Promise<{ sandbox: Sandbox; ec2: EC2Client }> {
    const sandbox = await createSandbox({ speed: 1, consistency: { maxMilliseconds: 60_000 } });
    return { sandbox, ec2: ec2Client(sandbox) };
  }
  const names = async (ec2: EC2Client) =>
    (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups?.map(
      (group) => group.GroupName,
    );

  test("what was just made is not there yet, for lists, lookups and uses, but its name is taken", async () => {
    const { ec2 } = await open();
    const create = new CreateSecurityGroupCommand({ GroupName: "web", Description: "x" });
    const { GroupId = "" } = await ec2.send(create);
    expect(await names(ec2)).toEqual(["default"]);
    const look = new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] });
    expect((await refusal(ec2.send(look))).code).toBe("InvalidGroup.NotFound");
    const remove = new DeleteSecurityGroupCommand({ GroupId });
    expect((await refusal(ec2.send(remove))).code).toBe("InvalidGroup.NotFound");
    expect((await refusal(ec2.send(create))).code).toBe("InvalidGroup.Duplicate");
    pass(60_000);
    expect(await names(ec2)).toEqual(["default", "web"]);
  });

  test("what was just deleted lingers in lists, and its name is free", async () => {
    const { ec2 } = await open();
    const create = new CreateSecurityGroupCommand({ GroupName: "web", Description: "x" });
    const { GroupId = "" } = await ec2.send(create);
    pass(60_000);
    const remove = new DeleteSecurityGroupCommand({ GroupId });
    await ec2.send(remove);
    expect(await names(ec2)).toEqual(["default", "web"]);
    expect((await refusal(ec2.send(remove))).code).toBe("InvalidGroup.NotFound");
    await ec2.send(create);
    pass(60_000);
    expect(await names(ec2)).toEqual(["default", "web"]);
  });

  test("tags lag too, in the order in which they were set", async () => {
    const { ec2 } = await open();
    const { GroupId = "" } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "web", Description: "x" }),
    );
    pass(60_000);
    for (const Value of ["1", "2"]) {
      await ec2.send(
        new CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: "version", Value }] }),
      );
    }
    const filter = { Filters: [{ Name: "tag:version", Values: ["*"] }] };
    const versions = new Set<string>();
    for (let second = 0; second <= 60; second += 1) {
      const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand(filter));
      versions.add(SecurityGroups?.[0]?.Tags?.[0]?.Value ?? "none");
      pass(1000);
    }
    expect([...versions].at(0)).toBe("none");
    expect([...versions].at(-1)).toBe("2");
    const { Tags } = await ec2.send(new DescribeTagsCommand({}));
    expect(Tags).toEqual([
      { ResourceId: GroupId, ResourceType: "security-group", Key: "version", Value: "2" },
    ]);
  });
});

test("the same seed makes the same account, another seed another one", async () => {
  const play = async (seed: number) => {
    const sandbox = await createSandbox({ seed });
    const ec2 = ec2Client(sandbox);
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
    await ec2.send(
      new RunInstancesCommand({
        ImageId: Images?.[0]?.ImageId,
        InstanceType: "t3.micro",
        MinCount: 2,
        MaxCount: 2,
      }),
    );
    return sandbox.inventory();
  };
  expect(await play(7)).toEqual(await play(7));
  expect(await play(7)).not.toEqual(await play(8));
});

test("a page is never longer than asked for, and what comes and goes between two neither hides nor repeats", async () => {
  const sandbox = await createSandbox({ pageSize: 1, consistency: { maxMilliseconds: 0 } });
  const ec2 = ec2Client(sandbox);
  const ids: string[] = [];
  for (const GroupName of ["a", "b", "c"]) {
    const { GroupId = "" } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName, Description: "x" }),
    );
    ids.push(GroupId);
  }
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const page = await ec2.send(new DescribeSecurityGroupsCommand({ NextToken: token }));
    seen.push(...(page.SecurityGroups ?? []).map((group) => group.GroupName ?? ""));
    if (seen.at(-1) === "a") await ec2.send(new DeleteSecurityGroupCommand({ GroupId: ids[0] }));
    token = page.NextToken;
  } while (token !== undefined);
  expect(seen).toEqual(["default", "a", "b", "c"]);
  expect(
    (await refusal(ec2.send(new DescribeSecurityGroupsCommand({ NextToken: "made-up" })))).code,
  ).toBe("InvalidParameterValue");
});

describe("a call by name", () => {
  test("takes and gives plain JSON", async () => {
    const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
    const created = await sandbox.call("ec2", "CreateSecurityGroup", {
      GroupName: "web",
      Description: "x",
    });
    expect(created).toMatchObject({ GroupId: expect.stringMatching(/^sg-/) });
    const id = Object(created).GroupId;
    const described = await sandbox.call("ec2", "DescribeSecurityGroups", { GroupIds: [id] });
    expect(JSON.parse(JSON.stringify(described))).toMatchObject({
      SecurityGroups: [{ GroupId: id, IpPermissions: [] }],
    });
  });

  test("knows a service by the AWS CLI's name too", async () => {
    const sandbox = await createSandbox();
    const answer = await sandbox.call("elb", "DescribeLoadBalancers", {});
    expect(answer).toEqual({ LoadBalancerDescriptions: [] });
  });

  test.each([
    ["a service that is not there", "kms", "ListKeys", {}, /Modelled services: ec2/],
    [
      "an operation that is not there",
      "ec2",
      "CreateTransitGateway",
      {},
      /Modelled actions: .*DescribeVpcs/,
    ],
    [
      "an operation as the AWS CLI spells it",
      "ec2",
      "describe-vpcs",
      {},
      /not valid for ec2\. Write DescribeVpcs\.$/,
    ],
    [
      "an unknown parameter",
      "ec2",
      "DescribeVpcs",
      { Colour: 1 },
      /Colour .*Known parameters: .*VpcIds/,
    ],
    ["a value of the wrong type", "ec2", "DescribeVpcs", { VpcIds: "x" }, /VpcIds must be a list/],
    ["no object at all", "ec2", "DescribeVpcs", [], /The input must be an object/],
  ])("says what it knows: %s", async (_reason, service, operation, input, message) => {
    const sandbox = await createSandbox();
    await expect(sandbox.call(service, operation, input)).rejects.toThrow(message);
  });
});

test("an account opens in milliseconds", async () => {
  await createSandbox();
  const startedAt = performance.now();
  for (let count = 0; count < 20; count += 1) await createSandbox({ seed: count });
  // Not a measurement, but a net: thousands of simulated accounts each need one.
  expect((performance.now() - startedAt) / 20).toBeLessThan(50);
});
