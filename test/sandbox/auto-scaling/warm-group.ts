import {
  type CreateAutoScalingGroupCommandInput,
  DescribeWarmPoolCommand,
  PutWarmPoolCommand,
  type PutWarmPoolCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { type Account, buildTier, openAccount, type Tier } from "../tier.ts";
import { createGroup, serving } from "./web-group.ts";

/** A group `web` of two instances in service and at most four. */
export async function openGroup(
  more: Partial<CreateAutoScalingGroupCommandInput> = {},
): Promise<{ readonly account: Account; readonly tier: Tier }> {
  const account = await openAccount();
  const tier = await buildTier(account);
  await createGroup(account, tier, more);
  await serving(account, 2);
  return { account, tier };
}

export async function putPool(
  account: Account,
  more: Partial<PutWarmPoolCommandInput> = {},
): Promise<void> {
  await account.autoScaling.send(new PutWarmPoolCommand({ AutoScalingGroupName: "web", ...more }));
}

export async function describePool(account: Account) {
  return account.autoScaling.send(new DescribeWarmPoolCommand({ AutoScalingGroupName: "web" }));
}

/** The ids of the instances in the warm pool that are in this state. */
export async function pooled(account: Account, state: string): Promise<string[]> {
  const { Instances = [] } = await describePool(account);
  return Instances.filter(({ LifecycleState }) => LifecycleState === state).map(
    ({ InstanceId = "" }) => InstanceId,
  );
}

/** Waits until the pool has exactly so many instances, all in this state. */
export function poolOf(
  account: Account,
  count: number,
  state = "Warmed:Stopped",
  seconds = 900,
): Promise<string[]> {
  return account.until(seconds, async () => {
    const { Instances = [] } = await describePool(account);
    const ids = await pooled(account, state);
    return ids.length === count && Instances.length === count ? ids : undefined;
  });
}

/** What EC2 says: `running`, `stopped`. */
export async function machineState(account: Account, id: string): Promise<string | undefined> {
  const { Reservations = [] } = await account.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [id] }),
  );
  return Reservations[0]?.Instances?.[0]?.State?.Name;
}
