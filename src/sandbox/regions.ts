import { partition } from "@aws-sdk/core/client";
import { AwsError } from "./error.ts";

/** The regions of AWS ("Regions and Zones", Amazon EC2 User Guide, and the guides of the other partitions). */
const regions = new Set([
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
  // GovCloud (US).
  "us-gov-east-1",
  "us-gov-west-1",
  // China.
  "cn-north-1",
  "cn-northwest-1",
  // European Sovereign Cloud.
  "eusc-de-east-1",
  // The isolated partitions.
  "us-iso-east-1",
  "us-iso-west-1",
  "us-isob-east-1",
  "us-isob-west-1",
  "eu-isoe-west-1",
  "us-isof-east-1",
  "us-isof-south-1",
]);

/** Opt-in regions: an account must enable them ("Available Regions", same guide). */
const optIn = new Set([
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "eu-south-2",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
]);

const GLOBAL = "-global";

/** Where the objects of an account are that belong to none of its regions: one such place in each partition. */
export function globalRegion(region: string): string {
  return `${partitionName(region)}${GLOBAL}`;
}

/** Whether the name is that of such a place. */
export function isGlobalRegion(region: string): boolean {
  return region.endsWith(GLOBAL);
}

/** The partition in ARNs: `aws-us-gov`. */
export function partitionName(region: string): string {
  return isGlobalRegion(region) ? region.slice(0, -GLOBAL.length) : partition(region).name;
}

/** The domain of endpoints, load balancers and instances: `amazonaws.com.cn`. */
export function domainOf(region: string): string {
  return partition(region).dnsSuffix;
}

/**
 * The regions in the partition of a region, and whether each is an opt-in region. All regions are
 * enabled in the sandbox's account.
 */
export function regionsBeside(
  region: string,
): readonly { readonly name: string; readonly isOptIn: boolean }[] {
  return [...regions]
    .filter((name) => partitionName(name) === partitionName(region))
    .map((name) => ({ name, isOptIn: optIn.has(name) }));
}

/**
 * A region that does not exist has no endpoint, so a client only sees that its host name does not resolve.
 * A client with a custom endpoint gets an error about its signature.
 *
 * @param reached The AWS host that the client looked up. Undefined for a custom endpoint.
 * @throws Error as Node's resolver does. @throws AwsError SignatureDoesNotMatch.
 */
export function resolveEndpoint(region: string, reached: string | undefined): void {
  if (regions.has(region)) return;
  if (reached === undefined) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      `Credential should be scoped to a valid region, not '${region}'.`,
      403,
    );
  }
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${reached}`), {
    code: "ENOTFOUND",
    syscall: "getaddrinfo",
    hostname: reached,
  });
}
