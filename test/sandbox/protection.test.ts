import {
  DeleteAutoScalingGroupCommand,
  DetachInstancesCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateImageCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DisableImageDeregistrationProtectionCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyInstanceAttributeCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createGroup, describeGroup, serving } from "./auto-scaling/web-group.ts";
import { refusal } from "./clients.ts";
import { type Account, buildTier, healthOfFront, openAccount } from "./tier.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

const name = { AutoScalingGroupName: "web" };

describe("a group's deletion protection", () => {
  test.each([
    ["prevent-all-deletion", true],
    ["prevent-all-deletion", false],
    ["prevent-force-deletion", true],
  ] as const)(
    "of the level %s refuses a delete (forced: %s), and nothing is touched",
    async (level, ForceDelete) => {
      const account = await openAccount();
      await createGroup(account, await buildTier(account), { DeletionProtection: level });
      await serving(account, 2);
      const refused = await refusal(
        account.autoScaling.send(new DeleteAutoScalingGroupCommand({ ...name, ForceDelete })),
      );
      expect(refused.code).toBe("ValidationError");
      expect(refused.message).toContain(level);
      account.pass(300);
      expect(await describeGroup(account)).toMatchObject({
        DeletionProtection: level,
        DesiredCapacity: 2,
      });
      await serving(account, 2);
    },
  );

  test("against force lets an empty group go, and none at all lets every group go", async () => {
    const account = await openAccount();
    const empty = { DeletionProtection: "prevent-force-deletion", MinSize: 0 } as const;
    await createGroup(account, await buildTier(account), empty);
    await account.autoScaling.send(new DeleteAutoScalingGroupCommand(name));
    account.pass(60);
    expect(await describeGroup(account)).toBeUndefined();
  });

  test("is none where nothing is said, and can be changed", async () => {
    const account = await openAccount();
    await createGroup(account, await buildTier(account));
    expect(await describeGroup(account)).toMatchObject({ DeletionProtection: "none" });
    const set = (DeletionProtection: "none" | "prevent-all-deletion") =>
      account.autoScaling.send(new UpdateAutoScalingGroupCommand({ ...name, DeletionProtection }));
    await set("prevent-all-deletion");
    const forced = new DeleteAutoScalingGroupCommand({ ...name, ForceDelete: true });
    expect((await refusal(account.autoScaling.send(forced))).code).toBe("ValidationError");
    await set("none");
    await account.autoScaling.send(forced);
  });
});

