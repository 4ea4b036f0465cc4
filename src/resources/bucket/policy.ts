import { partitionOf } from "../../aws/regions.ts";
import { canonicalJson } from "../../engine/values.ts";

/** What a bucket's policy does. `other`: anything but the program's own policy. */
export type PolicyKind = "tls-only" | "none" | "other";

/** The ARN of a bucket. */
export function bucketArn(name: string, region: string): string {
  return `arn:${partitionOf(region).name}:s3:::${name}`;
}

/**
 * Refuses every request without TLS ("Security best practices for Amazon S3: Enforce encryption of data in
 * transit"), and allows nobody anything.
 */
export function tlsOnlyPolicy(name: string, region: string): string {
  const arn = bucketArn(name, region);
  return canonicalJson({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

/** The kind of a live policy. */
export function policyKind(policy: string | undefined, name: string, region: string): PolicyKind {
  if (policy === undefined || policy === "") return "none";
  try {
    const document: unknown = JSON.parse(policy);
    return canonicalJson(document) === tlsOnlyPolicy(name, region) ? "tls-only" : "other";
  } catch {
    return "other";
  }
}
