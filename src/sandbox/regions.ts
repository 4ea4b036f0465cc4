import { AwsError } from "./error.ts";

/** The regions of AWS's public partition ("Regions and Zones", Amazon EC2 User Guide). */
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

/**
 * Every region, and whether it is an opt-in region. All regions are enabled in the sandbox's
 * account.
 */
export function allRegions(): readonly { readonly name: string; readonly isOptIn: boolean }[] {
  return [...regions].map((name) => ({ name, isOptIn: optIn.has(name) }));
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
