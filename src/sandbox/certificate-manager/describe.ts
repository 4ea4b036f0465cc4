import {
  type CertificateDetail,
  type CertificateSummary,
  DescribeCertificate$,
  type DescribeCertificateRequest,
  type DomainValidation,
  type KeyAlgorithm,
  ListCertificates$,
  type ListCertificatesRequest,
} from "@aws-sdk/client-acm";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Region } from "../region.ts";
import { seenCertificate } from "./named.ts";
import { type CertificateRecord, certificates, type Validation } from "./tables.ts";
import { usersOf } from "./use.ts";
import { validationRecord } from "./validation-record.ts";

const describeCertificate = operation<DescribeCertificateRequest>(
  DescribeCertificate$,
  ["CertificateArn"],
  (region, { CertificateArn: arn }) => ({
    Certificate: detail(region, seenCertificate(region, arn)),
  }),
);

/** "Default filtering returns only RSA_1024 and RSA_2048 certificates" (Filters, API Reference). */
const usualKeys: readonly KeyAlgorithm[] = ["RSA_1024", "RSA_2048"];

const listCertificates = operation<ListCertificatesRequest>(
  ListCertificates$,
  ["CertificateStatuses", "Includes.keyTypes", "NextToken", "MaxItems"],
  (region, input) => {
    const table = region.table(certificates);
    const keys = input.Includes?.keyTypes ?? usualKeys;
    const found = table
      .list()
      .filter(({ keyAlgorithm }) => keys.includes(keyAlgorithm))
      .filter(({ status }) => input.CertificateStatuses?.includes(status) ?? true);
    const { items, nextToken } = paged(region, found, ({ arn }) => table.order(arn), {
      size: input.MaxItems,
      token: input.NextToken,
      maximum: 1000,
    });
    return {
      CertificateSummaryList: items.map((certificate) => summary(region, certificate)),
      NextToken: nextToken,
    };
  },
);

/** As ACM writes it in answers: `RSA-2048`, although requests have `RSA_2048`. */
function keyText(algorithm: KeyAlgorithm): KeyAlgorithm {
  return algorithm.replace("_", "-") as KeyAlgorithm;
}

function detail(region: Region, certificate: Readonly<CertificateRecord>): CertificateDetail {
  const { issued, renewal, type, status } = certificate;
  const isIssued = issued !== null;
  const users = usersOf(region, certificate);
  return {
    CertificateArn: certificate.arn,
    DomainName: certificate.domainName,
    SubjectAlternativeNames: [...certificate.names],
    ...(type === "AMAZON_ISSUED" && {
      DomainValidationOptions: validations(region, certificate, certificate.validations),
    }),
    ...(isIssued && {
      Serial: issued.serial,
      NotBefore: new Date(issued.notBefore),
      NotAfter: new Date(issued.notAfter),
    }),
    Subject: certificate.subject,
    Issuer: certificate.issuer,
    CreatedAt: new Date(certificate.createdAt),
    ...(isIssued &&
      (type === "IMPORTED"
        ? { ImportedAt: new Date(issued.at) }
        : { IssuedAt: new Date(issued.at) })),
    Status: status,
    ...(certificate.failureReason !== null && { FailureReason: certificate.failureReason }),
    KeyAlgorithm: keyText(certificate.keyAlgorithm),
    SignatureAlgorithm: certificate.signatureAlgorithm,
    InUseBy: users,
    Type: type,
    ...(renewal !== null && {
      RenewalSummary: {
        RenewalStatus: renewal.status,
        DomainValidationOptions: validations(region, certificate, renewal.validations),
        UpdatedAt: new Date(renewal.updatedAt),
      },
    }),
    KeyUsages: isIssued ? [{ Name: "DIGITAL_SIGNATURE" }, { Name: "KEY_ENCIPHERMENT" }] : [],
    ExtendedKeyUsages: isIssued
      ? [
          { Name: "TLS_WEB_SERVER_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.1" },
          { Name: "TLS_WEB_CLIENT_AUTHENTICATION", OID: "1.3.6.1.5.5.7.3.2" },
        ]
      : [],
    RenewalEligibility: eligibility(certificate, users),
    Options: { CertificateTransparencyLoggingPreference: "ENABLED", Export: "DISABLED" },
  };
}

/** "Managed certificate renewal", User Guide. */
function eligibility({ type, status }: Readonly<CertificateRecord>, users: readonly string[]) {
  const isEligible = type === "AMAZON_ISSUED" && status === "ISSUED" && users.length > 0;
  return isEligible ? "ELIGIBLE" : "INELIGIBLE";
}

function validations(
  region: Region,
  { recordsKnownAt }: Readonly<CertificateRecord>,
  list: readonly Validation[],
): DomainValidation[] {
  return list.map(({ name, status }) => {
    const record = validationRecord(region.account, name);
    return {
      DomainName: name,
      ValidationStatus: status,
      ...(region.now >= recordsKnownAt && {
        ResourceRecord: { Name: record.name, Type: "CNAME" as const, Value: record.value },
      }),
      ValidationMethod: "DNS",
    };
  });
}

function summary(region: Region, certificate: Readonly<CertificateRecord>): CertificateSummary {
  const whole = detail(region, certificate);
  return {
    CertificateArn: certificate.arn,
    DomainName: certificate.domainName,
    SubjectAlternativeNameSummaries: [...certificate.names],
    HasAdditionalSubjectAlternativeNames: false,
    Status: certificate.status,
    Type: certificate.type,
    KeyAlgorithm: whole.KeyAlgorithm,
    KeyUsages: whole.KeyUsages?.flatMap(({ Name }) => Name ?? []),
    ExtendedKeyUsages: whole.ExtendedKeyUsages?.flatMap(({ Name }) => Name ?? []),
    ExportOption: "DISABLED",
    InUse: (whole.InUseBy ?? []).length > 0,
    RenewalEligibility: whole.RenewalEligibility,
    NotBefore: whole.NotBefore,
    NotAfter: whole.NotAfter,
    CreatedAt: whole.CreatedAt,
    IssuedAt: whole.IssuedAt,
    ImportedAt: whole.ImportedAt,
  };
}

export const describeOperations = [describeCertificate, listCertificates];
