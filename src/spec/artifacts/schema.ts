import { z } from "zod";
import type { Written } from "../section.ts";
import { bucketName } from "../shared/bucket-name.ts";

export const artifactsSchema = z
  .strictObject({
    bucket: bucketName().meta({
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
