import {
  CreateDefaultSubnetCommand,
  CreateDefaultVpcCommand,
  DeleteSubnetCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  ModifyVpcAttributeCommand,
  RunInstancesCommand,
  type VpcAttributeName,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createSandbox, type SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "../clients.ts";
import { openAccount } from "../tier.ts";

async function open(options: SandboxOptions = {}) {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 }, ...options });
  return { sandbox, ec2: ec2Client(sandbox) };
}

test("a default VPC is made where there is none, with all that one comes with", async () => {
  const { ec2, sandbox } = await open({ noDefaultVpc: true });
  const subnet = { AvailabilityZone: "ap-southeast-2a" };
  expect((await refusal(ec2.send(new CreateDefaultSubnetCommand(subnet)))).code).toBe(
    "DefaultVpcDoesNotExist",
  );
  const { Vpc } = await ec2.send(new CreateDefaultVpcCommand({}));
  expect(Vpc).toMatchObject({ IsDefault: true, CidrBlock: "172.31.0.0/16" });
  expect((await refusal(ec2.send(new CreateDefaultVpcCommand({})))).code).toBe(
    "DefaultVpcAlreadyExists",
  );
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  expect(Subnets).toHaveLength(3);
  const { sandbox: other } = await open();
  const counts = (types: object) => Object.entries(types).map(([type, all]) => [type, all.length]);
  expect(counts(sandbox.inventory())).toEqual(counts(other.inventory()));
});

test("a zone has one default subnet, in the first block of the VPC that is free", async () => {
  const { ec2 } = await open();
  const zone = { AvailabilityZone: "ap-southeast-2b" };
  const create = () => ec2.send(new CreateDefaultSubnetCommand(zone));
  expect((await refusal(create())).code).toBe("DefaultSubnetAlreadyExistsInAvailabilityZone");
  const Filters = [{ Name: "availability-zone", Values: ["ap-southeast-2b"] }];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnets[0]?.SubnetId }));
  const { Subnet } = await create();
  expect(Subnet).toMatchObject({
    ...zone,
    CidrBlock: "172.31.16.0/20",
    DefaultForAz: true,
    MapPublicIpOnLaunch: true,
  });
  const elsewhere = new CreateDefaultSubnetCommand({ AvailabilityZone: "us-east-1a" });
  expect((await refusal(ec2.send(elsewhere))).code).toBe("InvalidParameterValue");
});

describe("a VPC's attributes", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("are told and changed one at a time, and decide about public names", async () => {
    const { ec2, vpcId: VpcId, imageId, pass } = await openAccount();
    const tell = async (Attribute: VpcAttributeName) => {
      const command = new DescribeVpcAttributeCommand({ VpcId, Attribute });
      const { EnableDnsHostnames, EnableDnsSupport } = await ec2.send(command);
      return (EnableDnsHostnames ?? EnableDnsSupport)?.Value;
    };
    const modify = (attributes: { EnableDnsSupport?: boolean; EnableDnsHostnames?: boolean }) => {
      const values = Object.entries(attributes).map(([name, Value]) => [name, { Value }]);
      return ec2.send(new ModifyVpcAttributeCommand({ VpcId, ...Object.fromEntries(values) }));
    };
    expect(await tell("enableDnsHostnames")).toBe(true);
    expect(await tell("enableDnsSupport")).toBe(true);
    const type = { InstanceType: "t3.micro" } as const;
    const { Instances } = await ec2.send(
      new RunInstancesCommand({ ImageId: imageId, ...type, MinCount: 1, MaxCount: 1 }),
    );
    pass(60);
    const InstanceIds = [Instances?.[0]?.InstanceId ?? ""];
    const publicNames = async () => {
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
      const [instance] = Reservations?.[0]?.Instances ?? [];
      return [
        instance?.PublicDnsName,
        instance?.NetworkInterfaces?.[0]?.Association?.PublicDnsName ?? "",
      ];
    };
    expect(await publicNames()).toEqual(
      [/^ec2-/, /^ec2-/].map((name) => expect.stringMatching(name)),
    );
    await modify({ EnableDnsHostnames: false });
    expect(await tell("enableDnsHostnames")).toBe(false);
    expect(await publicNames()).toEqual(["", ""]);
    await modify({ EnableDnsSupport: false });
    expect(await tell("enableDnsSupport")).toBe(false);
    expect((await refusal(modify({ EnableDnsHostnames: true }))).message).toContain(
      "enabled DNS support",
    );
    const both = { EnableDnsSupport: true, EnableDnsHostnames: true };
    expect((await refusal(modify(both))).code).toBe("InvalidParameterCombination");
  });
});

test("an account that an earlier release saved keeps reaching the internet", async () => {
  const { sandbox } = await open();
  const saved = JSON.parse(sandbox.snapshot()) as { regions: Record<string, object> };
  const regions = Object.entries(saved.regions).map(([name, tables]) => [
    name,
    Object.fromEntries(
      Object.entries(tables).filter(([table]) => !/^(route-table|internet-gateway)$/.test(table)),
    ),
  ]);
  const snapshot = JSON.stringify({ ...saved, regions: Object.fromEntries(regions) });
  const { sandbox: resumed } = await open({ snapshot });
  expect(resumed.inventory()).toEqual(sandbox.inventory());
});

test("the regions are AWS's, with those that are opted in to", async () => {
  const { ec2 } = await open();
  const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}));
  expect(Regions.length).toBeGreaterThan(30);
  expect(Regions).toContainEqual({
    RegionName: "ap-southeast-2",
    Endpoint: "ec2.ap-southeast-2.amazonaws.com",
    OptInStatus: "opt-in-not-required",
  });
  const Filters = [{ Name: "opt-in-status", Values: ["opted-in"] }];
  const { Regions: optIn } = await ec2.send(new DescribeRegionsCommand({ Filters }));
  expect(optIn?.map(({ RegionName }) => RegionName)).toContain("ap-southeast-4");
  const wrong = new DescribeRegionsCommand({ RegionNames: ["ap-southeast-22"] });
  expect((await refusal(ec2.send(wrong))).message).toContain("ap-southeast-22");
});
