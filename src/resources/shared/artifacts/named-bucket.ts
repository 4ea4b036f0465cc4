import {
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { type AwsError, isAwsError } from "../../../aws/errors.ts";
import { lookUpAccount } from "../../../aws/facts.ts";
import type { ResourceContext } from "../context.ts";
import { isElsewhere } from "./elsewhere.ts";
import { blocksPublicAccess } from "./public-access.ts";

/** Why a bucket that the stack file names cannot be used, and what to do. */
export interface BucketProblem {
  readonly summary: string;
  readonly remedy: string;
}

/** Reads whether the bucket that `artifacts.bucket` names can hold what a build fetches. Writes nothing. */
export async function problemOfNamedBucket(
  context: ResourceContext,
  name: string,
): Promise<BucketProblem | undefined> {
  const [s3, account, region] = await Promise.all([
    context.clients.s3(),
    lookUpAccount(context.clients),
    context.clients.region(),
  ]);
  const named = { Bucket: name, ExpectedBucketOwner: account };
  const problem = (summary: string, remedy: string) => ({
    summary: `artifacts.bucket: ${summary}`,
    remedy,
  });
  let versioning: string | undefined;
  try {
    versioning = (await s3.send(new GetBucketVersioningCommand(named))).Status;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    if (isElsewhere(error)) {
      const place = regionIn(error);
      return problem(
        `the bucket ${name} is in ${place ?? "another region"}, and the stack is in ${region}`,
        `Name a bucket in ${region}, or omit artifacts: the stack then creates a bucket of its own.`,
      );
    }
    switch (error.code) {
      case "NoSuchBucket":
        return problem(
          `the bucket ${name} does not exist`,
          `Create it in ${region}, or omit artifacts: the stack then creates a bucket of its own.`,
        );
      case "AccessDenied":
        return problem(
          `the bucket ${name} belongs to another AWS account than ${account}, or these credentials may not use it (${error.message})`,
          `Name a bucket of the account ${account}, or allow these credentials to use it. Or omit artifacts: the stack then creates a bucket of its own.`,
        );
      default:
        throw error;
    }
  }
  const other =
    "Name another bucket, or omit artifacts: the stack then creates a bucket of its own.";
  if (await hasObjectLock()) {
    return problem(
      `the bucket ${name} has Object Lock, so the build script could not be deleted after the build`,
      other,
    );
  }
  if (versioning !== undefined) {
    return problem(
      `versioning of the bucket ${name} is ${versioning === "Enabled" ? "enabled" : "suspended"}, so old build scripts could stay in it as versions`,
      other,
    );
  }
  const [isPublic, blocksPolicy] = await Promise.all([hasPublicPolicy(), blocksPublicPolicy()]);
  if (isPublic && !blocksPolicy) {
    return problem(
      `the policy of the bucket ${name} makes it public, so everyone could read the build script`,
      `Block public access: aws s3api put-public-access-block --bucket ${name} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true. ${other}`,
    );
  }
  return undefined;

  async function hasObjectLock(): Promise<boolean> {
    try {
      const answer = await s3.send(new GetObjectLockConfigurationCommand(named));
      return answer.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
    } catch (error) {
      if (hasCode(error, "ObjectLockConfigurationNotFoundError")) return false;
      throw error;
    }
  }

  async function hasPublicPolicy(): Promise<boolean> {
    try {
      const answer = await s3.send(new GetBucketPolicyStatusCommand(named));
      return answer.PolicyStatus?.IsPublic === true;
    } catch (error) {
      if (hasCode(error, "NoSuchBucketPolicy")) return false;
      throw error;
    }
  }

  async function blocksPublicPolicy(): Promise<boolean> {
    try {
      const answer = await s3.send(new GetPublicAccessBlockCommand(named));
      return blocksPublicAccess(answer.PublicAccessBlockConfiguration);
    } catch (error) {
      if (hasCode(error, "NoSuchPublicAccessBlockConfiguration")) return false;
      throw error;
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return isAwsError(error) && error.code === code;
}

/** The region of a bucket elsewhere: S3 names it in a header. */
function regionIn({ cause }: AwsError): string | undefined {
  const response: unknown = cause instanceof Error && Reflect.get(cause, "$response");
  const headers: unknown =
    typeof response === "object" && response !== null && Reflect.get(response, "headers");
  const region: unknown =
    typeof headers === "object" && headers !== null && Reflect.get(headers, "x-amz-bucket-region");
  return typeof region === "string" && /^[a-z0-9-]+$/.test(region) ? region : undefined;
}
