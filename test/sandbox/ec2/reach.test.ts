import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcEndpointCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteVpcEndpointsCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderBuildScript } from "../../../src/image/script.ts";
import { packTightly } from "../../../src/image/user-data.ts";
import type { InstanceRecord } from "../../../src/sandbox/ec2/instances/tables.ts";
import { build, exampleRecipe } from "../guest/build.ts";
import { everywhere, type OwnNetwork, openNetwork, pass } from "./own-network.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const service = (name: string) => `com.amazonaws.ap-southeast-2.${name}`;

/** A VPC with a public and a private subnet, and an internet gateway that only the public one leads to. */
async function open() {
  const network = await openNetwork();
  const publicSubnet = await network.subnet("10.1.0.0/24");
  const privateSubnet = await network.subnet("10.1.1.0/24");
  const GatewayId = await network.gateway();
  const publicTable = await network.table([publicSubnet], { GatewayId });
  return { ...network, publicSubnet, privateSubnet, publicTable, GatewayId };
}

async function run(
  { ec2 }: OwnNetwork,
  SubnetId: string,
  more: { readonly UserData?: string; readonly profile?: string } = {},
): Promise<string> {
  const Filters = [{ Name: "name", Values: ["al2023-ami-2023*x86_64"] }];
  const { Images } = await ec2.send(new DescribeImagesCommand({ Filters }));
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images?.[0]?.ImageId,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
      InstanceInitiatedShutdownBehavior: "stop",
      ...(more.UserData !== undefined && { UserData: more.UserData }),
      ...(more.profile !== undefined && { IamInstanceProfile: { Name: more.profile } }),
    }),
  );
  return Instances?.[0]?.InstanceId ?? "";
}

/** Whether a build in the subnet passes. */
async function builds(network: OwnNetwork, subnet: string, python?: readonly string[]) {
  const { application } = exampleRecipe();
  if (application === undefined) throw new Error("The example has an application.");
  const own = { ...application, ...(python !== undefined && { python }) };
  const command = python === undefined ? own.command : "python3 -m http.server 80";
  const { script } = renderBuildScript(exampleRecipe({ application: { ...own, command } }));
  const { userData } = await packTightly(script);
  const InstanceId = await run(network, subnet, {
    UserData: Buffer.from(userData).toString("base64"),
  });
  await pass(3600);
  const { Output = "" } = await network.ec2.send(new GetConsoleOutputCommand({ InstanceId }));
  return / verdict passed /.test(Buffer.from(Output, "base64").toString());
}

test("a new subnet gives no public address, so its route to the gateway is no way out", async () => {
  const network = await open();
  const { ec2, publicSubnet } = network;
  const addressOf = async (id: string) => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0]?.PublicIpAddress;
  };
  expect(await addressOf(await run(network, publicSubnet))).toBeUndefined();
  expect(await builds(network, publicSubnet)).toBe(false);
  const MapPublicIpOnLaunch = { Value: true };
  await ec2.send(new ModifySubnetAttributeCommand({ SubnetId: publicSubnet, MapPublicIpOnLaunch }));
  const second = await run(network, publicSubnet);
  await pass(10);
  expect(await addressOf(second)).toMatch(/^\d+\./);
  expect(await builds(network, publicSubnet)).toBe(true);
});

test("a private subnet has a way out through a zonal gateway in a public one, while it is there", async () => {
  const network = await open();
  const { ec2, publicSubnet, privateSubnet, publicTable, nat, address, table } = network;
  expect(await builds(network, privateSubnet)).toBe(false);
  const NatGatewayId = await nat({ SubnetId: publicSubnet, AllocationId: await address() });
  await pass(91);
  await table([privateSubnet], { NatGatewayId });
  expect(await builds(network, privateSubnet)).toBe(true);
  const route = { RouteTableId: publicTable, DestinationCidrBlock: everywhere };
  await ec2.send(new DeleteRouteCommand(route));
  expect(await builds(network, privateSubnet)).toBe(false);
});

test("a gateway that is pending, or deleted, leads nowhere", async () => {
  const network = await open();
  const { ec2, privateSubnet, publicSubnet, nat, address, table } = network;
  const NatGatewayId = await nat({ SubnetId: publicSubnet, AllocationId: await address() });
  await table([privateSubnet], { NatGatewayId });
  // It boots before the gateway is available.
  expect(await builds(network, privateSubnet)).toBe(false);
  expect(await builds(network, privateSubnet)).toBe(true);
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
  expect(await builds(network, privateSubnet)).toBe(false);
});

test("a gateway in a private subnet leads nowhere", async () => {
  const network = await open();
  const { privateSubnet, subnet, nat, address, table } = network;
  const NatGatewayId = await nat({
    SubnetId: await subnet("10.1.2.0/24"),
    AllocationId: await address(),
  });
  await pass(91);
  await table([privateSubnet], { NatGatewayId });
  expect(await builds(network, privateSubnet)).toBe(false);
});

test("a regional gateway leads out by its own route table", async () => {
  const network = await open();
  const { ec2, VpcId, privateSubnet, nat, table, described } = network;
  const NatGatewayId = await nat({ VpcId, AvailabilityMode: "regional" });
  await pass(91);
  await table([privateSubnet], { NatGatewayId });
  expect(await builds(network, privateSubnet)).toBe(true);
  const { RouteTableId } = await described(NatGatewayId);
  await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere }));
  expect(await builds(network, privateSubnet)).toBe(false);
});

