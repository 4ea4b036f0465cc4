import type { InstancesDistribution, MixedInstancesPolicy } from "@aws-sdk/client-auto-scaling";
import {
  type CreateAutoScalingGroupCommandInput,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { type Account, buildTier, openAccount, type Tier } from "../tier.ts";
import { createGroup, describeGroup, serving } from "./web-group.ts";

/** A policy of version 1 of the tier's template. */
export function policyOf(
  tier: Tier,
  types: readonly string[],
  distribution?: InstancesDistribution,
): MixedInstancesPolicy {
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: tier.templateId, Version: "1" },
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    },
    ...(distribution !== undefined && { InstancesDistribution: distribution }),
  };
}

/** A group `web` that launches from a policy, with its desired capacity in service. */
export async function openMixed(
  types: readonly string[],
  distribution: InstancesDistribution,
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
): Promise<{ readonly account: Account; readonly tier: Tier }> {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, {
    LaunchTemplate: undefined,
    MixedInstancesPolicy: policyOf(tier, types, distribution),
    ...more,
  });
  await serving(account, more.DesiredCapacity ?? 2);
  return { account, tier };
}

export async function setPolicy(account: Account, policy: MixedInstancesPolicy): Promise<void> {
  await account.autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      MixedInstancesPolicy: policy,
    }),
  );
}

export async function scaleTo(account: Account, DesiredCapacity: number): Promise<void> {
  await account.autoScaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: "web", DesiredCapacity }),
  );
}

interface Server {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly option: "spot" | "on-demand";
}

/** The group's instances that are not being terminated, with what EC2 says of them. */
export async function servers(account: Account): Promise<readonly Server[]> {
  const members = ((await describeGroup(account))?.Instances ?? []).filter(
    ({ LifecycleState }) => !LifecycleState?.startsWith("Terminating"),
  );
  if (members.length === 0) return [];
  const { Reservations = [] } = await account.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: members.map(({ InstanceId = "" }) => InstanceId) }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances).map((instance) => ({
    id: instance.InstanceId ?? "",
    type: instance.InstanceType ?? "",
    zone: instance.Placement?.AvailabilityZone ?? "",
    option: instance.InstanceLifecycle === "spot" ? "spot" : "on-demand",
  }));
}

/** How many instances there are of each purchase option. */
export async function options(account: Account): Promise<string> {
  const all = await servers(account);
  const spot = all.filter(({ option }) => option === "spot").length;
  return `${all.length - spot} on-demand, ${spot} spot`;
}
