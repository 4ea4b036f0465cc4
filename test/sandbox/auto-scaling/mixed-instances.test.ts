import {
  type MixedInstancesPolicy,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Account, buildTier, openAccount, type Tier } from "../tier.ts";
import { follow, rolling } from "./rollout.ts";
import { createGroup, describeGroup, serving } from "./web-group.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

function policyOf(tier: Tier, types: readonly string[], more: Partial<MixedInstancesPolicy> = {}) {
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: tier.templateId, Version: "1" },
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    },
    ...more,
  };
}

const update = (account: Account, MixedInstancesPolicy: MixedInstancesPolicy) =>
  account.autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: "web", MixedInstancesPolicy }),
  );
const typesOf = async (account: Account) =>
  ((await describeGroup(account))?.Instances ?? []).map((one) => one.InstanceType).sort();

async function open() {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier);
  await serving(account, 2);
  return { account, tier };
}

test("a policy takes the template's place; what runs goes on, what comes is of its first type", async () => {
  const { account, tier } = await open();
  await update(account, policyOf(tier, ["t3.large", "t3.small"]));
  const group = await describeGroup(account);
  expect(group?.LaunchTemplate).toBeUndefined();
  expect(group?.MixedInstancesPolicy).toMatchObject({
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: tier.templateId, Version: "1" },
      Overrides: [{ InstanceType: "t3.large" }, { InstanceType: "t3.small" }],
    },
    InstancesDistribution: { OnDemandBaseCapacity: 0, OnDemandPercentageAboveBaseCapacity: 100 },
  });
  await account.autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: "web", DesiredCapacity: 3 }),
  );
  await serving(account, 3);
  expect(await typesOf(account)).toEqual(["t3.large", "t3.micro", "t3.micro"]);
});

test("where the first type has no room, the next is launched", async () => {
  const { account, tier } = await open();
  account.sandbox.setFaults({
    rules: [{ happening: "capacity", subject: "t3.large" }],
  });
  await update(account, policyOf(tier, ["t3.large", "t3.small"]));
  await account.autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: "web", DesiredCapacity: 3 }),
  );
  await serving(account, 3);
  expect(await typesOf(account)).toContain("t3.small");
});

test("a launch template takes the policy's place again, and what runs goes on", async () => {
  const { account, tier } = await open();
  await update(account, policyOf(tier, ["t3.small"]));
  await account.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
    }),
  );
  const group = await describeGroup(account);
  expect(group?.MixedInstancesPolicy).toBeUndefined();
  expect(group?.LaunchTemplate?.Version).toBe("1");
  expect(await typesOf(account)).toEqual(["t3.micro", "t3.micro"]);
});

test("an instance refresh to a launch template replaces the types of the policy, and the policy", async () => {
  const { account, tier } = await open();
  await update(account, policyOf(tier, ["t3.small"]));
  await account.autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: "web", DesiredCapacity: 3 }),
  );
  await serving(account, 3);
  await account.autoScaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName: "web",
      DesiredConfiguration: {
        LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      },
      Preferences: { ...rolling, AutoRollback: false },
    }),
  );
  expect((await follow({ account, tier }, 1800)).end.Status).toBe("Successful");
  expect(await typesOf(account)).toEqual(["t3.micro", "t3.micro", "t3.micro"]);
  expect((await describeGroup(account))?.MixedInstancesPolicy).toBeUndefined();
});

test("what AWS refuses, what is not modelled, and a change of the distribution alone", async () => {
  const { account, tier } = await open();
  const refused = expect.objectContaining({ name: "ValidationError" });
  const distribution = { InstancesDistribution: { OnDemandBaseCapacity: 1 } };
  await expect(update(account, distribution)).rejects.toEqual(refused);
  await expect(update(account, policyOf(tier, ["t3.small", "t3.small"]))).rejects.toEqual(refused);
  await expect(update(account, policyOf(tier, ["t4g.small"]))).rejects.toEqual(refused);
  const both = new UpdateAutoScalingGroupCommand({
    AutoScalingGroupName: "web",
    MixedInstancesPolicy: policyOf(tier, ["t3.small"]),
    LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
  });
  await expect(account.autoScaling.send(both)).rejects.toEqual(refused);
  const priced = policyOf(tier, ["t3.small"], {
    InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 50, SpotMaxPrice: "0.01" },
  });
  await expect(update(account, priced)).rejects.toThrow(/not modelled by this sandbox/);
  const plain = policyOf(tier, []);
  const weighted = {
    LaunchTemplate: {
      ...plain.LaunchTemplate,
      Overrides: [{ InstanceType: "t3.small", WeightedCapacity: "2" }],
    },
  };
  await expect(update(account, weighted)).rejects.toThrow(/not modelled by this sandbox/);
  await update(account, policyOf(tier, ["t3.small"]));
  await update(account, distribution);
  expect((await describeGroup(account))?.MixedInstancesPolicy).toMatchObject({
    LaunchTemplate: { Overrides: [{ InstanceType: "t3.small" }] },
    InstancesDistribution: { OnDemandBaseCapacity: 1 },
  });
});
