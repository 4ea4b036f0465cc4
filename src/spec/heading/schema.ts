import { z } from "zod";
import { mappingKey } from "../shared/mapping-key.ts";
import { Mistake } from "../shared/scalar.ts";
import { parseText, text } from "../shared/text.ts";

/**
 * Tags that the program reserves for itself, out of the 50 that AWS allows on a resource. An image
 * needs the most, because its tags describe what it was built from: one more with a playbook
 * (`rules/tags-beside-playbook.ts`). `aws/own-tag-keys.ts` lists those in use, and a test checks that they fit.
 */
const OWN_TAGS = 25;
export const MOST_TAGS = 50 - OWN_TAGS;

/** The characters that every AWS service accepts in tags. */
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_ALLOWED = "letters, digits, spaces and _.:/=+-@";

const tagValue = text({
  what: "a tag value",
  pattern: TAG_CHARACTERS,
  allowed: TAG_ALLOWED,
  longest: 256,
  example: "payments",
  mayBeEmpty: true,
});

const tagKey = mappingKey((written) =>
  parseText(written, {
    what: "a tag key",
    pattern: TAG_CHARACTERS,
    allowed: TAG_ALLOWED,
    longest: 128,
    example: "team",
    check: (key) => {
      const owner = /^(aws|reconcile):/i.exec(key)?.[1]?.toLowerCase();
      if (owner === undefined) return undefined;
      return new Mistake(
        `tag keys that start with ${owner}: are reserved for ${owner === "aws" ? "AWS" : "this program"}`,
        "use another key, or remove the tag",
      );
    },
  }),
);

/** The fields of the stack file that are not in a section. */
export const heading = {
  version: z.literal(1).meta({
    description: "The version of this format.",
    examples: [1],
  }),
  stack: text({
    what: "a stack name",
    pattern: /^[a-z][a-z0-9-]*$/,
    allowed: "lowercase letters, digits and hyphens, starting with a letter",
    // Leaves room in the 32 characters of a load balancer's name for what makes it unique.
    longest: 20,
    example: "afterpay",
  }).meta({
    description:
      "The stack's name. It identifies the stack's resources in AWS: another name means another stack.",
  }),
  region: text({
    what: "a region",
    pattern: /^[a-z]{2,}(-[a-z]+)+-\d+$/,
    allowed: "the name that AWS uses, in lowercase",
    longest: 40,
    example: "ap-southeast-2",
    check: (name) =>
      /^[a-z]{2,}(-[a-z]+)+-\d+[a-z]$/.test(name)
        ? new Mistake(
            `${name} is an availability zone, not a region`,
            `write ${name.slice(0, -1)} here, and put the zone in network.zones`,
          )
        : undefined,
  })
    .optional()
    .meta({
      description:
        "The AWS region. Default: the region of the AWS environment (`--region`, `AWS_REGION`, the profile).",
    }),
  tags: z
    .record(tagKey, tagValue)
    .prefault({})
    .meta({
      description: `Tags for every resource, the servers, the builder and the image's snapshots, at most ${MOST_TAGS}. The servers' volumes and network interfaces do not get them, because every new tag would then replace the servers. The prefixes \`aws:\` and \`reconcile:\` are reserved.`,
      examples: [{ team: "payments" }],
    }),
};

export type HeadingFile = z.output<z.ZodObject<typeof heading>>;
