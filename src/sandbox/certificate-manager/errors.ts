import type { CommonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";
import { jsonErrors } from "../protocol/aws-json.ts";

/** "Errors" of the operations in the AWS Certificate Manager API Reference. */
export const notFound = (arn: string) =>
  new AwsError("ResourceNotFoundException", `Could not find certificate ${arn}.`);

export const invalidParameter = (message: string) =>
  new AwsError("InvalidParameterException", message);

export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message);

export const validationFailed = (message: string) => new AwsError("ValidationException", message);

/** A parameter that does not satisfy what the API reference says of it. */
export function failedConstraint(value: string, member: string, constraint: string): AwsError {
  return validationFailed(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** The common errors in ACM's names. */
export const acmErrors: CommonErrors = {
  ...jsonErrors,
  internalError: () =>
    new AwsError("InternalFailure", "We encountered an internal error. Please try again.", 500),
};
