import { AwsError } from "../error.ts";
import { WireRequest } from "../protocol/request.ts";
import type { Region } from "../region.ts";
import { addressed } from "./addressed.ts";
import { readObject } from "./objects.ts";

/** "Sharing objects with presigned URLs": at most seven days. */
const longestSeconds = 7 * 24 * 60 * 60;

/**
 * What an HTTP client gets from a signed address of S3 at that time.
 *
 * @returns undefined for an address that is no signed address of S3.
 * @throws AwsError as S3 answers.
 */
export function fetchSigned(region: Region, address: string, at: number): Uint8Array | undefined {
  const url = URL.parse(address);
  if (url === null) return undefined;
  const request = new WireRequest({
    method: "GET",
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: {},
  });
  if (request.signedService !== "s3") return undefined;
  checkExpiry((name) => request.query(name), at);
  const signed = region.world.openRegions().find(({ name }) => name === request.scope.region);
  const { members, rest } = addressed(request);
  const { body } = readObject(signed ?? region, members["Bucket"] ?? "", rest);
  return new Uint8Array(Buffer.from(body, "base64"));
}

/** @throws AwsError for an address that is no longer, or not yet, valid. */
export function checkExpiry(parameter: (name: string) => string | undefined, at: number): void {
  const seconds = Number(parameter("X-Amz-Expires"));
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parameter("X-Amz-Date") ?? "") ?? [];
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signed) || !(seconds >= 1 && seconds <= longestSeconds)) {
    throw new AwsError(
      "AuthorizationQueryParametersError",
      "X-Amz-Expires must be a number of seconds from 1 to 604800, and X-Amz-Date a date",
    );
  }
  if (at > signed + seconds * 1000) {
    throw new AwsError("AccessDenied", "Request has expired", 403);
  }
}
