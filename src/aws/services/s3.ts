import type { AwsService } from "./service.ts";

/**
 * The codes are from "Error responses" of the Amazon S3 API Reference, the actions from "Actions, resources, and
 * condition keys for Amazon S3".
 */
export const s3: AwsService = {
  name: "s3",
  endpointVariable: "AWS_ENDPOINT_URL_S3",
  // The lists of objects, versions, uploads and errors have no element around them, so an empty one cannot be told from none.
  lists: { GetBucketTagging: "TagSet", ListBuckets: "Buckets" },
  codes: {
    "not-found": [
      "NoSuchBucket",
      "NoSuchBucketPolicy",
      "NoSuchKey",
      "NoSuchPublicAccessBlockConfiguration",
      "NoSuchTagSet",
      "NoSuchUpload",
      "ObjectLockConfigurationNotFoundError",
      "OwnershipControlsNotFoundError",
      "ServerSideEncryptionConfigurationNotFoundError",
      // Of HEAD, whose answer has no document.
      "NotFound",
    ],
    "already-exists": ["BucketAlreadyExists", "BucketAlreadyOwnedByYou"],
    "in-use": ["BucketNotEmpty"],
    "in-progress": ["OperationAborted"],
    quota: ["TooManyBuckets"],
    throttled: ["SlowDown"],
  },
  actions: {
    DeleteObjects: "s3:DeleteObject",
    GetBucketEncryption: "s3:GetEncryptionConfiguration",
    GetObjectLockConfiguration: "s3:GetBucketObjectLockConfiguration",
    GetPublicAccessBlock: "s3:GetBucketPublicAccessBlock",
    HeadBucket: "s3:ListBucket",
    ListBuckets: "s3:ListAllMyBuckets",
    ListMultipartUploads: "s3:ListBucketMultipartUploads",
    ListObjectsV2: "s3:ListBucket",
    ListObjectVersions: "s3:ListBucketVersions",
    PutBucketEncryption: "s3:PutEncryptionConfiguration",
    PutPublicAccessBlock: "s3:PutBucketPublicAccessBlock",
  },
};
