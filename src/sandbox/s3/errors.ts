import type { CommonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";

/** "Error responses", Amazon S3 API Reference. */
export const s3CommonErrors: CommonErrors = {
  throttled: () => new AwsError("SlowDown", "Please reduce your request rate.", 503),
  internalError: () =>
    new AwsError("InternalError", "We encountered an internal error. Please try again.", 500),
  unavailable: () => new AwsError("ServiceUnavailable", "Reduce your request rate.", 503),
  accessDenied: (user, action) =>
    new AwsError(
      "AccessDenied",
      `User: ${user} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
      403,
    ),
  credentialsExpired: () => new AwsError("ExpiredToken", "The provided token has expired.", 400),
};

export function accessDenied(): AwsError {
  return new AwsError("AccessDenied", "Access Denied", 403);
}

export function notFound(code: string, message: string): AwsError {
  return new AwsError(code, message, 404);
}
