import { describe, expect, test } from "vitest";
import { lookUpGroupVpcs } from "../../src/aws/referenced-security-groups.ts";
import { openAccount } from "../resources/account.ts";

describe("security groups that a file names by their ids", () => {
  test("are looked up with one call, with their VPCs; one that is not there is not an error", async () => {
    const account = await openAccount();
    const { sandbox, pass, clients, context } = account;
    const other = { GroupName: "other", Description: "asked for by nobody" };
    await sandbox.call("ec2", "CreateSecurityGroup", other);
    await sandbox.call("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
    await pass(context.clock.sleep(60_000));
    const { SecurityGroups } = (await sandbox.call("ec2", "DescribeSecurityGroups", {})) as {
      SecurityGroups: { GroupId: string; GroupName: string; VpcId: string }[];
    };
    const named = SecurityGroups.filter(({ GroupName }) => GroupName === "default");
    expect(SecurityGroups).toHaveLength(named.length + 1);
    const there = named.map(({ GroupId }) => GroupId);
    account.takeCalls();
    const ids = ["sg-0123456789abcdef0", ...there, ...there];
    const found = await pass(lookUpGroupVpcs(clients, ids));
    expect([...found]).toEqual(named.map(({ GroupId, VpcId }) => [GroupId, VpcId]));
    expect(account.takeCalls().map(({ operation }) => operation)).toEqual([
      "ec2:DescribeSecurityGroups",
    ]);
  });

  test("cost no call where there are none", async () => {
    const account = await openAccount();
    expect((await account.pass(lookUpGroupVpcs(account.clients, []))).size).toBe(0);
    expect(account.takeCalls()).toEqual([]);
  });

  test("are asked for in as many calls as AWS's limit on a filter needs", async () => {
    const account = await openAccount();
    const ids = Array.from({ length: 401 }, (_, n) => `sg-${n.toString(16).padStart(17, "0")}`);
    await account.pass(lookUpGroupVpcs(account.clients, ids));
    expect(account.takeCalls()).toHaveLength(3);
  });
});
