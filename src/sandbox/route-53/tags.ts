import {
  ChangeTagsForResource$,
  type ChangeTagsForResourceRequest,
  ListTagsForResource$,
  type ListTagsForResourceRequest,
} from "@aws-sdk/client-route-53";
import { notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { tagList } from "../tag-list.ts";
import { invalidInput } from "./errors.ts";
import type { HostedZoneRecord } from "./tables.ts";
import { requireZone } from "./zone.ts";

/** "ChangeTagsForResource": a hosted zone has at most ten tags. */
const MAX_TAGS = 10;

const changeTagsForResource = operation<ChangeTagsForResourceRequest>(
  ChangeTagsForResource$,
  ["ResourceType", "ResourceId", "AddTags", "RemoveTagKeys"],
  (region, input) => {
    const zone = taggedZone(region, input.ResourceType, input.ResourceId);
    const removed = new Set(input.RemoveTagKeys ?? []);
    const kept = Object.entries(zone.tags).filter(([key]) => !removed.has(key));
    const added = (input.AddTags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
    const tags = Object.fromEntries([...kept, ...added]);
    if (Object.keys(tags).length > MAX_TAGS) {
      throw invalidInput(`A resource can have at most ${MAX_TAGS} tags`);
    }
    zone.tags = tags;
    return {};
  },
);

const listTagsForResource = operation<ListTagsForResourceRequest>(
  ListTagsForResource$,
  ["ResourceType", "ResourceId"],
  (region, { ResourceType, ResourceId }) => {
    const { id, tags } = taggedZone(region, ResourceType, ResourceId);
    return {
      ResourceTagSet: {
        ResourceType: "hostedzone",
        ResourceId: id,
        Tags: tagList(tags),
      },
    };
  },
);

/** @throws AwsError NoSuchHostedZone. */
function taggedZone(
  region: Region,
  type: string | undefined,
  id: string | undefined,
): HostedZoneRecord {
  if (type !== "hostedzone") throw notModelled(`The resource type ${type}`);
  return requireZone(region, id);
}

export const tagOperations = [changeTagsForResource, listTagsForResource];
