import {
  type CreateAutoScalingGroupCommandInput,
  type PredefinedMetricSpecification,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  type PutScalingPolicyCommandOutput,
} from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CreateLaunchTemplateVersionCommand } from "@aws-sdk/client-ec2";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { type Account, buildTier, openAccount, type Tier, templateData } from "../tier.ts";
import { createGroup, describeGroup } from "./web-group.ts";

export const web = { AutoScalingGroupName: "web" };

export interface Scaling {
  readonly account: Account;
  readonly tier: Tier;
  readonly cloudWatch: CloudWatchClient;
}

export function cloudWatchClient(account: Account): CloudWatchClient {
  return new CloudWatchClient({
    region: account.sandbox.region,
    credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "secret" },
    requestHandler: account.sandbox.requestHandler,
    maxAttempts: 1,
  });
}

/** A group `web` of two servers with detailed monitoring and a short warm-up, all in service. */
export async function openScaling(
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
  options: SandboxOptions = {},
): Promise<Scaling> {
  const account = await openAccount(options);
  const tier = await buildTier(account);
  await detailedMonitoring(account, tier);
  await createGroup(account, tier, {
    LaunchTemplate: { LaunchTemplateId: tier.templateId, Version: "2" },
    MinSize: 2,
    MaxSize: 10,
    LoadBalancerNames: [],
    HealthCheckType: "EC2",
    DefaultInstanceWarmup: 60,
    ...more,
  });
  account.pass(600);
  return { account, tier, cloudWatch: cloudWatchClient(account) };
}

/** Version 2 of the launch template. */
async function detailedMonitoring(account: Account, tier: Tier): Promise<void> {
  await account.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: tier.templateId,
      LaunchTemplateData: templateData(account, tier.webGroup, { Monitoring: { Enabled: true } }),
    }),
  );
}

export function putPolicy(
  { account }: Pick<Scaling, "account">,
  more: Partial<PutScalingPolicyCommandInput>,
): Promise<PutScalingPolicyCommandOutput> {
  return account.autoScaling.send(
    new PutScalingPolicyCommand({ ...web, PolicyName: "cpu", ...more }),
  );
}

/** A policy that keeps the CPU at 50 %. */
export function trackCpu(
  scaling: Pick<Scaling, "account">,
  more: Partial<PutScalingPolicyCommandInput> = {},
  configuration: { TargetValue?: number; DisableScaleIn?: boolean } = {},
): Promise<PutScalingPolicyCommandOutput> {
  return putPolicy(
    scaling,
    tracking({ PredefinedMetricType: "ASGAverageCPUUtilization" }, 50, {
      ...more,
      ...configuration,
    }),
  );
}

export function tracking(
  PredefinedMetricSpecification: PredefinedMetricSpecification,
  target: number,
  {
    TargetValue = target,
    DisableScaleIn,
    ...more
  }: Partial<PutScalingPolicyCommandInput> & {
    TargetValue?: number;
    DisableScaleIn?: boolean;
  } = {},
): Partial<PutScalingPolicyCommandInput> {
  return {
    PolicyType: "TargetTrackingScaling",
    TargetTrackingConfiguration: { PredefinedMetricSpecification, TargetValue, DisableScaleIn },
    ...more,
  };
}

export async function desired(account: Account): Promise<number | undefined> {
  return (await describeGroup(account))?.DesiredCapacity;
}

/** Waits until the group has so many servers in service and wants no more. */
export function grown(account: Account, count: number, seconds = 1800): Promise<true> {
  return account.until(
    seconds,
    async () => {
      const group = await describeGroup(account);
      const states = (group?.Instances ?? []).map(({ LifecycleState }) => LifecycleState);
      return group?.DesiredCapacity === count &&
        states.length === count &&
        states.every((state) => state === "InService")
        ? true
        : undefined;
    },
    20,
  );
}

/** The desired capacities that the group has, in their order, looked at every 20 seconds. */
export async function capacities(account: Account, seconds: number): Promise<number[]> {
  const seen: number[] = [];
  for (let passed = 0; passed < seconds; passed += 20) {
    const now = await desired(account);
    if (now !== undefined && now !== seen.at(-1)) seen.push(now);
    account.pass(20);
  }
  return seen;
}

/** The states of all alarms, by name without the part that differs from account to account. */
export async function alarmStates({ cloudWatch }: Scaling): Promise<Record<string, string>> {
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  return Object.fromEntries(
    MetricAlarms.map(({ AlarmName = "", StateValue = "" }) => [
      AlarmName.replace(/-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, ""),
      StateValue,
    ]),
  );
}
