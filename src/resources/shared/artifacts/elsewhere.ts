import { isAwsError } from "../../../aws/errors.ts";

/** S3's answers where a bucket is in another region than the call. */
export function isElsewhere(error: unknown): boolean {
  return (
    isAwsError(error) && ["PermanentRedirect", "AuthorizationHeaderMalformed"].includes(error.code)
  );
}
