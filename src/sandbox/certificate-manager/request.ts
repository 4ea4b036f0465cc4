import { RequestCertificate$, type RequestCertificateRequest } from "@aws-sdk/client-acm";
import { AwsError, notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import { drawn } from "../random.ts";
import type { Quota, Region } from "../region.ts";
import { durations } from "./durations.ts";
import { failedConstraint, invalidParameter, limitExceeded } from "./errors.ts";
import { begin, newValidations } from "./life.ts";
import { newArn } from "./named.ts";
import { type CertificateRecord, certificates, certificateTokens } from "./tables.ts";
import { mergedTags } from "./tags.ts";

/** "Quotas", User Guide: "Number of domain names per ACM certificate: 10." */
export const nameQuota: Quota = { name: "namesOfCertificate", usual: 10 };

/** "DomainName", API Reference. */
const NAME =
  /^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/;

/** "KeyAlgorithm: Algorithms supported for an ACM certificate request." */
const signatures: Readonly<Record<string, string>> = {
  RSA_2048: "SHA256WITHRSA",
  EC_prime256v1: "SHA256WITHECDSA",
  EC_secp384r1: "SHA384WITHECDSA",
};

export const requestCertificate = operation<RequestCertificateRequest>(
  RequestCertificate$,
  [
    "DomainName",
    "SubjectAlternativeNames",
    "ValidationMethod",
    "IdempotencyToken",
    "KeyAlgorithm",
    "Options.CertificateTransparencyLoggingPreference",
    "Options.Export",
    "Tags",
  ],
  (region, input) => {
    const names = readNames(region, input);
    // "If you do not specify a validation method, ACM uses email", as its console once did.
    if (input.ValidationMethod !== "DNS") {
      throw notModelled(`The validation method ${input.ValidationMethod ?? "EMAIL"}`);
    }
    if (input.Options?.Export === "ENABLED")
      throw notModelled("A certificate that can be exported");
    const { KeyAlgorithm: keyAlgorithm = "RSA_2048", IdempotencyToken: token } = input;
    const signatureAlgorithm = signatures[keyAlgorithm];
    if (signatureAlgorithm === undefined) {
      throw invalidParameter(`The key algorithm ${keyAlgorithm} is not supported for requests.`);
    }
    if (token !== undefined && !/^\w{1,32}$/.test(token)) {
      throw failedConstraint(
        token,
        "idempotencyToken",
        "Member must satisfy regular expression pattern: \\w+",
      );
    }
    const tags = mergedTags({}, input.Tags ?? []);
    const known = token === undefined ? undefined : madeWith(region, token);
    if (known !== undefined) return { CertificateArn: known };
    const [domainName = ""] = names;
    const certificate: CertificateRecord = {
      arn: newArn(region),
      domainName,
      names,
      type: "AMAZON_ISSUED",
      keyAlgorithm,
      signatureAlgorithm,
      subject: `CN=${domainName}`,
      issuer: "Amazon",
      createdAt: region.now,
      status: "PENDING_VALIDATION",
      failureReason: null,
      recordsKnownAt: region.now + drawn(region.random, durations.recordsKnown),
      validations: newValidations(names),
      issued: null,
      renewal: null,
      knownToLoadBalancersAt: null,
      users: {},
      tags,
    };
    region.table(certificates).add(certificate.arn, certificate);
    if (token !== undefined) keepToken(region, token, certificate.arn);
    begin(region, certificate);
    return { CertificateArn: certificate.arn };
  },
);

/** The names of a request, the domain name first, each once. */
function readNames(region: Region, input: RequestCertificateRequest): string[] {
  const { DomainName = "", SubjectAlternativeNames: others = [] } = input;
  const given = [DomainName, ...others];
  for (const [index, name] of given.entries()) {
    const member = index === 0 ? "domainName" : `subjectAlternativeNames.${index}.member`;
    if (!NAME.test(name) || name.length > 253) {
      throw failedConstraint(
        name,
        member,
        `Member must satisfy regular expression pattern: ${NAME.source.slice(1, -1)}`,
      );
    }
  }
  // "The length of the domain name (technically, the Common Name) that you provide cannot exceed 64 octets."
  if (DomainName.length > 64) {
    throw new AwsError(
      "InvalidDomainValidationOptionsException",
      "The first domain name can be no longer than 64 characters.",
    );
  }
  const names = [...new Set(given.map((name) => name.toLowerCase()))];
  if (names.length > region.quota(nameQuota)) {
    throw limitExceeded("Certificate has too many domains.");
  }
  return names;
}

/** The certificate that the token has made within the last hour. */
function madeWith(region: Region, token: string): string | undefined {
  const known = region.table(certificateTokens).latest(token);
  if (known === undefined || known.until <= region.now) return undefined;
  return region.table(certificates).latest(known.arn)?.arn;
}

function keepToken(region: Region, token: string, arn: string): void {
  const table = region.table(certificateTokens);
  table.remove(token, { immediate: true });
  table.add(token, { arn, until: region.now + durations.token * 1000 }, { immediate: true });
}
