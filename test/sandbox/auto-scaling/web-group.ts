import {
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import { type Account, healthOfFront, type Tier } from "../tier.ts";

function groupInput(
  account: Account,
  tier: Tier,
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
): CreateAutoScalingGroupCommandInput {
  return {
    AutoScalingGroupName: "web",
    LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
    MinSize: 2,
    MaxSize: 4,
    VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
    LoadBalancerNames: ["front"],
    HealthCheckType: "ELB",
    HealthCheckGracePeriod: 120,
    ...more,
  };
}

export async function createGroup(
  account: Account,
  tier: Tier,
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
): Promise<void> {
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand(groupInput(account, tier, more)),
  );
}

export async function describeGroup(account: Account) {
  const { AutoScalingGroups = [] } = await account.autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["web"] }),
  );
  return AutoScalingGroups[0];
}

export async function activities(account: Account) {
  const { Activities = [] } = await account.autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "web" }),
  );
  return Activities;
}

/** The ids of the instances in service, by the group and the load balancer alike. */
export async function servingInstances(account: Account): Promise<string[]> {
  const health = await healthOfFront(account);
  const group = await describeGroup(account);
  return (group?.Instances ?? [])
    .filter((member) => member.LifecycleState === "InService")
    .map((member) => member.InstanceId ?? "")
    .filter((id) => health.get(id)?.state === "InService");
}

/** Waits until so many serve. */
export function serving(account: Account, count: number, seconds = 600): Promise<string[]> {
  return account.until(seconds, async () => {
    const ids = await servingInstances(account);
    return ids.length === count ? ids : undefined;
  });
}
