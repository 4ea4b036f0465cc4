import {
  DeleteBucketPolicy$,
  type DeleteBucketPolicyRequest,
  DeletePublicAccessBlock$,
  type DeletePublicAccessBlockRequest,
  GetBucketEncryption$,
  type GetBucketEncryptionRequest,
  GetBucketOwnershipControls$,
  type GetBucketOwnershipControlsRequest,
  GetBucketPolicy$,
  type GetBucketPolicyRequest,
  GetBucketPolicyStatus$,
  type GetBucketPolicyStatusRequest,
  GetBucketVersioning$,
  type GetBucketVersioningRequest,
  GetObjectLockConfiguration$,
  type GetObjectLockConfigurationRequest,
  GetPublicAccessBlock$,
  type GetPublicAccessBlockRequest,
  PutBucketEncryption$,
  type PutBucketEncryptionRequest,
  PutBucketOwnershipControls$,
  type PutBucketOwnershipControlsRequest,
  PutBucketPolicy$,
  type PutBucketPolicyRequest,
  PutBucketVersioning$,
  type PutBucketVersioningRequest,
  PutPublicAccessBlock$,
  type PutPublicAccessBlockRequest,
} from "@aws-sdk/client-s3";
import { AwsError } from "../error.ts";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { type NamedBucket, requireBucket } from "./bucket.ts";
import { accessDenied, notFound } from "./errors.ts";
import { type BucketRecord, buckets } from "./tables.ts";

/** A bucket's settings as readers see them. */
function seen(region: Region, named: NamedBucket): Readonly<BucketRecord> {
  const bucket = requireBucket(region, named);
  return region.table(buckets).find(bucket.name) ?? bucket;
}

function change(region: Region, named: NamedBucket, edit: (bucket: BucketRecord) => void): object {
  region.table(buckets).change(requireBucket(region, named).name, edit);
  return {};
}

const getPublicAccessBlock = operation<GetPublicAccessBlockRequest>(
  GetPublicAccessBlock$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => {
    const { publicAccessBlock } = seen(region, input);
    if (publicAccessBlock === null) {
      throw notFound(
        "NoSuchPublicAccessBlockConfiguration",
        "The public access block configuration was not found",
      );
    }
    return { PublicAccessBlockConfiguration: publicAccessBlock };
  },
);

const putPublicAccessBlock = operation<PutPublicAccessBlockRequest>(
  PutPublicAccessBlock$,
  ["Bucket", "ExpectedBucketOwner", "PublicAccessBlockConfiguration", "ChecksumAlgorithm"],
  (region, input) => {
    const given = input.PublicAccessBlockConfiguration;
    return change(region, input, (bucket) => {
      bucket.publicAccessBlock = {
        BlockPublicAcls: given?.BlockPublicAcls ?? false,
        IgnorePublicAcls: given?.IgnorePublicAcls ?? false,
        BlockPublicPolicy: given?.BlockPublicPolicy ?? false,
        RestrictPublicBuckets: given?.RestrictPublicBuckets ?? false,
      };
    });
  },
);

const deletePublicAccessBlock = operation<DeletePublicAccessBlockRequest>(
  DeletePublicAccessBlock$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) =>
    change(region, input, (bucket) => {
      bucket.publicAccessBlock = null;
    }),
);

const getBucketPolicy = operation<GetBucketPolicyRequest>(
  GetBucketPolicy$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => ({ Policy: policyOf(seen(region, input)) }),
);

function policyOf({ policy }: Readonly<BucketRecord>): string {
  if (policy === null) {
    throw notFound("NoSuchBucketPolicy", "The bucket policy does not exist");
  }
  return policy;
}

const getBucketPolicyStatus = operation<GetBucketPolicyStatusRequest>(
  GetBucketPolicyStatus$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => ({ PolicyStatus: { IsPublic: isPublic(policyOf(seen(region, input))) } }),
);

const putBucketPolicy = operation<PutBucketPolicyRequest>(
  PutBucketPolicy$,
  ["Bucket", "ExpectedBucketOwner", "Policy", "ChecksumAlgorithm"],
  (region, input) => {
    const policy = input.Policy ?? "";
    const bucket = requireBucket(region, input);
    // Also checks that it is a policy.
    const opens = isPublic(policy);
    if (opens && bucket.publicAccessBlock?.BlockPublicPolicy === true) throw accessDenied();
    return change(region, input, (changed) => {
      changed.policy = policy;
    });
  },
);