test("a gateway endpoint for S3 leads to the packages of Amazon Linux alone", async () => {
  const network = await open();
  const { ec2, VpcId, privateSubnet, table } = network;
  const RouteTableIds = [await table([privateSubnet])];
  const wish = { VpcId, ServiceName: service("s3"), RouteTableIds };
  const { VpcEndpoint } = await ec2.send(new CreateVpcEndpointCommand(wish));
  expect(await builds(network, privateSubnet, [])).toBe(true);
  expect(await builds(network, privateSubnet)).toBe(false);
  const VpcEndpointIds = [VpcEndpoint?.VpcEndpointId ?? ""];
  await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
  expect(await builds(network, privateSubnet, [])).toBe(false);
});

/** A role for servers with these policies of AWS. Its instance profile has the same name. */
async function createRole({ sandbox }: OwnNetwork, name: string): Promise<void> {
  const Statement = [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  ];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await sandbox.call("iam", "CreateRole", { RoleName: name, AssumeRolePolicyDocument });
  await sandbox.call("iam", "CreateInstanceProfile", { InstanceProfileName: name });
  const both = { InstanceProfileName: name, RoleName: name };
  await sandbox.call("iam", "AddRoleToInstanceProfile", both);
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  await sandbox.call("iam", "AttachRolePolicy", { RoleName: name, PolicyArn });
  await pass(30);
}

async function online({ sandbox }: OwnNetwork): Promise<number> {
  const client = new SSMClient({
    region: sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: sandbox.requestHandler,
    maxAttempts: 1,
  });
  const answer = await client.send(new DescribeInstanceInformationCommand({}));
  return answer.InstanceInformationList?.length ?? 0;
}

test("an agent in a private subnet uses endpoints that let it in and have private names", async () => {
  const network = await open();
  const { ec2, VpcId, privateSubnet } = network;
  await createRole(network, "web");
  await run(network, privateSubnet, { profile: "web" });
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const wish = { GroupName: "endpoints", Description: "endpoints", VpcId };
  const { GroupId = "" } = await ec2.send(new CreateSecurityGroupCommand(wish));
  const ids: string[] = [];
  for (const name of ["ssm", "ssmmessages"]) {
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: "Interface",
        VpcId,
        ServiceName: service(name),
        SubnetIds: [privateSubnet],
        SecurityGroupIds: [GroupId],
        PrivateDnsEnabled: name === "ssm",
      }),
    );
    ids.push(VpcEndpoint?.VpcEndpointId ?? "");
  }
  await pass(120);
  const [, VpcEndpointId] = ids;
  const nameIt = (PrivateDnsEnabled: boolean) =>
    ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PrivateDnsEnabled }));
  await nameIt(true);
  expect(await online(network)).toBe(0);
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 443,
          ToPort: 443,
          IpRanges: [{ CidrIp: "10.1.0.0/16" }],
        },
      ],
    }),
  );
  expect(await online(network)).toBe(1);
  await nameIt(false);
  expect(await online(network)).toBe(0);
  await nameIt(true);
  expect(await online(network)).toBe(1);
  await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: ids }));
  expect(await online(network)).toBe(0);
});

test("an agent in a private subnet is online through a NAT gateway", async () => {
  const network = await open();
  const { publicSubnet, privateSubnet, nat, address, table } = network;
  await createRole(network, "web");
  await run(network, privateSubnet, { profile: "web" });
  await pass(120);
  expect(await online(network)).toBe(0);
  const NatGatewayId = await nat({ SubnetId: publicSubnet, AllocationId: await address() });
  await table([privateSubnet], { NatGatewayId });
  await pass(91);
  expect(await online(network)).toBe(1);
});

/** Gives the base image an application that reads a parameter when it starts. */
async function addSecret({ ec2, sandbox }: OwnNetwork): Promise<void> {
  const { application } = exampleRecipe();
  if (application === undefined) throw new Error("The example has an application.");
  const { disk } = build(
    exampleRecipe({
      application: {
        ...application,
        secrets: { KEY: "ssm:/shop/key" },
        duringBuild: { environment: { KEY: "none" }, answers: true },
      },
    }),
  );
  const Filters = [{ Name: "name", Values: ["al2023-ami-2023*x86_64"] }];
  const { Images } = await ec2.send(new DescribeImagesCommand({ Filters }));
  Object.assign(sandbox.records("image").get(Images?.[0]?.ImageId ?? "") ?? {}, { disk });
}

test("an application reads its secrets through a way out, or through an endpoint of their service", async () => {
  const network = await open();
  const { ec2, sandbox, VpcId, publicSubnet, privateSubnet } = network;
  const SubnetId = publicSubnet;
  await ec2.send(
    new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }),
  );
  await createRole(network, "web");
  const parameter = { Name: "/shop/key", Type: "SecureString", Value: "secret" };
  await sandbox.call("ssm", "PutParameter", parameter);
  await addSecret(network);
  /** Whether the application of a new server answers. */
  const serves = async (subnet: string) => {
    const id = await run(network, subnet, { profile: "web" });
    await pass(120);
    sandbox.advance();
    const record = sandbox.records("instance").get(id) as InstanceRecord | undefined;
    return record?.guest.ports.some(({ port }) => port === 80);
  };
  expect(await serves(publicSubnet)).toBe(true);
  expect(await serves(privateSubnet)).toBe(false);
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: "Interface",
      VpcId,
      ServiceName: service("ssm"),
      SubnetIds: [privateSubnet],
      PrivateDnsEnabled: true,
    }),
  );
  await pass(120);
  expect(await serves(privateSubnet)).toBe(true);
});
