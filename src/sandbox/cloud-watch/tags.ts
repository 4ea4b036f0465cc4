import {
  ListTagsForResource$,
  type ListTagsForResourceInput,
  type Tag,
  TagResource$,
  type TagResourceInput,
  UntagResource$,
  type UntagResourceInput,
} from "@aws-sdk/client-cloudwatch";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { tagList } from "../tag-list.ts";
import { alarmArn, alarms } from "./alarms.ts";
import { invalidParameter, unknownResource } from "./errors.ts";

/** "You can associate as many as 50 tags with an alarm" (PutMetricAlarm, API Reference). */
const MAX_TAGS = 50;

const tagResource = operation<TagResourceInput>(
  TagResource$,
  ["ResourceARN", "Tags"],
  (region, input) => {
    const name = nameOf(region, input.ResourceARN);
    const tags = region.table(alarms).use(name)?.tags;
    if (tags === undefined) throw unknownResource(input.ResourceARN ?? "");
    const merged = mergedTags(tags, input.Tags ?? []);
    region.table(alarms).change(name, (stored) => {
      stored.tags = merged;
    });
    return {};
  },
);

const untagResource = operation<UntagResourceInput>(
  UntagResource$,
  ["ResourceARN", "TagKeys"],
  (region, input) => {
    const name = nameOf(region, input.ResourceARN);
    if (region.table(alarms).use(name) === undefined) {
      throw unknownResource(input.ResourceARN ?? "");
    }
    region.table(alarms).change(name, (stored) => {
      stored.tags = Object.fromEntries(
        Object.entries(stored.tags).filter(([key]) => !input.TagKeys?.includes(key)),
      );
    });
    return {};
  },
);

const listTagsForResource = operation<ListTagsForResourceInput>(
  ListTagsForResource$,
  ["ResourceARN"],
  (region, input) => {
    const stored = region.table(alarms).find(nameOf(region, input.ResourceARN));
    if (stored === undefined) throw unknownResource(input.ResourceARN ?? "");
    return { Tags: tagList(stored.tags) };
  },
);

/** The alarm that an ARN names. @throws AwsError for an ARN of another service, region or account. */
function nameOf(region: Region, arn = ""): string {
  const prefix = alarmArn(region, "");
  if (!arn.startsWith(prefix)) throw invalidParameter(`Invalid ARN: ${arn}`);
  return arn.slice(prefix.length);
}

/** The tags after a request that adds some. @throws AwsError InvalidParameterValue */
export function mergedTags(
  present: Readonly<Record<string, string>>,
  added: readonly Tag[],
): Record<string, string> {
  const merged = { ...present };
  for (const { Key: key = "", Value: value = "" } of added) {
    if (key.length < 1 || key.length > 128 || value.length > 256) {
      throw invalidParameter(`The tag ${key} has a key or a value of an invalid length.`);
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw invalidParameter(`The tag key ${key} begins with aws:, which is reserved.`);
    }
    merged[key] = value;
  }
  if (Object.keys(merged).length > MAX_TAGS) {
    throw invalidParameter(`A resource can have at most ${MAX_TAGS} tags.`);
  }
  return merged;
}

export const tagOperations = [tagResource, untagResource, listTagsForResource];