const deleteBucketPolicy = operation<DeleteBucketPolicyRequest>(
  DeleteBucketPolicy$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) =>
    change(region, input, (bucket) => {
      bucket.policy = null;
    }),
);

/**
 * "The meaning of public": a statement that allows everyone, without a condition.
 *
 * @throws AwsError for a text that is no policy.
 */
function isPublic(policy: string): boolean {
  const malformed = (message: string) => new AwsError("MalformedPolicy", message);
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  const statements: unknown =
    typeof document === "object" && document !== null && Reflect.get(document, "Statement");
  if (!Array.isArray(statements)) throw malformed("Missing required field Statement");
  return statements.some((statement: unknown) => {
    if (typeof statement !== "object" || statement === null) {
      throw malformed("Policy has invalid statement");
    }
    const principal: unknown = Reflect.get(statement, "Principal");
    const everyone =
      principal === "*" ||
      (typeof principal === "object" &&
        principal !== null &&
        Reflect.get(principal, "AWS") === "*");
    return (
      Reflect.get(statement, "Effect") === "Allow" &&
      everyone &&
      Reflect.get(statement, "Condition") === undefined
    );
  });
}

const getBucketEncryption = operation<GetBucketEncryptionRequest>(
  GetBucketEncryption$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => {
    const { algorithm, key } = seen(region, input).encryption;
    return {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: key },
            BucketKeyEnabled: false,
          },
        ],
      },
    };
  },
);

const putBucketEncryption = operation<PutBucketEncryptionRequest>(
  PutBucketEncryption$,
  [
    "Bucket",
    "ExpectedBucketOwner",
    "ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault",
    "ChecksumAlgorithm",
  ],
  (region, input) => {
    const [rule] = input.ServerSideEncryptionConfiguration?.Rules ?? [];
    const given = rule?.ApplyServerSideEncryptionByDefault;
    const algorithm = given?.SSEAlgorithm;
    if (algorithm === undefined) {
      throw new AwsError("MalformedXML", "The XML you provided was not well-formed");
    }
    const key = given?.KMSMasterKeyID;
    return change(region, input, (bucket) => {
      bucket.encryption = { algorithm, ...(key !== undefined && { key }) };
    });
  },
);

const getBucketOwnershipControls = operation<GetBucketOwnershipControlsRequest>(
  GetBucketOwnershipControls$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => ({
    OwnershipControls: { Rules: [{ ObjectOwnership: seen(region, input).ownership }] },
  }),
);

const putBucketOwnershipControls = operation<PutBucketOwnershipControlsRequest>(
  PutBucketOwnershipControls$,
  ["Bucket", "ExpectedBucketOwner", "OwnershipControls", "ChecksumAlgorithm"],
  (region, input) => {
    const ownership = input.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    if (ownership === undefined) {
      throw new AwsError("MalformedXML", "The XML you provided was not well-formed");
    }
    return change(region, input, (bucket) => {
      bucket.ownership = ownership;
    });
  },
);

const getBucketVersioning = operation<GetBucketVersioningRequest>(
  GetBucketVersioning$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => {
    const { versioning } = seen(region, input);
    return versioning === "" ? {} : { Status: versioning };
  },
);

const putBucketVersioning = operation<PutBucketVersioningRequest>(
  PutBucketVersioning$,
  ["Bucket", "ExpectedBucketOwner", "VersioningConfiguration.Status", "ChecksumAlgorithm"],
  (region, input) => {
    const status = input.VersioningConfiguration?.Status;
    if (status === undefined) {
      throw new AwsError(
        "IllegalVersioningConfigurationException",
        "The Versioning element must be specified",
      );
    }
    return change(region, input, (bucket) => {
      bucket.versioning = status;
    });
  },
);

const getObjectLockConfiguration = operation<GetObjectLockConfigurationRequest>(
  GetObjectLockConfiguration$,
  ["Bucket", "ExpectedBucketOwner"],
  (region, input) => {
    if (!seen(region, input).objectLock) {
      throw notFound(
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
      );
    }
    return { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } };
  },
);

export const settingOperations = [
  getPublicAccessBlock,
  putPublicAccessBlock,
  deletePublicAccessBlock,
  getBucketPolicy,
  getBucketPolicyStatus,
  putBucketPolicy,
  deleteBucketPolicy,
  getBucketEncryption,
  putBucketEncryption,
  getBucketOwnershipControls,
  putBucketOwnershipControls,
  getBucketVersioning,
  putBucketVersioning,
  getObjectLockConfiguration,
];
