import { describe, expect, test } from "vitest";
import { nameKey, stackKey } from "../../../src/aws/tags.ts";
import { securityGroup } from "../../../src/resources/security-group/index.ts";
import type { LiveSecurityGroup } from "../../../src/resources/security-group/live.ts";
import { type Account, openAccount } from "../account.ts";
import { addGroup, addInterface, launchIn, rule } from "./security-groups.ts";

const minutes = 60_000;

const builderTags = { [stackKey]: "afterpay", [nameKey]: "image/web" };

async function there(account: Account): Promise<readonly LiveSecurityGroup[]> {
  return account.pass(securityGroup.discover(account.context));
}

describe("a security group that is deleted", () => {
  test("goes although others of ours name it, whose rules go first, and nothing else", async () => {
    const account = await openAccount();
    const { pass, context } = account;
    const web = await addGroup(account, "web");
    const { id } = await addGroup(account, "other", {
      ingress: [rule(web.id), rule("10.0.0.0/8")],
      egress: [rule(web.id, 443), rule("10.0.0.0/8", 443)],
    });
    await pass(securityGroup.delete(context, web));
    expect((await there(account)).map((group) => group.id)).toEqual([id]);
    await pass(context.clock.sleep(60_000));
    const [left] = await there(account);
    expect(left?.fields.ingress).toEqual([rule("10.0.0.0/8")]);
    expect(left?.fields.egress).toEqual([rule("10.0.0.0/8", 443)]);
    // Once more, as after a crash.
    await pass(securityGroup.delete(context, web));
  });

  test("is waited for until AWS shows it no longer", async () => {
    const account = await openAccount({ consistency: { maxMilliseconds: 60_000 } });
    const web = await addGroup(account, "web");
    await account.pass(securityGroup.delete(account.context, web));
    expect(account.told).toContain("AWS still lists it");
    expect(await there(account)).toEqual([]);
  });

  test("is no longer waited for after an interrupt, which is said", async () => {
    const account = await openAccount();
    const web = await addGroup(account, "web");
    account.sandbox.observe(({ operation }) => {
      if (operation === "DeleteSecurityGroup") account.interrupt();
    });
    await expect(account.pass(securityGroup.delete(account.context, web))).rejects.toThrow(
      "stopped while waiting for the security group web to be gone",
    );
  });

  test("costs two calls where nothing is in the way", async () => {
    const account = await openAccount();
    const web = await addGroup(account, "web");
    await account.pass(account.context.clock.sleep(60_000));
    account.takeCalls();
    await account.pass(securityGroup.delete(account.context, web));
    const [first, ...others] = account.takeCalls().map(({ operation }) => operation);
    expect(first).toBe("ec2:DeleteSecurityGroup");
    expect(new Set(others)).toEqual(new Set(["ec2:DescribeSecurityGroups"]));
  });

  test("ends with an error of AWS's that is another one", async () => {
    const account = await openAccount();
    const web = await addGroup(account, "web");
    account.takeCalls();
    account.sandbox.setFaults({ rules: [{ kind: "deny" }] });
    await expect(account.pass(securityGroup.delete(account.context, web))).rejects.toMatchObject({
      kind: "denied",
    });
    expect(account.takeCalls()).toHaveLength(1);
  });

  test("stays while somebody else's group names it, and the error says whose", async () => {
    const account = await openAccount();
    const web = await addGroup(account, "web");
    const other = await addGroup(account, "theirs", { ingress: [rule(web.id)] }, "theirs");
    const begun = account.context.clock.now();
    const deleting = account.pass(securityGroup.delete(account.context, web));
    await expect(deleting).rejects.toMatchObject({
      name: "OutsideError",
      message: `AWS does not delete the security group web (${web.id}) while the group theirs (${other.id} in ${web.fields.vpcId}), which does not belong to this stack, names it in the ingress rule tcp 80, ${web.id}`,
      code: "DependencyViolation",
      operation: "ec2:DeleteSecurityGroup",
      remedy: expect.stringContaining(
        `aws ec2 revoke-security-group-ingress --group-id ${other.id}`,
      ),
      cause: { code: "DependencyViolation" },
    });
    // No waiting changes anything about it.
    expect(account.context.clock.now() - begun).toBeLessThan(10_000);
  });

  test("stays while somebody else's instance is in it, and the error says which", async () => {
    const account = await openAccount();
    const { pass, sandbox, context } = account;
    const web = await addGroup(account, "web", { ingress: [] });
    const itself = await pass(
      securityGroup.update(context, web, { ...web.fields, ingress: [rule(web.id)] }, ["ingress"]),
    );
    const id = await launchIn(account, itself);
    const begun = context.clock.now();
    const what = `AWS does not delete the security group web (${web.id}) while`;
    await expect(pass(securityGroup.delete(context, itself))).rejects.toMatchObject({
      message: `${what} an instance outside this stack uses it: ${id}`,
      remedy:
        "Remove the instance from the group (aws ec2 modify-instance-attribute --groups, with its other groups), or terminate it if nothing needs it. Then run the same command again.",
    });
    expect(context.clock.now() - begun).toBeLessThan(10_000);
    // It is still in use: its servers reach one another.
    await pass(context.clock.sleep(60_000));
    expect((await there(account))[0]?.fields.ingress).toEqual([rule(web.id)]);
    const other = await launchIn(account, itself, { [stackKey]: "theirs" });
    await expect(pass(securityGroup.delete(context, itself))).rejects.toThrow(
      `${what} instances outside this stack use it: ${id}, ${other}`,
    );
    await sandbox.call("ec2", "TerminateInstances", { InstanceIds: [id, other] });
    await pass(securityGroup.delete(context, itself));
  });

  test("goes after what goes by itself, and AWS is asked twice in all what else is in it", async () => {
    const account = await openAccount();
    const { pass, context, sandbox } = account;
    const web = await addGroup(account, "web");
    const builder = await launchIn(account, web, builderTags);
    // What is in another group is in nobody's way.
    await launchIn(account, await addGroup(account, "theirs", {}, "theirs"));
    account.takeCalls();
    const terminate = async () => {
      await context.clock.sleep(5 * minutes);
      await sandbox.call("ec2", "TerminateInstances", { InstanceIds: [builder] });
    };
    await pass(Promise.all([securityGroup.delete(context, web), terminate()]));
    expect(account.told).toContain(
      "web is still in use; AWS removes network interfaces some minutes after the resources that they belong to (DependencyViolation)",
    );
    const calls = account.takeCalls().map(({ operation }) => operation);
    expect(calls.filter((operation) => operation === "ec2:DescribeInstances")).toHaveLength(2);
    expect(calls).not.toContain("autoscaling:DescribeAutoScalingGroups");
    expect(await there(account)).toEqual([]);
  });

  test.each([
    ["stays after a minute in which something attached to nothing is in it", 90_000, true],
    ["goes after something attached to nothing that goes within that minute", 30_000, false],
  ])("%s", async (_why, goesAfter, isHeld) => {
    const account = await openAccount();
    const { pass, context, sandbox } = account;
    const web = await addGroup(account, "web");
    const id = await addInterface(account, web);
    const begun = context.clock.now();
    const leave = async () => {
      await context.clock.sleep(goesAfter);
      await sandbox.call("ec2", "DeleteNetworkInterface", { NetworkInterfaceId: id });
    };
    const deleting = pass(Promise.all([securityGroup.delete(context, web), leave()]));
    if (isHeld) await expect(deleting).rejects.toThrow(id);
    else await deleting;
    const waited = context.clock.now() - begun;
    expect(waited).toBeGreaterThan(30_000);
    if (isHeld) expect(waited).toBeGreaterThanOrEqual(60_000);
    expect(waited).toBeLessThan(80_000);
  });

  test("is given up after a quarter of an hour, with what is still in it", async () => {
    const account = await openAccount();
    const { pass, context, sandbox } = account;
    const web = await addGroup(account, "web");
    const builder = await launchIn(account, web, builderTags);
    await launchIn(account, await addGroup(account, "theirs", {}, "theirs"));
    const Subnets = (await sandbox.call("ec2", "DescribeSubnets", {})) as {
      Subnets: { SubnetId: string }[];
    };
    await sandbox.call("elb", "CreateLoadBalancer", {
      LoadBalancerName: "afterpay-web",
      Listeners: [{ Protocol: "TCP", LoadBalancerPort: 80, InstancePort: 80 }],
      Subnets: Subnets.Subnets.slice(0, 1).map(({ SubnetId }) => SubnetId),
      SecurityGroups: [web.id],
      Tags: [
        { Key: stackKey, Value: "afterpay" },
        { Key: nameKey, Value: "load-balancer/web" },
      ],
    });
    await pass(context.clock.sleep(60_000));
    const begun = context.clock.now();
    const error: unknown = await pass(securityGroup.delete(context, web)).catch(
      (thrown: unknown) => thrown,
    );
    const waited = (context.clock.now() - begun) / minutes;
    expect(waited).toBeGreaterThan(14);
    expect(waited).toBeLessThan(16);
    expect(error).toMatchObject({
      name: "OutsideError",
      code: "DependencyViolation",
      operation: "ec2:DeleteSecurityGroup",
      remedy: "Remove the resources that use the group, then run the same command again.",
      cause: { code: "DependencyViolation" },
    });
    const { message } = error as Error;
    expect(message).toMatch(/has a dependent object .*; sg-\w+ is still in use by eni-/);
    const [, by = ""] = message.split("is still in use by ");
    const users = by.split(", ").map((user) => /^eni-\w+ \((.*)\)$/.exec(user)?.[1]);
    expect(new Set(users)).toEqual(new Set([builder, "ELB afterpay-web"]));
  });

  test("is given up with AWS's words where nothing is seen in it", async () => {
    const account = await openAccount();
    const web = await addGroup(account, "web");
    const words = { code: "DependencyViolation", message: "resource has a dependent object" };
    account.sandbox.setFaults({
      rules: [{ operation: "DeleteSecurityGroup", kind: "error", status: 400, ...words }],
    });
    await expect(account.pass(securityGroup.delete(account.context, web))).rejects.toThrow(
      new RegExp(`dependent object .*; ${web.id} is still in use$`),
    );
  });
});