describe("an instance that a group detaches", () => {
  async function open(decrement: boolean) {
    const account = await openAccount();
    const tier = await buildTier(account);
    await createGroup(account, tier, {
      MinSize: 1,
      DesiredCapacity: 2,
      Tags: [{ Key: "team", Value: "payments", PropagateAtLaunch: true }],
    });
    const [id = ""] = await serving(account, 2);
    const command = new DetachInstancesCommand({
      ...name,
      InstanceIds: [id],
      ShouldDecrementDesiredCapacity: decrement,
    });
    const { Activities } = await account.autoScaling.send(command);
    return { account, id, Activities, command };
  }

  test("runs on with its tags but AWS's own, out of the load balancer, and is replaced", async () => {
    const { account, id, Activities } = await open(false);
    expect(Activities).toMatchObject([
      { Description: `Detaching EC2 instance: ${id}`, StatusCode: "InProgress" },
    ]);
    const listed = (await describeGroup(account))?.Instances ?? [];
    expect(listed.find(({ InstanceId }) => InstanceId === id)).toMatchObject({
      LifecycleState: "Detaching",
    });
    const ids = await serving(account, 2);
    expect(ids).not.toContain(id);
    account.pass(400);
    expect((await describeGroup(account))?.Instances).toHaveLength(2);
    expect([...(await healthOfFront(account)).keys()]).not.toContain(id);
    const answer = await account.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    const instance = answer.Reservations?.[0]?.Instances?.[0];
    expect(instance?.State?.Name).toBe("running");
    const keys = (instance?.Tags ?? []).map(({ Key }) => Key);
    expect(keys).toContain("team");
    expect(keys).not.toContain("aws:autoscaling:groupName");
  });

  test("is not replaced where the capacity shrinks with it, and that not below the minimum", async () => {
    const { account, id, command } = await open(true);
    account.pass(400);
    expect(await describeGroup(account)).toMatchObject({ DesiredCapacity: 1 });
    const [other = ""] = await serving(account, 1);
    expect(other).not.toBe(id);
    const again = new DetachInstancesCommand({ ...command.input, InstanceIds: [other] });
    expect((await refusal(account.autoScaling.send(again))).code).toBe("ValidationError");
    // What is no member any more cannot be detached.
    expect((await refusal(account.autoScaling.send(command))).message).toContain(
      `The instance ${id} is not part of`,
    );
  });

  test("outlives its group", async () => {
    const { account, id } = await open(false);
    await account.autoScaling.send(
      new DeleteAutoScalingGroupCommand({ ...name, ForceDelete: true }),
    );
    account.pass(600);
    expect(await describeGroup(account)).toBeUndefined();
    const answer = await account.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    expect(answer.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe("running");
  });
});

describe("protection of what EC2 has", () => {
  async function openWithServer(): Promise<{ account: Account; id: string }> {
    const account = await openAccount();
    await createGroup(account, await buildTier(account));
    const [id = ""] = await serving(account, 2);
    return { account, id };
  }

  test.each([
    ["DisableApiTermination", "disableApiTermination"],
    ["DisableApiStop", "disableApiStop"],
  ] as const)("%s refuses a termination, in AWS's words", async (attribute, wire) => {
    const { account, id } = await openWithServer();
    const set = (Value: boolean) =>
      account.ec2.send(
        new ModifyInstanceAttributeCommand({ InstanceId: id, [attribute]: { Value } }),
      );
    await set(true);
    const seen = await account.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: wire }),
    );
    expect(seen).toMatchObject({ InstanceId: id, [attribute]: { Value: true } });
    const command = new TerminateInstancesCommand({ InstanceIds: [id] });
    expect(await refusal(account.ec2.send(command))).toMatchObject({
      code: "OperationNotPermitted",
      message: `The instance '${id}' may not be terminated. Modify its '${wire}' instance attribute and try again.`,
    });
    await set(false);
    await account.ec2.send(command);
  });

  test.each(["DisableApiTermination", "DisableApiStop"] as const)(
    "%s does not keep Auto Scaling from terminating",
    async (attribute) => {
      const { account, id } = await openWithServer();
      await account.ec2.send(
        new ModifyInstanceAttributeCommand({ InstanceId: id, [attribute]: { Value: true } }),
      );
      await account.autoScaling.send(
        new DeleteAutoScalingGroupCommand({ ...name, ForceDelete: true }),
      );
      account.pass(600);
      expect(await describeGroup(account)).toBeUndefined();
    },
  );

  test("of an image refuses to deregister it", async () => {
    const { account, id } = await openWithServer();
    const { ImageId: imageId = "" } = await account.ec2.send(
      new CreateImageCommand({ InstanceId: id, Name: "kept", NoReboot: true }),
    );
    const look = async () => {
      const { Images = [] } = await account.ec2.send(
        new DescribeImagesCommand({ ImageIds: [imageId] }),
      );
      return Images[0]?.DeregistrationProtection;
    };
    expect(await look()).toBe("disabled");
    await account.ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId: imageId }));
    expect(await look()).toBe("enabled-without-cooldown");
    const command = new DeregisterImageCommand({ ImageId: imageId });
    expect((await refusal(account.ec2.send(command))).code).toBe("OperationNotPermitted");
    await account.ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId: imageId }));
    await account.ec2.send(command);
  });
});
