import {
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  type Tag,
  TagResource$,
  type TagResourceRequest,
  UntagResource$,
  type UntagResourceRequest,
} from "@aws-sdk/client-sns";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { tagList } from "../tag-list.ts";
import { invalidParameter } from "./errors.ts";
import { checkArn, type Topic, topics } from "./topics.ts";

/** "Amazon SNS topic tagging": "Maximum number of tags per topic: 50". */
const MAX_TAGS = 50;

const tagResource = operation<TagResourceRequest>(
  TagResource$,
  ["ResourceArn", "Tags"],
  (region, { ResourceArn: arn = "", Tags: added }) => {
    checkArn(region, arn, "ResourceArn");
    const tags = mergedTags(requireTagged(region, arn).tags, added);
    region.table(topics).change(arn, (topic) => {
      topic.tags = tags;
    });
    return {};
  },
);

const untagResource = operation<UntagResourceRequest>(
  UntagResource$,
  ["ResourceArn", "TagKeys"],
  (region, { ResourceArn: arn = "", TagKeys: keys = [] }) => {
    checkArn(region, arn, "ResourceArn");
    requireTagged(region, arn);
    region.table(topics).change(arn, (topic) => {
      topic.tags = Object.fromEntries(
        Object.entries(topic.tags).filter(([key]) => !keys.includes(key)),
      );
    });
    return {};
  },
);

const listTagsForResource = operation<ListTagsForResourceRequest>(
  ListTagsForResource$,
  ["ResourceArn"],
  (region, { ResourceArn: arn = "" }) => {
    checkArn(region, arn, "ResourceArn");
    const topic = region.table(topics).find(arn);
    if (topic === undefined) throw resourceNotFound();
    return { Tags: tagList(topic.tags) };
  },
);

function requireTagged(region: Region, arn: string): Topic {
  const topic = region.table(topics).use(arn);
  if (topic === undefined) throw resourceNotFound();
  return topic;
}

/** These operations have an error of their own ("Errors", API Reference). */
function resourceNotFound(): AwsError {
  return new AwsError("ResourceNotFound", "Resource does not exist", 404);
}

/** The tags after a request that adds some. @throws AwsError for tags that SNS does not allow. */
export function mergedTags(
  present: Readonly<Record<string, string>>,
  added: readonly Tag[] = [],
): Record<string, string> {
  const keys = added.map(({ Key = "" }) => Key);
  if (new Set(keys).size < keys.length) {
    throw invalidParameter("Duplicated keys are not allowed.");
  }
  const merged = { ...present };
  for (const { Key: key = "", Value: value = "" } of added) {
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key))
      throw invalidParameter(`Tag key: ${key}`);
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)) {
      throw invalidParameter(`Tag value: ${value}`);
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw invalidParameter("Tag keys starting with aws: are reserved for AWS use.");
    }
    merged[key] = value;
  }
  if (Object.keys(merged).length > MAX_TAGS) {
    throw new AwsError(
      "TagLimitExceeded",
      `Could not complete request: tag quota of per resource exceeded (${MAX_TAGS})`,
    );
  }
  return merged;
}

export const tagOperations = [tagResource, untagResource, listTagsForResource];
