import { type CommonErrors, commonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";

/**
 * The errors have their codes of the query protocol, such as InvalidParameterValue. In AWS JSON, some have another
 * name: "Errors" in the Amazon CloudWatch API Reference.
 */
export const invalidParameter = (message: string) => new AwsError("InvalidParameterValue", message);

export const badCombination = (message: string) =>
  new AwsError("InvalidParameterCombination", message);

export const missingParameter = (message: string) => new AwsError("MissingParameter", message);

export const validationError = (message: string) => new AwsError("ValidationError", message);

export const invalidNextToken = () =>
  new AwsError("InvalidNextToken", "The next token specified is invalid.");

export const unknownAlarms = (names: readonly string[]) =>
  new AwsError("ResourceNotFound", `Unknown alarms: ${names.join(", ")}`, 404);

/** Of the operations on tags, which have an error of their own. */
export const unknownResource = (arn: string) =>
  new AwsError("ResourceNotFoundException", `Unknown resource ${arn}`, 404);

/** A parameter that does not satisfy what the service's model says of it. */
export function failedConstraint(
  value: string | number,
  member: string,
  constraint: string,
): AwsError {
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** The common errors in this service's names. */
export const cloudWatchErrors: CommonErrors = {
  ...commonErrors,
  internalError: () =>
    new AwsError("InternalServiceError", "Request processing has failed due to some error.", 500),
};
