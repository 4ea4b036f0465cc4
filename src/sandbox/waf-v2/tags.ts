import {
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  type Tag,
  TagResource$,
  type TagResourceRequest,
  UntagResource$,
  type UntagResourceRequest,
} from "@aws-sdk/client-wafv2";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import type { TableType } from "../table.ts";
import {
  failedConstraint,
  InvalidParameter,
  invalidArn,
  limitsExceeded,
  nonexistent,
} from "./errors.ts";
import { pageOf } from "./listing.ts";
import { kindOf } from "./named.ts";
import { ipSets, webAcls } from "./tables.ts";

/** "You can add up to 50 tags to each Amazon Web Services resource" (TagResource, API Reference). */
const MAX_TAGS = 50;

const tagResource = operation<TagResourceRequest>(
  TagResource$,
  ["ResourceARN", "Tags"],
  (region, { ResourceARN: arn = "", Tags: added }) => {
    const { tags, write } = requireTagged(region, arn);
    write(mergedTags(tags, added));
    return {};
  },
);

const untagResource = operation<UntagResourceRequest>(
  UntagResource$,
  ["ResourceARN", "TagKeys"],
  (region, { ResourceARN: arn = "", TagKeys: keys = [] }) => {
    if (keys.length === 0) throw tooShort("tagKeys");
    const { tags, write } = requireTagged(region, arn);
    write(Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
    return {};
  },
);

const listTagsForResource = operation<ListTagsForResourceRequest>(
  ListTagsForResource$,
  ["ResourceARN", "Limit", "NextMarker"],
  (region, input) => {
    const { ResourceARN: arn = "" } = input;
    const { seen } = requireTagged(region, arn);
    const tags = Object.entries(seen).map(([Key, Value]) => ({ Key, Value }));
    const marker = input.NextMarker === "" ? undefined : input.NextMarker;
    const page = pageOf(region, tags, ({ Key }) => Key, { ...input, NextMarker: marker });
    const isLast = page.marker === undefined || tags.every(({ Key }) => Key <= (page.marker ?? ""));
    return {
      TagInfoForResource: { ResourceARN: arn, TagList: page.items },
      // Unlike other lists, this one ends with an empty marker, in all recorded answers.
      NextMarker: isLast ? "" : page.marker,
    };
  },
);

/** The tags of one thing. */
interface Tagged {
  /** As readers see them. */
  readonly seen: Readonly<Record<string, string>>;
  /** The real ones. */
  readonly tags: Readonly<Record<string, string>>;
  write(tags: Record<string, string>): void;
}

/** @throws AwsError WAFNonexistentItemException, WAFInvalidParameterException. */
function requireTagged(region: Region, arn: string): Tagged {
  const kind = kindOf(region, arn);
  if (kind === "webacl") return taggedIn(region, webAcls, arn);
  if (kind === "ipset") return taggedIn(region, ipSets, arn);
  throw invalidArn(arn);
}

function taggedIn<T extends { tags: Record<string, string> }>(
  region: Region,
  type: TableType<T>,
  arn: string,
): Tagged {
  const table = region.table(type);
  const seen = table.find(arn);
  const real = table.latest(arn);
  if (seen === undefined || real === undefined) throw nonexistent();
  return {
    seen: seen.tags,
    tags: real.tags,
    write: (tags) => {
      table.change(arn, (record) => {
        record.tags = tags;
      });
    },
  };
}

/** The tags of a new thing. @throws AwsError as `mergedTags`. */
export function newTags(tags: readonly Tag[] | undefined): Record<string, string> {
  return tags === undefined ? {} : mergedTags({}, tags);
}

/** The tags after a request that adds some. @throws AwsError WAFLimitsExceededException, ValidationException and others. */
function mergedTags(
  present: Readonly<Record<string, string>>,
  added: readonly Tag[] = [],
): Record<string, string> {
  if (added.length === 0) throw tooShort("tags");
  const merged = { ...present };
  for (const [index, { Key: key = "", Value: value = "" }] of added.entries()) {
    const member = `tags.${index + 1}.member`;
    // "TagKey" and "TagValue" of the service's model.
    if (key.length < 1 || key.length > 128 || !CHARACTERS.test(key)) {
      throw failedConstraint(key, `${member}.key`, PATTERN);
    }
    if (value.length > 256 || !CHARACTERS.test(value)) {
      throw failedConstraint(value, `${member}.value`, PATTERN);
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw new InvalidParameter(
        "TAG_KEYS",
        key,
        "The tag key begins with aws:, which is reserved for system use.",
      );
    }
    merged[key] = value;
  }
  if (Object.keys(merged).length > MAX_TAGS) throw limitsExceeded();
  return merged;
}

const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const PATTERN =
  "Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$";

/** "TagList" and "TagKeyList" of the service's model have at least one item. */
function tooShort(member: string) {
  return failedConstraint("[]", member, "Member must have length greater than or equal to 1");
}

export const tagOperations = [tagResource, untagResource, listTagsForResource];
