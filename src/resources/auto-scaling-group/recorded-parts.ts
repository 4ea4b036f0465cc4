import {
  type AutoScalingGroup,
  CreateOrUpdateTagsCommand,
  DeleteTagsCommand,
} from "@aws-sdk/client-auto-scaling";
import type { OwnTagKey, OwnTags } from "../../aws/own-tag-keys.ts";
import { toRecord } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import type { AutoScalingGroupFields } from "./fields.ts";

/**
 * Parts of a group that DescribeAutoScalingGroups does not return. A tag of the group records those that it may have, so
 * that only the plans of such groups make a call for each.
 */
const parts = ["policies", "schedule", "hooks", "warm-pool"] as const;

export type GroupPart = (typeof parts)[number];

const partsKey = "reconcile:parts" satisfies OwnTagKey;

/** The parts that the group may have. */
export function recordedParts({ Tags: tags }: AutoScalingGroup): readonly GroupPart[] {
  const words = (toRecord(tags)[partsKey] ?? "").split(" ");
  return parts.filter((part) => words.includes(part));
}

/** The parts that the group should have. */
export function wantedParts(fields: AutoScalingGroupFields): readonly GroupPart[] {
  const { cpuTarget, requestTarget, schedule, hooks, warmPool } = fields;
  const wanted: Record<GroupPart, boolean> = {
    policies: cpuTarget !== null || requestTarget !== null,
    schedule: schedule.length > 0,
    hooks: hooks.length > 0,
    "warm-pool": warmPool !== null,
  };
  return parts.filter((part) => wanted[part]);
}

/** The tag of a group that is about to be created. */
export function tagsOfParts(fields: AutoScalingGroupFields): OwnTags {
  const wanted = wantedParts(fields);
  return wanted.length === 0 ? {} : { [partsKey]: wanted.join(" ") };
}

/** Records that the group may have the part from now on. Comes before the part itself, which a crash could hide otherwise. */
export async function recordPart(
  context: ResourceContext,
  group: AutoScalingGroup,
  part: GroupPart,
): Promise<void> {
  const known = recordedParts(group);
  if (!known.includes(part)) await record(context, group, [...known, part]);
}

/** Records that the group has the part no more. Comes after the deletion of the part. */
export async function forgetPart(
  context: ResourceContext,
  group: AutoScalingGroup,
  part: GroupPart,
): Promise<void> {
  const known = recordedParts(group);
  const left = known.filter((each) => each !== part);
  if (left.length < known.length) await record(context, group, left);
}

async function record(
  { clients }: ResourceContext,
  { AutoScalingGroupName: name = "" }: AutoScalingGroup,
  some: readonly GroupPart[],
): Promise<void> {
  const tag = { Key: partsKey, ResourceId: name, ResourceType: "auto-scaling-group" };
  await clients.autoScaling.send(
    some.length === 0
      ? new DeleteTagsCommand({ Tags: [tag] })
      : new CreateOrUpdateTagsCommand({
          // Servers do not need it.
          Tags: [{ ...tag, Value: some.join(" "), PropagateAtLaunch: false }],
        }),
  );
}
