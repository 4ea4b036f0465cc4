import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  ModifySubnetAttributeCommand,
} from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { createSandbox } from "../../../src/sandbox/sandbox.ts";
import { ec2Client, refusal } from "../clients.ts";

async function open() {
  const ec2 = ec2Client(await createSandbox({ consistency: { maxMilliseconds: 0 } }));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.1.2.3/16" }));
  const VpcId = Vpc?.VpcId ?? "";
  const subnet = (CidrBlock: string, AvailabilityZone?: string) =>
    ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
  return { ec2, VpcId, subnet };
}

test("a new VPC has its block, a default group, and no subnets", async () => {
  const { ec2, VpcId } = await open();
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
  expect(Vpcs).toMatchObject([{ CidrBlock: "10.1.0.0/16", IsDefault: false }]);
  const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  expect(SecurityGroups).toMatchObject([{ GroupName: "default" }]);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  expect(Subnets).toEqual([]);
});

test("a new subnet gives no public addresses until it is told to", async () => {
  const { ec2, subnet } = await open();
  const { Subnet } = await subnet("10.1.1.0/24", "ap-southeast-2b");
  expect(Subnet).toMatchObject({
    AvailabilityZone: "ap-southeast-2b",
    CidrBlock: "10.1.1.0/24",
    AvailableIpAddressCount: 251,
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
  });
  const SubnetId = Subnet?.SubnetId;
  const change = { SubnetId, MapPublicIpOnLaunch: { Value: true } };
  await ec2.send(new ModifySubnetAttributeCommand(change));
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId ?? ""] }));
  expect(Subnets).toMatchObject([{ MapPublicIpOnLaunch: true }]);
});

test("subnets are inside their VPC, beside one another, in a zone of the region", async () => {
  const { subnet } = await open();
  await subnet("10.1.0.0/20");
  const codeOf = async (work: Promise<unknown>) => (await refusal(work)).code;
  expect(await codeOf(subnet("10.2.0.0/24"))).toBe("InvalidSubnet.Range");
  expect(await codeOf(subnet("10.1.16.0/29"))).toBe("InvalidSubnet.Range");
  expect(await codeOf(subnet("10.1.15.0/24"))).toBe("InvalidSubnet.Conflict");
  expect(await codeOf(subnet("10.1.0.0/17"))).toBe("InvalidSubnet.Conflict");
  expect(await codeOf(subnet("10.1.16.0/24", "us-east-1a"))).toBe("InvalidParameterValue");
});

test("a VPC goes when what is in it has gone", async () => {
  const { ec2, VpcId, subnet } = await open();
  const { Subnet } = await subnet("10.1.0.0/24");
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: "mine", Description: "mine", VpcId }),
  );
  const remove = () => ec2.send(new DeleteVpcCommand({ VpcId }));
  expect((await refusal(remove())).code).toBe("DependencyViolation");
  await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
  expect((await refusal(remove())).code).toBe("DependencyViolation");
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  await remove();
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  expect(SecurityGroups?.filter((group) => group.VpcId === VpcId)).toEqual([]);
  expect((await refusal(remove())).code).toBe("InvalidVpcID.NotFound");
});
