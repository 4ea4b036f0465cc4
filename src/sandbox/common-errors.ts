import { AwsError } from "./error.ts";

/** The errors with which every operation of a service can answer ("Common Errors" of its API reference). */
export interface CommonErrors {
  throttled(): AwsError;
  internalError(): AwsError;
  unavailable(): AwsError;
  /** @param action as policies write it: `ec2:RunInstances`. */
  accessDenied(user: string, action: string): AwsError;
  credentialsExpired(): AwsError;
}

/** Those of most services. */
export const commonErrors: CommonErrors = {
  throttled: () => new AwsError("Throttling", "Rate exceeded"),
  internalError: () =>
    new AwsError("InternalFailure", "We encountered an internal error. Please try again.", 500),
  unavailable: () =>
    new AwsError("ServiceUnavailable", "Service is unavailable. Please try again.", 503),
  accessDenied: (user, action) =>
    new AwsError(
      "AccessDenied",
      `User: ${user} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
      403,
    ),
  credentialsExpired: () =>
    new AwsError("ExpiredToken", "The security token included in the request is expired", 403),
};
