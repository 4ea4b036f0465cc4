import type { Finding } from "../spec/finding.ts";
import type { Stack } from "../spec/stack.ts";

/** What the account has of a domain that the stack file names. */
export interface FoundDomain {
  /** What is wrong with the hosted zone. Absent: nothing, or none is named. */
  readonly zone?: { readonly message: string; readonly help: string };
  /** The certificate that the stack file names. Null: there is none. */
  readonly certificate?: FoundCertificate | null;
}

export interface FoundCertificate {
  readonly status: string;
  readonly names: readonly string[];
}

/** A certificate that browsers would not accept for a name, and a zone that does not exist, make no working https. */
export function checkDomain({ domain }: Stack, found: FoundDomain): readonly Finding[] {
  if (domain === undefined) return [];
  const { zone, certificate } = found;
  const findings: Finding[] =
    zone === undefined ? [] : [{ severity: "error", path: ["domain", "zone"], ...zone }];
  if (certificate === undefined) return findings;
  const path = ["domain", "certificate"];
  if (certificate === null) {
    const message = "there is no such certificate in this account and region";
    return [
      ...findings,
      {
        severity: "error",
        path,
        message,
        help: "correct the ARN, or remove it: then the stack requests one",
      },
    ];
  }
  if (certificate.status !== "ISSUED") {
    findings.push({
      severity: certificate.status === "PENDING_VALIDATION" ? "warning" : "error",
      path,
      message: `the certificate is not usable: its status is ${certificate.status}`,
      help:
        certificate.status === "PENDING_VALIDATION"
          ? "make the DNS records that it waits for. Until then, an apply ends as pending"
          : "name another certificate, or remove it: then the stack requests one",
    });
  }
  for (const [index, name] of domain.names.entries()) {
    if (certificate.names.some((each) => covers(each, name))) continue;
    findings.push({
      severity: "error",
      path: ["domain", "names", index],
      about: [path],
      message: `the certificate is not for this name, but for ${certificate.names.join(", ")}`,
      help: "remove the name, or name a certificate that has it",
    });
  }
  return findings;
}

/** A wildcard stands for one label (RFC 6125, 6.4.3). */
function covers(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  return pattern.startsWith("*.") && name.slice(name.indexOf(".")) === pattern.slice(1);
}
