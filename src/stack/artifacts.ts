import type { Desired } from "../engine/resource.ts";
import type { BucketFields } from "../resources/bucket/live.ts";
import type { Stack } from "../spec/stack.ts";
import { needsBucket } from "./build-script.ts";
import type { DefinedResource } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";

/** The stack's own bucket, if a build needs one and the stack file names none. */
export function artifactResources(stack: Stack): readonly DefinedResource[] {
  if (stack.artifacts !== undefined) return [];
  return [
    {
      address: ownBucketAddress(stack),
      isNeeded: (facts) => needsBucket(stack, facts),
      compile: (facts) => ({ fields: bucketFields(stack, facts) }),
    },
  ];
}

export function ownBucketAddress({ stack }: Stack) {
  return `bucket/${stack}` as const;
}

function bucketFields({ tags }: Stack, { account, region }: Facts): Desired<BucketFields> {
  return {
    account,
    region,
    publicAccess: "blocked",
    ownership: "BucketOwnerEnforced",
    encryption: "AES256",
    policy: "tls-only",
    tags,
  };
}
