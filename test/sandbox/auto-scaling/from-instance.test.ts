import {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DeleteLaunchConfigurationCommand,
  DescribeLaunchConfigurationsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Account, buildTier, openAccount, templateData } from "../tier.ts";
import { createGroup, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

async function open() {
  const account = await openAccount();
  const tier = await buildTier(account);
  const { ImageId, InstanceType } = templateData(account, tier.webGroup);
  const { Instances: [model] = [] } = await account.ec2.send(
    new RunInstancesCommand({
      ImageId,
      InstanceType,
      MinCount: 1,
      MaxCount: 1,
      SubnetId: account.subnets[0],
      SecurityGroupIds: [tier.webGroup],
    }),
  );
  account.pass(60);
  return { account, tier, id: model?.InstanceId ?? "" };
}

const fromInstance = (account: Account, InstanceId: string) =>
  account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      InstanceId,
      MinSize: 1,
      MaxSize: 2,
      LoadBalancerNames: ["front"],
    }),
  );
const configurations = async (account: Account) =>
  (await account.autoScaling.send(new DescribeLaunchConfigurationsCommand({})))
    .LaunchConfigurations;

test("a group made from an instance launches the like of it, from a configuration of its own name", async () => {
  const { account, tier, id } = await open();
  await fromInstance(account, id);
  const [launched = ""] = await serving(account, 1);
  const group = await describeGroup(account);
  expect(group).toMatchObject({
    LaunchConfigurationName: "web",
    VPCZoneIdentifier: account.subnets[0],
  });
  expect(group?.LaunchTemplate).toBeUndefined();
  expect(group?.Instances?.[0]).toMatchObject({
    InstanceId: launched,
    LaunchConfigurationName: "web",
  });
  expect(launched).not.toBe(id);
  expect(await configurations(account)).toEqual([
    expect.objectContaining({
      LaunchConfigurationName: "web",
      InstanceType: "t3.micro",
      SecurityGroups: [tier.webGroup],
    }),
  ]);
});

test("its configuration outlives it, and cannot go before it", async () => {
  const { account, id } = await open();
  await fromInstance(account, id);
  const drop = new DeleteLaunchConfigurationCommand({ LaunchConfigurationName: "web" });
  await expect(account.autoScaling.send(drop)).rejects.toMatchObject({
    name: "ResourceInUseFault",
  });
  await account.autoScaling.send(
    new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "web", ForceDelete: true }),
  );
  account.pass(300);
  expect(await configurations(account)).toHaveLength(1);
  await expect(fromInstance(account, id)).rejects.toThrow(/Launch Configuration by this name/);
  await account.autoScaling.send(drop);
  expect(await configurations(account)).toEqual([]);
});

test("another group may launch from it, and go back to a template", async () => {
  const { account, tier, id } = await open();
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "other",
      InstanceId: id,
      MinSize: 0,
      MaxSize: 0,
    }),
  );
  await createGroup(account, tier);
  await serving(account, 2);
  const update = (more: object) =>
    account.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "web", ...more }),
    );
  await expect(update({ LaunchConfigurationName: "none" })).rejects.toThrow(/name not found/);
  await update({ LaunchConfigurationName: "other" });
  expect((await describeGroup(account))?.LaunchConfigurationName).toBe("other");
  await update({ LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" } });
  expect((await describeGroup(account))?.LaunchConfigurationName).toBeUndefined();
});

test("what AWS refuses", async () => {
  const { account, tier, id } = await open();
  await createGroup(account, tier);
  const [member = ""] = await serving(account, 2);
  const create = (more: object) =>
    account.autoScaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: "new",
        MinSize: 1,
        MaxSize: 1,
        ...more,
      }),
    );
  await expect(create({ InstanceId: "i-0123456789abcdef0" })).rejects.toThrow(/does not exist/);
  await expect(create({ InstanceId: member })).rejects.toThrow(/already part of/);
  const template = { LaunchTemplateId: tier.templateId, Version: "1" };
  await expect(create({ InstanceId: id, LaunchTemplate: template })).rejects.toThrow(/either/);
  expect(await configurations(account)).toEqual([]);
});
