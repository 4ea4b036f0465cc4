import { type CommonErrors, commonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";

/** "Indicates that a request parameter does not comply with the associated constraints" (API Reference). */
export const invalidParameter = (what: string) =>
  new AwsError("InvalidParameter", `Invalid parameter: ${what}`);

export const unknownTopic = () => new AwsError("NotFound", "Topic does not exist", 404);

export const unknownSubscription = () =>
  new AwsError("NotFound", "Subscription does not exist", 404);

/** The common errors in this service's names. */
export const snsErrors: CommonErrors = {
  ...commonErrors,
  throttled: () => new AwsError("Throttled", "Rate exceeded", 429),
  internalError: () => new AwsError("InternalError", "Internal Server Error", 500),
  accessDenied: (user, action) =>
    new AwsError("AuthorizationError", commonErrors.accessDenied(user, action).message, 403),
};
