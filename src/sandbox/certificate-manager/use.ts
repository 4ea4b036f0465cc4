import { drawn } from "../random.ts";
import type { Region } from "../region.ts";
import { durations } from "./durations.ts";
import { considerRenewal } from "./life.ts";
import { type CertificateRecord, certificates } from "./tables.ts";

/** A certificate as other services of AWS find it, whatever readers of ACM see. */
export function findCertificate(region: Region, arn: string): CertificateRecord | undefined {
  return region.table(certificates).latest(arn);
}

/** Another service begins to use the certificate. */
export function holdCertificate(region: Region, arn: string, user: string): void {
  const certificate = findCertificate(region, arn);
  if (certificate === undefined) return;
  certificate.users[user] = null;
  considerRenewal(region, arn);
}

/** Another service uses the certificate no longer, which ACM learns after some time. */
export function releaseCertificate(region: Region, arn: string, user: string): void {
  const certificate = findCertificate(region, arn);
  if (certificate?.users[user] !== null) return;
  certificate.users[user] = region.now + drawn(region.random, durations.release);
}

/** The ARNs of what uses the certificate, as far as ACM knows. */
export function usersOf(region: Region, { users }: CertificateRecord): string[] {
  return Object.entries(users).flatMap(([user, until]) =>
    until === null || until > region.now ? [user] : [],
  );
}
