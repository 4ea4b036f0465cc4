import {
  findCertificate,
  holdCertificate,
  releaseCertificate,
} from "../certificate-manager/use.ts";
import { AwsError } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import type { Region } from "../region.ts";
import { type Listener, listeners } from "./tables.ts";

/**
 * Checks whether a load balancer can use a certificate. It finds an issued one only some time after ACM has issued
 * it.
 *
 * @throws AwsError CertificateNotFound, UnsupportedCertificate, ValidationError.
 */
export function requireCertificate(region: Region, arn = ""): string {
  if (!arn.startsWith("arn:")) throw validationError(`'${arn}' is not a valid certificate ARN`);
  const certificate = findCertificate(region, arn);
  if (certificate === undefined) throw notFound(arn);
  const { status, keyAlgorithm, knownToLoadBalancersAt } = certificate;
  // "SSL certificates for your Application Load Balancer": RSA keys of 2048 to 4096 bits, and all of ECDSA.
  if (status !== "ISSUED" || keyAlgorithm === "RSA_1024") {
    throw new AwsError(
      "UnsupportedCertificate",
      `The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size.`,
    );
  }
  if (knownToLoadBalancersAt === null || region.now < knownToLoadBalancersAt) throw notFound(arn);
  return arn;
}

function notFound(arn: string): AwsError {
  return new AwsError("CertificateNotFound", `Certificate '${arn}' not found`);
}

/** The certificates of a listener, the default one first. */
export function certificatesOf({ certificate, moreCertificates }: Readonly<Listener>): string[] {
  return [...(certificate === undefined ? [] : [certificate]), ...(moreCertificates ?? [])];
}

/**
 * Tells ACM which certificates a load balancer uses now.
 *
 * @param earlier those that it may have used until now.
 */
export function reportUse(region: Region, balancer: string, earlier: readonly string[]): void {
  const own = region.table(listeners).all();
  const used = new Set(own.filter((each) => each.balancer === balancer).flatMap(certificatesOf));
  for (const arn of used) holdCertificate(region, arn, balancer);
  for (const arn of earlier) if (!used.has(arn)) releaseCertificate(region, arn, balancer);
}
