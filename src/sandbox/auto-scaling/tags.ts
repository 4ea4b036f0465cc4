import {
  CreateOrUpdateTags$,
  type CreateOrUpdateTagsType,
  DeleteTags$,
  type DeleteTagsType,
  DescribeTags$,
  type DescribeTagsType,
  type Tag,
  type TagDescription,
} from "@aws-sdk/client-auto-scaling";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import {
  allGroups,
  type Group,
  type GroupTag,
  requireLivingGroup,
  validationError,
} from "./group.ts";
import { matching, pageInPlace } from "./listing.ts";

export const createOrUpdateTags = operation<CreateOrUpdateTagsType>(
  CreateOrUpdateTags$,
  ["Tags"],
  (region, input) => {
    const byGroup = groupedTags(region, input.Tags ?? []);
    // All or nothing: every group's tags are checked before the first group is changed.
    const merged = [...byGroup].map(
      ([group, tags]) => [group, mergedTags(group.tags, tags)] as const,
    );
    for (const [group, tags] of merged) group.tags = tags;
    return {};
  },
);

export const deleteTags = operation<DeleteTagsType>(DeleteTags$, ["Tags"], (region, input) => {
  for (const [group, tags] of groupedTags(region, input.Tags ?? [])) {
    const removed = new Set(
      tags
        .filter((tag) => tag.Value === undefined || group.tags[tag.Key ?? ""]?.value === tag.Value)
        .map((tag) => tag.Key),
    );
    group.tags = Object.fromEntries(
      Object.entries(group.tags).filter(([key]) => !removed.has(key)),
    );
  }
  return {};
});

export const describeTags = operation<DescribeTagsType>(
  DescribeTags$,
  ["Filters", "MaxRecords", "NextToken"],
  (region, input) => {
    const rows = allGroups(region).flatMap((group) => describeGroupTags(group));
    const found = matching(rows, input.Filters, {
      "auto-scaling-group": (tag) => tag.ResourceId,
      key: (tag) => tag.Key,
      value: (tag) => tag.Value,
      "propagate-at-launch": (tag) => tag.PropagateAtLaunch,
    });
    const page = pageInPlace(region, found, input);
    return { Tags: page.items, NextToken: page.nextToken };
  },
);

/** As DescribeAutoScalingGroups and DescribeTags answer them. */
export function describeGroupTags(group: Group): TagDescription[] {
  return Object.entries(group.tags).map(([key, tag]) => ({
    ResourceId: group.name,
    ResourceType: "auto-scaling-group",
    Key: key,
    Value: tag.value,
    PropagateAtLaunch: tag.propagate,
  }));
}

/** AWS's quota of tags for a group. */
const MAX_TAGS = 50;

/** @throws AwsError LimitExceeded, ValidationError. */
export function mergedTags(
  current: Readonly<Record<string, GroupTag>>,
  added: readonly Tag[],
): Record<string, GroupTag> {
  const merged: Record<string, GroupTag> = { ...current };
  for (const tag of added) {
    const key = tag.Key ?? "";
    if (key.length < 1 || key.length > 128) {
      throw validationError("The tag key must be 1 to 128 characters long");
    }
    if ((tag.Value ?? "").length > 256) {
      throw validationError(`The value of tag '${key}' must be at most 256 characters long`);
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw validationError(
        `Tag key '${key}' is not valid: the prefix aws: is reserved for AWS's own use`,
      );
    }
    merged[key] = { value: tag.Value ?? "", propagate: tag.PropagateAtLaunch ?? false };
  }
  if (Object.keys(merged).length > MAX_TAGS) {
    throw new AwsError("LimitExceeded", `A resource can have at most ${MAX_TAGS} tags`);
  }
  return merged;
}

function groupedTags(region: Region, tags: readonly Tag[]): Map<Group, Tag[]> {
  const byGroup = new Map<Group, Tag[]>();
  for (const tag of tags) {
    if (tag.ResourceType !== "auto-scaling-group") {
      throw validationError(
        `ResourceType must be auto-scaling-group, got ${tag.ResourceType ?? "nothing"}`,
      );
    }
    const group = requireLivingGroup(region, tag.ResourceId);
    byGroup.set(group, [...(byGroup.get(group) ?? []), tag]);
  }
  return byGroup;
}
