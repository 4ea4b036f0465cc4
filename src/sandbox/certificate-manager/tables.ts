import type { FailureReason, KeyAlgorithm } from "@aws-sdk/client-acm";
import { defineTable } from "../table.ts";

/** How far ACM is with one name. */
export interface Validation {
  readonly name: string;
  status: "PENDING_VALIDATION" | "SUCCESS" | "FAILED";
  /** ACM found its record, and will confirm that at a scheduled time. */
  isBeingChecked: boolean;
}

/** What the certificate itself says. Times are sandbox milliseconds. */
export interface Issued {
  readonly at: number;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly serial: string;
}

export interface Renewal {
  status: "PENDING_AUTO_RENEWAL" | "PENDING_VALIDATION" | "SUCCESS" | "FAILED";
  readonly validations: Validation[];
  updatedAt: number;
}

export interface CertificateRecord {
  readonly arn: string;
  readonly domainName: string;
  /** The domain name and all others. */
  readonly names: readonly string[];
  readonly type: "AMAZON_ISSUED" | "IMPORTED";
  readonly keyAlgorithm: KeyAlgorithm;
  readonly signatureAlgorithm: string;
  readonly subject: string;
  readonly issuer: string;
  readonly createdAt: number;
  status: "PENDING_VALIDATION" | "ISSUED" | "VALIDATION_TIMED_OUT" | "FAILED" | "EXPIRED";
  failureReason: FailureReason | null;
  /** When its validation records are or were first described. */
  readonly recordsKnownAt: number;
  readonly validations: Validation[];
  issued: Issued | null;
  renewal: Renewal | null;
  /** When Elastic Load Balancing finds it. Null: it is not issued. */
  knownToLoadBalancersAt: number | null;
  /** By the ARN of what uses it: null, or when ACM learns that it does not any more. */
  users: Record<string, number | null>;
  tags: Record<string, string>;
}

/** By ARN. */
export const certificates = defineTable<CertificateRecord>(
  "certificate",
  ({ arn, domainName, status, tags }) => ({ id: arn, name: domainName, state: status, tags }),
);

/** What a client token stands for. */
export interface TokenRecord {
  readonly arn: string;
  readonly until: number;
}

/** By token. */
export const certificateTokens = defineTable<TokenRecord>("certificate-token");
