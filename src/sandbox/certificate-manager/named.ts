import { AwsError } from "../error.ts";
import type { Region } from "../region.ts";
import { failedConstraint, notFound } from "./errors.ts";
import { type CertificateRecord, certificates } from "./tables.ts";

/** "CertificateArn", API Reference. */
const ARN = /^arn:[\w+=/,.@-]+:acm:[\w+=/,.@-]*:[0-9]+:[\w+=,.@-]+(\/[\w+=,.@-]+)*$/;

/** The ARN of a new certificate. */
export function newArn(region: Region): string {
  const { partition, name, account, random } = region;
  const id = [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join("-");
  return `arn:${partition}:acm:${name}:${account}:certificate/${id}`;
}

/** @throws AwsError ValidationException, InvalidArnException. */
export function checkArn(arn: string): void {
  if (!ARN.test(arn) || arn.length < 20) {
    throw failedConstraint(
      arn,
      "certificateArn",
      `Member must satisfy regular expression pattern: ${ARN.source.slice(1, -1)}`,
    );
  }
  if (arn.split(":")[5]?.startsWith("certificate/") !== true) {
    throw new AwsError("InvalidArnException", `${arn} is not a valid certificate ARN.`);
  }
}

/** As readers see it. @throws AwsError ResourceNotFoundException and others. */
export function seenCertificate(region: Region, arn = ""): Readonly<CertificateRecord> {
  checkArn(arn);
  const certificate = region.table(certificates).find(arn);
  if (certificate === undefined) throw notFound(arn);
  return certificate;
}

/** For a request that changes it. @throws AwsError ResourceNotFoundException and others. */
export function requireCertificate(region: Region, arn = ""): CertificateRecord {
  checkArn(arn);
  const certificate = region.table(certificates).use(arn);
  if (certificate === undefined) throw notFound(arn);
  return certificate;
}
