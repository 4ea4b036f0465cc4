import { partition } from "@aws-sdk/core/client";

/** A separate part of AWS, with accounts, credentials, domains and ARNs of its own. */
export interface Partition {
  /** As ARNs have it: `aws-us-gov`. */
  readonly name: string;
  /** Of its endpoints' names. */
  readonly domains: readonly string[];
}

/** The partition of a region; that of the commercial regions for an unknown one. */
export function partitionOf(region: string): Partition {
  const { name, dnsSuffix, dualStackDnsSuffix } = partition(region);
  return { name, domains: [dnsSuffix, dualStackDnsSuffix] };
}

/** One region of each partition: the SDK's data has no list of partitions. */
const samples = [
  "us-east-1",
  "us-gov-west-1",
  "cn-north-1",
  "eusc-de-east-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
];

/** The domains of AWS's endpoints, in all partitions. */
export function awsDomains(): readonly string[] {
  // Not in the SDK's data: AWS's own tools.
  return [...new Set(samples.flatMap((region) => partitionOf(region).domains)), "aws.dev"];
}

/**
 * The regions that every account has. AWS enables none that it opened after March 20, 2019 ("Enable or
 * disable AWS Regions", AWS Account Management), so that this list is complete.
 */
const enabledByDefault: ReadonlySet<string> = new Set([
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
]);

/** Whether an account has the region only when it has asked for it. */
export function isOptIn(region: string): boolean {
  return partitionOf(region).name === "aws" && !enabledByDefault.has(region);
}
