import type { Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../error.ts";

/** Tags in stored form. */
export type Tags = Record<string, string>;

/** Amazon EC2 User Guide, "Tag restrictions": 50 tags, keys of 128 and values of 256 characters. */
const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/**
 * The tags of a create call for resources of one type.
 *
 * @throws AwsError for a type that the call does not create, or for tags that AWS does not allow.
 */
export function tagsFor(
  specifications: readonly TagSpecification[] | undefined,
  type: string,
  allowedTypes: readonly string[] = [type],
): Tags {
  const tags: Tags = {};
  const seen = new Set<string>();
  for (const specification of specifications ?? []) {
    const resourceType = specification.ResourceType;
    if (resourceType === undefined) {
      throw invalidValue("Tag specification must have a resource type");
    }
    if (!allowedTypes.includes(resourceType)) {
      throw invalidValue(
        `'${resourceType}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (seen.has(resourceType)) {
      throw invalidValue(`Duplicate resource type '${resourceType}' in tag specifications`);
    }
    seen.add(resourceType);
    if ((specification.Tags ?? []).length === 0) {
      throw invalidValue("Tag specification must have at least one tag");
    }
    const given = readTags(specification.Tags ?? []);
    if (resourceType === type) Object.assign(tags, given);
  }
  return tags;
}

/** The checked tags of a request. A missing value becomes the empty string. */
export function readTags(list: readonly Tag[]): Tags {
  const tags: Tags = {};
  for (const { Key: key, Value: value = "" } of list) {
    if (key === undefined || key === "") throw invalidValue("Tag key cannot be empty.");
    if (Object.hasOwn(tags, key)) {
      throw invalidValue(`Duplicate tag key '${key}' specified.`);
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
    }
    if (key.length > MAX_KEY) {
      throw invalidValue(`Tag key exceeds the maximum length of ${MAX_KEY} characters`);
    }
    if (value.length > MAX_VALUE) {
      throw invalidValue(`Tag value exceeds the maximum length of ${MAX_VALUE} characters`);
    }
    tags[key] = value;
  }
  checkTagCount(tags);
  return tags;
}

/** AWS's own tags (`aws:…`) do not count. */
export function checkTagCount(tags: Readonly<Tags>): void {
  const own = Object.keys(tags).filter((key) => !key.startsWith("aws:"));
  if (own.length > MAX_TAGS) {
    throw new AwsError(
      "TagLimitExceeded",
      `The maximum number of Tags for a resource has been reached: ${MAX_TAGS}.`,
    );
  }
}
