import { z } from "zod";
import type { Written } from "../section.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";

/** "General purpose bucket naming rules", Amazon S3 User Guide: what AWS keeps for itself. */
const RESERVED =
  /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|^\d+\.\d+\.\d+\.\d+$/;

export const artifactsSchema = z
  .strictObject({
    bucket: text({
      what: "a bucket name",
      pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      allowed:
        "3 to 63 lowercase letters, digits, hyphens and dots, starting and ending with a letter or digit",
      longest: 63,
      example: "my-bucket",
      check: (name) => {
        const path = /^(?:s3:\/\/|arn:[\w-]+:s3:::)([^/]+)/.exec(name)?.[1];
        if (path !== undefined) {
          return new Mistake("this is an address, not the name of a bucket", `write ${path}`);
        }
        return RESERVED.test(name) || name.includes("..")
          ? new Mistake(
              `${name} cannot be the name of a general purpose bucket`,
              "name an existing general purpose bucket",
            )
          : undefined;
      },
    }).meta({
      description:
        "An existing S3 bucket of this account and region. The stack stores objects under `reconcile/<stack>/` in it, only during a build, and never changes the bucket itself. It must not keep versions.",
    }),
  })
  .meta({
    description:
      "Where the builder of the image gets what does not fit into EC2's user data (16,384 bytes): its build script. The builder downloads it from a signed address, which is valid for the time of the build. If the section is omitted, the stack creates a private bucket of its own when a build needs one, and deletes it with everything in it when no build needs it any more.",
    examples: [{ bucket: "my-bucket" }],
  })
  .optional();

export type ArtifactsFile = Written<typeof artifactsSchema>;
