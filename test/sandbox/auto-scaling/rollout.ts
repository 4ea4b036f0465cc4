import {
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  type InstanceRefresh,
  type RefreshPreferences,
  StartInstanceRefreshCommand,
  type StartInstanceRefreshCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { CreateLaunchTemplateVersionCommand } from "@aws-sdk/client-ec2";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import {
  type Account,
  buildTier,
  healthOfFront,
  openAccount,
  type Tier,
  templateData,
} from "../tier.ts";

export interface Running {
  readonly account: Account;
  readonly tier: Tier;
}

/** A group `web` of two instances in service, of version 1; version 2 is as good, version 3 lets nobody in. */
export async function runTier(
  more: { HealthCheckType?: "EC2" | "ELB" } = {},
  options: SandboxOptions = {},
): Promise<Running> {
  const account = await openAccount(options);
  const tier = await buildTier(account);
  for (const group of [tier.webGroup, tier.closedGroup]) {
    await account.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: tier.templateId,
        LaunchTemplateData: templateData(account, group, { InstanceType: "t3.small" }),
      }),
    );
  }
  await account.autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "1" },
      MinSize: 2,
      MaxSize: 2,
      VPCZoneIdentifier: account.subnets.slice(0, 2).join(","),
      LoadBalancerNames: ["front"],
      HealthCheckType: more.HealthCheckType ?? "ELB",
      HealthCheckGracePeriod: 120,
    }),
  );
  await account.until(600, async () =>
    (await inService(account)).length === 2 ? true : undefined,
  );
  return { account, tier };
}

export async function inService(account: Account): Promise<string[]> {
  const health = await healthOfFront(account);
  return [...health].filter(([, { state }]) => state === "InService").map(([id]) => id);
}

export async function versionsOf(account: Account) {
  const { AutoScalingGroups = [] } = await account.autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["web"] }),
  );
  const group = AutoScalingGroups[0];
  return {
    version: group?.LaunchTemplate?.Version,
    versions: (group?.Instances ?? []).map((one) => one.LaunchTemplate?.Version).sort(),
    ids: (group?.Instances ?? []).map((one) => one.InstanceId ?? ""),
  };
}

export async function lastRefresh(account: Account): Promise<InstanceRefresh> {
  const { InstanceRefreshes = [] } = await account.autoScaling.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: "web" }),
  );
  const [refresh] = InstanceRefreshes;
  if (refresh === undefined) throw new Error("There is no refresh.");
  return refresh;
}

export const rolling: RefreshPreferences = {
  MinHealthyPercentage: 100,
  MaxHealthyPercentage: 150,
  InstanceWarmup: 60,
  SkipMatching: true,
  AutoRollback: true,
};

export async function start(
  { account, tier }: Running,
  version: string,
  preferences: RefreshPreferences = rolling,
  more: Partial<StartInstanceRefreshCommandInput> = {},
): Promise<void> {
  await account.autoScaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName: "web",
      DesiredConfiguration: {
        LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: version },
      },
      Preferences: preferences,
      ...more,
    }),
  );
}

interface Story {
  readonly end: InstanceRefresh;
  /** The fewest that were in service at the load balancer at any time, and the most instances there were. */
  readonly fewest: number;
  readonly most: number;
  readonly statuses: string[];
  readonly reasons: Set<string>;
  readonly percentages: number[];
}

const ENDS = new Set(["Successful", "Failed", "Cancelled", "RollbackSuccessful", "RollbackFailed"]);

/** Follows the last refresh to its end. */
export async function follow({ account }: Running, seconds: number): Promise<Story> {
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  const statuses: string[] = [];
  const reasons = new Set<string>();
  const percentages: number[] = [];
  // So often that no state that lasts for half a minute is missed.
  const step = seconds > 3600 ? 20 : 5;
  const probe = async () => {
    const refresh = await lastRefresh(account);
    fewest = Math.min(fewest, (await inService(account)).length);
    most = Math.max(most, (await versionsOf(account)).ids.length);
    if (refresh.Status !== undefined && statuses.at(-1) !== refresh.Status) {
      statuses.push(refresh.Status);
    }
    if (refresh.StatusReason !== undefined) {
      reasons.add(refresh.StatusReason.replace(/i-[0-9a-f]+/g, "i-…"));
    }
    const percentage = refresh.PercentageComplete ?? 0;
    if (percentages.at(-1) !== percentage) percentages.push(percentage);
    return ENDS.has(refresh.Status ?? "") ? refresh : undefined;
  };
  const end = await account.until(seconds, probe, step);
  return { end, fewest, most, statuses, reasons, percentages };
}
