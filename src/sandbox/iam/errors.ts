import { AwsError } from "../error.ts";

/** "Errors" of the operations in the IAM API Reference, with the HTTP status of each. */
export const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", message, 404);

export const alreadyExists = (message: string) => new AwsError("EntityAlreadyExists", message, 409);

export const deleteConflict = (message: string) => new AwsError("DeleteConflict", message, 409);

export const limitExceeded = (message: string) => new AwsError("LimitExceeded", message, 409);

export const invalidInput = (message: string) => new AwsError("InvalidInput", message);

export const malformedPolicy = (message: string) =>
  new AwsError("MalformedPolicyDocument", message);

/** A parameter that does not satisfy what the API reference says of it. */
export function failedConstraint(value: string, member: string, constraint: string): AwsError {
  return new AwsError(
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
