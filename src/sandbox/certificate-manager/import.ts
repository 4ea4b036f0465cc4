import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import {
  ImportCertificate$,
  type ImportCertificateRequest,
  type KeyAlgorithm,
} from "@aws-sdk/client-acm";
import { operation } from "../operation.ts";
import { validationFailed } from "./errors.ts";
import { awaitEnd } from "./life.ts";
import { newArn } from "./named.ts";
import { type CertificateRecord, certificates } from "./tables.ts";
import { mergedTags } from "./tags.ts";

export const importCertificate = operation<ImportCertificateRequest>(
  ImportCertificate$,
  ["Certificate", "PrivateKey", "CertificateChain", "Tags"],
  (region, input) => {
    const tags = mergedTags({}, input.Tags ?? []);
    const parsed = read("certificate", input.Certificate, (pem) => new X509Certificate(pem));
    const key = read("private key", input.PrivateKey, (pem) => createPrivateKey(pem));
    if (!parsed.checkPrivateKey(key)) {
      throw validationFailed("The private key does not match the certificate.");
    }
    const names = namesOf(parsed);
    const notBefore = Date.parse(parsed.validFrom);
    const notAfter = Date.parse(parsed.validTo);
    // "Prerequisites for importing certificates", User Guide: it must be valid at the time of import.
    if (notBefore > region.now) {
      throw validationFailed("The certificate that you are importing is not valid yet.");
    }
    if (notAfter <= region.now) {
      throw validationFailed("The certificate that you are importing has expired.");
    }
    const keyAlgorithm = keyAlgorithmOf(parsed.publicKey);
    const certificate: CertificateRecord = {
      arn: newArn(region),
      domainName: names[0] ?? "",
      names,
      type: "IMPORTED",
      keyAlgorithm,
      signatureAlgorithm: keyAlgorithm.startsWith("RSA") ? "SHA256WITHRSA" : "SHA256WITHECDSA",
      subject: parsed.subject.replaceAll("\n", ","),
      issuer: /CN=(.*)/.exec(parsed.issuer)?.[1] ?? parsed.issuer,
      createdAt: region.now,
      status: "ISSUED",
      failureReason: null,
      recordsKnownAt: region.now,
      validations: [],
      issued: {
        at: region.now,
        notBefore,
        notAfter,
        serial: parsed.serialNumber.toLowerCase().replace(/..(?=.)/g, "$&:"),
      },
      renewal: null,
      knownToLoadBalancersAt: region.now,
      users: {},
      tags,
    };
    region.table(certificates).add(certificate.arn, certificate);
    awaitEnd(region, certificate.arn, { at: region.now, notBefore, notAfter, serial: "" });
    return { CertificateArn: certificate.arn };
  },
);

/** @throws AwsError ValidationException for what is not PEM. */
function read<T>(what: string, bytes: Uint8Array | undefined, parse: (pem: Buffer) => T): T {
  try {
    return parse(Buffer.from(bytes ?? []));
  } catch {
    throw validationFailed(`The ${what} is not valid. It must be PEM-encoded.`);
  }
}

/** The common name and the subject alternative names, each once. */
function namesOf({ subject, subjectAltName = "" }: X509Certificate): string[] {
  const common = /(?:^|\n)CN=(.*)/.exec(subject)?.[1];
  const others = [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].flatMap(([, name]) => name ?? []);
  return [...new Set([...(common === undefined ? [] : [common]), ...others])];
}

/** @throws AwsError ValidationException for keys that ACM does not import. */
function keyAlgorithmOf({
  asymmetricKeyType,
  asymmetricKeyDetails: details,
}: KeyObject): KeyAlgorithm {
  const found = known.find((algorithm) =>
    asymmetricKeyType === "rsa"
      ? algorithm === `RSA_${details?.modulusLength}`
      : algorithm === `EC_${details?.namedCurve}`,
  );
  if (found === undefined) throw validationFailed("The key algorithm is not supported.");
  return found;
}

const known: readonly KeyAlgorithm[] = [
  "RSA_1024",
  "RSA_2048",
  "RSA_3072",
  "RSA_4096",
  "EC_prime256v1",
  "EC_secp384r1",
  "EC_secp521r1",
];
