import {
  AddTagsToCertificate$,
  type AddTagsToCertificateRequest,
  ListTagsForCertificate$,
  type ListTagsForCertificateRequest,
  RemoveTagsFromCertificate$,
  type RemoveTagsFromCertificateRequest,
  type Tag,
} from "@aws-sdk/client-acm";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import { failedConstraint } from "./errors.ts";
import { requireCertificate, seenCertificate } from "./named.ts";
import { certificates } from "./tables.ts";

/** "Tag restrictions", User Guide. */
const MAX_TAGS = 50;

const addTagsToCertificate = operation<AddTagsToCertificateRequest>(
  AddTagsToCertificate$,
  ["CertificateArn", "Tags"],
  (region, input) => {
    const { arn, tags } = requireCertificate(region, input.CertificateArn);
    const merged = mergedTags(tags, input.Tags ?? []);
    region.table(certificates).change(arn, (certificate) => {
      certificate.tags = merged;
    });
    return {};
  },
);

const removeTagsFromCertificate = operation<RemoveTagsFromCertificateRequest>(
  RemoveTagsFromCertificate$,
  ["CertificateArn", "Tags"],
  (region, input) => {
    const { arn } = requireCertificate(region, input.CertificateArn);
    region.table(certificates).change(arn, (certificate) => {
      // "If you specify a value, the tag is removed only if it is associated with the specified value."
      const goes = ([key, value]: [string, string]) =>
        (input.Tags ?? []).some(
          (tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value),
        );
      certificate.tags = Object.fromEntries(
        Object.entries(certificate.tags).filter((tag) => !goes(tag)),
      );
    });
    return {};
  },
);

const listTagsForCertificate = operation<ListTagsForCertificateRequest>(
  ListTagsForCertificate$,
  ["CertificateArn"],
  (region, input) => ({
    Tags: Object.entries(seenCertificate(region, input.CertificateArn).tags).map(
      ([Key, Value]) => ({ Key, Value }),
    ),
  }),
);

/** The tags after a request that adds some. @throws AwsError TooManyTagsException, InvalidTagException and others. */
export function mergedTags(
  present: Readonly<Record<string, string>>,
  added: readonly Tag[],
): Record<string, string> {
  const merged = { ...present };
  for (const [index, { Key: key = "", Value: value = "" }] of added.entries()) {
    const member = `tags.${index + 1}.member`;
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key)) {
      throw failedConstraint(
        key,
        `${member}.key`,
        "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*",
      );
    }
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)) {
      throw failedConstraint(
        value,
        `${member}.value`,
        "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*",
      );
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw new AwsError(
        "InvalidTagException",
        `The tag key ${key} begins with aws:, which is reserved.`,
      );
    }
    merged[key] = value;
  }
  if (Object.keys(merged).length > MAX_TAGS) {
    throw new AwsError("TooManyTagsException", `A certificate can have at most ${MAX_TAGS} tags.`);
  }
  return merged;
}

export const tagOperations = [
  addTagsToCertificate,
  removeTagsFromCertificate,
  listTagsForCertificate,
];
