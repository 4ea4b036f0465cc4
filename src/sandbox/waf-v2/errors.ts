import type { ParameterExceptionField } from "@aws-sdk/client-wafv2";
import type { CommonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";
import { jsonErrors } from "../protocol/aws-json.ts";

/** WAFInvalidParameterException, which says in members of its own what is wrong. */
export class InvalidParameter extends AwsError {
  readonly field: ParameterExceptionField;
  readonly parameter: string;
  readonly reason: string;

  constructor(field: ParameterExceptionField, parameter: string, reason: string) {
    super(
      "WAFInvalidParameterException",
      `Error reason: ${reason}, field: ${field}, parameter: ${parameter}`,
    );
    this.field = field;
    this.parameter = parameter;
    this.reason = reason;
  }
}

/** A structure of alternatives has none of them, or several. */
export function exactlyOne(field: ParameterExceptionField, parameter: string): InvalidParameter {
  return new InvalidParameter(
    field,
    parameter,
    "You have used none or multiple values for a field that requires exactly one value.",
  );
}

/** A text is not of its parameter's form. */
export function badFormat(field: ParameterExceptionField, parameter: string): InvalidParameter {
  return new InvalidParameter(
    field,
    parameter,
    "The parameter contains formatting that is not valid.",
  );
}

/** Also an ARN of something else, or of another region. */
export function invalidArn(arn: string): InvalidParameter {
  return new InvalidParameter(
    "RESOURCE_ARN",
    arn,
    "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes.",
  );
}

export const nonexistent = () =>
  new AwsError(
    "WAFNonexistentItemException",
    "AWS WAF couldn’t perform the operation because your resource doesn’t exist.",
  );

export const duplicate = () =>
  new AwsError(
    "WAFDuplicateItemException",
    "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.",
  );

export const staleLock = () =>
  new AwsError(
    "WAFOptimisticLockException",
    "AWS WAF couldn’t save your changes because someone changed the resource after you started to edit it. Reapply your changes.",
  );

export const associated = () =>
  new AwsError(
    "WAFAssociatedItemException",
    "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.",
  );

export const unavailable = () =>
  new AwsError(
    "WAFUnavailableEntityException",
    "AWS WAF couldn’t retrieve the resource that you requested. Retry your request.",
  );

export const limitsExceeded = () =>
  new AwsError(
    "WAFLimitsExceededException",
    "AWS WAF couldn’t perform the operation because you exceeded your resource limit.",
  );

export const invalidOperation = () =>
  new AwsError("WAFInvalidOperationException", "The operation isn't valid.");

/** A parameter that does not satisfy what the service's model says of it. */
export function failedConstraint(
  value: string | number | undefined,
  member: string,
  constraint: string,
): AwsError {
  const shown = value === undefined ? "Value null" : `Value '${value}'`;
  return new AwsError(
    "ValidationException",
    `1 validation error detected: ${shown} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** The common errors in this service's names. */
export const wafErrors: CommonErrors = {
  ...jsonErrors,
  internalError: () =>
    new AwsError(
      "WAFInternalErrorException",
      "AWS WAF couldn’t perform the operation because of a system problem. Retry your request.",
      500,
    ),
};
