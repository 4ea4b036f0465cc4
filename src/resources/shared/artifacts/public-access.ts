import type { PublicAccessBlockConfiguration } from "@aws-sdk/client-s3";

/** All that S3 offers against public access ("Blocking public access to your Amazon S3 storage"). */
export const allPublicAccessBlocked = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const satisfies PublicAccessBlockConfiguration;

/** Whether all four settings that block public access are on. */
export function blocksPublicAccess(blocks: PublicAccessBlockConfiguration | undefined): boolean {
  const names = Object.keys(allPublicAccessBlocked) as (keyof typeof allPublicAccessBlocked)[];
  return names.every((name) => blocks?.[name] === true);
}
