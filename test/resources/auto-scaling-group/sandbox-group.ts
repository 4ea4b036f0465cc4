import { findDifference } from "../../../src/engine/difference.ts";
import type { AutoScalingGroupFields } from "../../../src/resources/auto-scaling-group/fields.ts";
import { autoScalingGroup } from "../../../src/resources/auto-scaling-group/index.ts";
import { type Account, openAccount, theOnly } from "../account.ts";
import { writesOf } from "../application-tier.ts";
import { names, openGroup } from "../tier.ts";

/** The group, as calls name it. */
export const named = { AutoScalingGroupName: names.group.physicalName };

/** A group in the sandbox, created with these fields beside those of a tier. */
export async function openGroupWith(
  more: Partial<AutoScalingGroupFields>,
  account?: Account,
): Promise<
  { account: Account; fields: AutoScalingGroupFields } & Awaited<ReturnType<typeof openGroup>>
> {
  const opened = account ?? (await openAccount());
  const tier = await openGroup(opened);
  const fields: AutoScalingGroupFields = { ...tier.fields, ...more };
  const { context, pass } = opened;
  await pass(autoScalingGroup.create(context, names.group, fields));
  opened.takeCalls();
  opened.told.splice(0);
  return { ...tier, account: opened, fields };
}

/** The fields in which a plan would find a difference. */
export async function differing(account: Account, wanted: AutoScalingGroupFields) {
  const { fields } = await theOnly(account, autoScalingGroup);
  const rules: Parameters<typeof findDifference>[0] = autoScalingGroup.fields;
  return findDifference(
    rules,
    autoScalingGroup.normalize(wanted),
    autoScalingGroup.normalize(fields),
  ).fields;
}

/** Does what a plan would: changes what differs. */
export async function applyTo(account: Account, wanted: AutoScalingGroupFields) {
  const { context, pass } = account;
  const changed = (await differing(account, wanted)) as (keyof AutoScalingGroupFields)[];
  const live = await theOnly(account, autoScalingGroup);
  account.takeCalls();
  await pass(autoScalingGroup.update(context, live, wanted, changed));
  return { changed, writes: writesOf(account) };
}

/** Somebody else's call for the group, which everybody sees when this returns. */
export async function byHand(account: Account, operation: string, input: object): Promise<void> {
  await account.sandbox.call("autoscaling", operation, { ...named, ...input });
  await account.pass(account.context.clock.sleep(30_000));
}

/** The value of a tag of the group. */
export async function tagOf({ sandbox }: Account, key: string): Promise<string | undefined> {
  const answer = await sandbox.call("autoscaling", "DescribeAutoScalingGroups", {});
  const { AutoScalingGroups: [found] = [] } = answer as {
    AutoScalingGroups: { Tags: { Key: string; Value: string }[] }[];
  };
  return found?.Tags.find(({ Key }) => Key === key)?.Value;
}
