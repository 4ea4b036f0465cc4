import type { Tag } from "@aws-sdk/client-iam";
import { failedConstraint, invalidInput, limitExceeded } from "./errors.ts";

/** "IAM and AWS STS quotas": tags that can be attached to a role or an instance profile. */
const MAX_TAGS = 50;

/**
 * The tags after a request that adds some. Keys are unique without regard to case ("Tags for IAM resources").
 *
 * @throws AwsError for tags that IAM does not allow.
 */
export function mergedTags(
  present: Readonly<Record<string, string>>,
  added: readonly Tag[] | undefined,
): Record<string, string> {
  const merged = { ...present };
  const seen = new Set<string>();
  for (const [index, { Key: key = "", Value: value = "" }] of (added ?? []).entries()) {
    const member = `tags.${index + 1}.member`;
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key)) {
      throw failedConstraint(
        key,
        `${member}.key`,
        "Member must have length less than or equal to 128, and satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+",
      );
    }
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)) {
      throw failedConstraint(
        value,
        `${member}.value`,
        "Member must have length less than or equal to 256, and satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*",
      );
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw invalidInput("Tag keys beginning with 'aws:' are reserved for system use.");
    }
    if (seen.has(key.toLowerCase())) {
      throw invalidInput(
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
      );
    }
    seen.add(key.toLowerCase());
    const same = Object.keys(merged).find((other) => other.toLowerCase() === key.toLowerCase());
    if (same !== undefined) delete merged[same];
    merged[key] = value;
  }
  if (Object.keys(merged).length > MAX_TAGS) {
    throw limitExceeded(`Cannot exceed quota for TagsPerEntity: ${MAX_TAGS}`);
  }
  return merged;
}

export function withoutKeys(
  present: Readonly<Record<string, string>>,
  keys: readonly string[] | undefined,
): Record<string, string> {
  const going = new Set((keys ?? []).map((key) => key.toLowerCase()));
  return Object.fromEntries(
    Object.entries(present).filter(([key]) => !going.has(key.toLowerCase())),
  );
}
