import { type CommonErrors, commonErrors } from "../common-errors.ts";
import { AwsError } from "../error.ts";

/**
 * The actions that are not named like their operation ("Actions, resources, and condition keys for Amazon S3",
 * Service Authorization Reference).
 */
const actions: Readonly<Record<string, string>> = {
  "s3:DeleteObjects": "s3:DeleteObject",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListBuckets": "s3:ListAllMyBuckets",
  "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

/** "Error responses", Amazon S3 API Reference. */
export const s3CommonErrors: CommonErrors = {
  throttled: () => new AwsError("SlowDown", "Please reduce your request rate.", 503),
  internalError: () =>
    new AwsError("InternalError", "We encountered an internal error. Please try again.", 500),
  unavailable: () => new AwsError("ServiceUnavailable", "Reduce your request rate.", 503),
  accessDenied: (user, operation) =>
    commonErrors.accessDenied(user, actions[operation] ?? operation),
  credentialsExpired: () => new AwsError("ExpiredToken", "The provided token has expired.", 400),
};

export function accessDenied(): AwsError {
  return new AwsError("AccessDenied", "Access Denied", 403);
}

export function notFound(code: string, message: string): AwsError {
  return new AwsError(code, message, 404);
}
