import { expect, test } from "vitest";
import { lookUpDefaultSecurityGroup } from "../../src/aws/default-security-group.ts";
import { openAccount } from "../resources/account.ts";
import { lookUpNetwork } from "../resources/security-group/network.ts";

test("the default security group is the VPC's own, not another of its groups", async () => {
  const account = await openAccount();
  const { clients, pass, sandbox, context } = account;
  const { vpcId } = await pass(lookUpNetwork(clients, { vpc: "default", zones: 1 }));
  const input = { GroupName: "web", Description: "web", VpcId: vpcId };
  await sandbox.call("ec2", "CreateSecurityGroup", input);
  await sandbox.call("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
  await pass(context.clock.sleep(60_000));
  const { SecurityGroups } = (await sandbox.call("ec2", "DescribeSecurityGroups", {})) as {
    SecurityGroups: { GroupId: string; GroupName: string; VpcId: string }[];
  };
  const asked: unknown[] = [];
  sandbox.observe(({ input }) => asked.push(input));
  const found = await pass(lookUpDefaultSecurityGroup(clients, vpcId));
  expect(SecurityGroups.find(({ GroupId }) => GroupId === found)).toMatchObject({
    GroupName: "default",
    VpcId: vpcId,
  });
  expect(SecurityGroups.filter(({ GroupName }) => GroupName === "default")).toHaveLength(2);
  // AWS promises no order: the first of all groups need not be the default one.
  const Filters = [
    { Name: "vpc-id", Values: [vpcId] },
    { Name: "group-name", Values: ["default"] },
  ];
  expect(asked).toEqual([{ Filters }]);
});

test("a VPC that is gone has none, and that is said", async () => {
  const account = await openAccount();
  const looking = lookUpDefaultSecurityGroup(account.clients, "vpc-0123456789abcdef0");
  await expect(account.pass(looking)).rejects.toMatchObject({
    name: "FactError",
    message: "vpc-0123456789abcdef0 has no default security group",
    remedy: "Check that the VPC still exists.",
  });
});
