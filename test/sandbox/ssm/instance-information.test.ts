import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSandbox, type Sandbox } from "../../../src/sandbox/sandbox.ts";

let sandbox: Sandbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00Z") });
  sandbox = await createSandbox({ speed: 1, seed: 1, consistency: { maxMilliseconds: 0 } });
});

afterEach(() => {
  vi.useRealTimers();
});

const call = (service: string, operation: string, input: object) =>
  sandbox.call(service, operation, input) as Promise<Record<string, never>>;

async function online(): Promise<readonly (string | undefined)[]> {
  const client = new SSMClient({
    region: sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
  const { InstanceInformationList = [] } = await client.send(
    new DescribeInstanceInformationCommand({}),
  );
  return InstanceInformationList.map(({ InstanceId, PingStatus }) => `${InstanceId} ${PingStatus}`);
}

const core = {
  RoleName: "web",
  PolicyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
};

/** A role that servers may assume, and that allows nothing yet. */
async function createProfile(): Promise<void> {
  await call("iam", "CreateRole", {
    RoleName: "web",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  await call("iam", "CreateInstanceProfile", { InstanceProfileName: "web" });
  await call("iam", "AddRoleToInstanceProfile", { InstanceProfileName: "web", RoleName: "web" });
}

async function run(image: string): Promise<string> {
  const { Images } = (await call("ec2", "DescribeImages", {
    Filters: [{ Name: "name", Values: [image] }],
  })) as unknown as { Images: { ImageId: string }[] };
  const { Instances } = (await call("ec2", "RunInstances", {
    ImageId: Images[0]?.ImageId,
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: "web" },
  })) as unknown as { Instances: { InstanceId: string }[] };
  return Instances[0]?.InstanceId ?? "";
}

test("an instance is managed once its agent runs, and as long as its role allows it", async () => {
  await createProfile();
  await vi.advanceTimersByTimeAsync(20_000);
  const amazon = await run("al2023-ami-2023*x86_64");
  const debian = await run("debian-12-amd64*");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await online()).toEqual([]);
  await call("iam", "AttachRolePolicy", core);
  // Debian's image has no agent.
  expect(debian).toMatch(/^i-/);
  expect(await online()).toEqual([`${amazon} Online`]);
  const ubuntu = await run("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64*");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await online()).toEqual([`${amazon} Online`]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await online()).toEqual([`${amazon} Online`, `${ubuntu} Online`]);
  await call("ec2", "StopInstances", { InstanceIds: [ubuntu] });
  await call("iam", "DetachRolePolicy", core);
  expect(await online()).toEqual([]);
});

test("an instance without the internet is managed through endpoints of its VPC", async () => {
  await createProfile();
  await call("iam", "AttachRolePolicy", core);
  const found = (await call("ec2", "DescribeRouteTables", {})) as unknown as {
    RouteTables: { RouteTableId: string; VpcId: string }[];
  };
  const [{ RouteTableId, VpcId } = { RouteTableId: "", VpcId: "" }] = found.RouteTables;
  await call("ec2", "DeleteRoute", { RouteTableId, DestinationCidrBlock: "0.0.0.0/0" });
  await vi.advanceTimersByTimeAsync(20_000);
  const server = await run("al2023-ami-2023*x86_64");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await online()).toEqual([]);
  const { Subnets } = (await call("ec2", "DescribeSubnets", {})) as unknown as {
    Subnets: { SubnetId: string }[];
  };
  const create = (service: string) =>
    call("ec2", "CreateVpcEndpoint", {
      VpcEndpointType: "Interface",
      VpcId,
      ServiceName: `com.amazonaws.ap-southeast-2.${service}`,
      SubnetIds: [Subnets[0]?.SubnetId],
      PrivateDnsEnabled: true,
    });
  await create("ssm");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await online()).toEqual([]);
  await create("ssmmessages");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await online()).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await online()).toEqual([`${server} Online`]);
});
