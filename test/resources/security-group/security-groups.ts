import {
  type SecurityGroupFields,
  securityGroup,
} from "../../../src/resources/security-group/index.ts";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import { type Account, target } from "../account.ts";

export const everything: SecurityGroupRule = {
  protocol: "-1",
  fromPort: null,
  toPort: null,
  peer: "0.0.0.0/0",
};

export function rule(peer: string, port = 80, toPort = port): SecurityGroupRule {
  return { protocol: "tcp", fromPort: port, toPort, peer };
}

export async function vpcOf(account: Account): Promise<string> {
  const answer = await account.sandbox.call("ec2", "DescribeVpcs", {});
  return (answer as { Vpcs: { VpcId: string }[] }).Vpcs[0]?.VpcId ?? "";
}

export async function fieldsIn(
  account: Account,
  rest: Partial<SecurityGroupFields> = {},
): Promise<SecurityGroupFields> {
  return {
    vpcId: await vpcOf(account),
    description: "HTTP",
    ingress: [rule("0.0.0.0/0")],
    egress: [everything],
    tags: {},
    ...rest,
  };
}

/** Makes one as the stack `afterpay` would, or another. */
export async function addGroup(
  account: Account,
  name: string,
  rest: Partial<SecurityGroupFields> = {},
  stack = account.context.stack,
) {
  const fields = await fieldsIn(account, rest);
  const context = { ...account.context, stack };
  return account.pass(securityGroup.create(context, target(securityGroup, name), fields));
}

/** A further VPC. */
export async function addVpc(account: Account): Promise<string> {
  const input = { CidrBlock: "10.0.0.0/16" };
  const made = (await account.sandbox.call("ec2", "CreateVpc", input)) as {
    Vpc: { VpcId: string };
  };
  await account.pass(account.context.clock.sleep(60_000));
  return made.Vpc.VpcId;
}

/** Starts an instance in the group, with these tags, and looks again after so many milliseconds. */
export async function launchIn(
  { sandbox, pass, context }: Account,
  { id }: { readonly id: string },
  tags: Readonly<Record<string, string>> = {},
  after = 60_000,
): Promise<string> {
  const { Images } = (await sandbox.call("ec2", "DescribeImages", {
    Owners: ["amazon"],
    Filters: [{ Name: "name", Values: ["al2023-ami-2023.*-x86_64"] }],
  })) as { Images: { ImageId: string }[] };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const launched = (await sandbox.call("ec2", "RunInstances", {
    ImageId: Images[0]?.ImageId,
    InstanceType: "t3.micro",
    MinCount: 1,
    MaxCount: 1,
    SecurityGroupIds: [id],
    ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: "instance", Tags }] }),
  })) as { Instances: { InstanceId: string }[] };
  if (after > 0) await pass(context.clock.sleep(after));
  return launched.Instances[0]?.InstanceId ?? "";
}

/** Makes a network interface in the group that is attached to nothing. */
export async function addInterface(
  { sandbox, pass, context }: Account,
  { id }: { readonly id: string },
): Promise<string> {
  const found = (await sandbox.call("ec2", "DescribeSubnets", {})) as {
    Subnets: { SubnetId: string }[];
  };
  const { NetworkInterface } = (await sandbox.call("ec2", "CreateNetworkInterface", {
    SubnetId: found.Subnets[0]?.SubnetId,
    Groups: [id],
  })) as { NetworkInterface: { NetworkInterfaceId: string } };
  await pass(context.clock.sleep(60_000));
  return NetworkInterface.NetworkInterfaceId;
}
