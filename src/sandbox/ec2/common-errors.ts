import type { CommonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";

/** API reference of EC2, "Common client error codes" and "Server error codes". */
export const ec2CommonErrors: CommonErrors = {
  throttled: () => new AwsError("RequestLimitExceeded", "Request limit exceeded.", 503),
  internalError: () => new AwsError("InternalError", "An internal error has occurred", 500),
  unavailable: () =>
    new AwsError("Unavailable", "The service is unavailable. Please try again shortly.", 503),
  accessDenied: (user, action) =>
    new AwsError(
      "UnauthorizedOperation",
      `You are not authorized to perform this operation. User: ${user} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
      403,
    ),
  credentialsExpired: () => new AwsError("RequestExpired", "Request has expired."),
};
