import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

/**
 * A client of S3. An endpoint other than AWS's has the bucket's name in the path, because a name in front of the host
 * resolves only at AWS.
 */
export function createS3Client(given: S3ClientConfig, env: NodeJS.ProcessEnv): S3Client {
  const isOther =
    given.endpoint !== undefined || Boolean(env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"]);
  return new S3Client({ ...given, ...(isOther && { forcePathStyle: true }) });
}
