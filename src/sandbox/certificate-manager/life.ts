import type { FailureReason } from "@aws-sdk/client-acm";
import { drawn } from "../random.ts";
import { defineEvent, type Region } from "../region.ts";
import { durations } from "./durations.ts";
import {
  type CertificateRecord,
  certificates,
  type Issued,
  type Renewal,
  type Validation,
} from "./tables.ts";
import { baseOf, isAnswered, isForbidden } from "./validation-record.ts";

/** What happens to one certificate. */
interface OfCertificate {
  readonly arn: string;
}

/** Schedules what will happen to a new certificate. */
export function begin(region: Region, { arn, recordsKnownAt, names }: CertificateRecord): void {
  const reason = refusalOf(names);
  if (reason !== undefined) {
    region.schedule(failed, drawn(region.random, durations.failure), { arn, reason });
    return;
  }
  region.schedule(recordsKnown, recordsKnownAt - region.now, { arn });
  region.schedule(timedOut, durations.validationTimeout * 1000, { arn });
}

/** "Certificate request fails", User Guide. */
function refusalOf(names: readonly string[]): FailureReason | undefined {
  const plain = names.map(baseOf);
  if (plain.some((name) => /\.(invalid|local|localhost|test|internal|example)$/.test(name))) {
    // "One or more of the domain names in the certificate request is not a valid top-level domain."
    return "INVALID_PUBLIC_DOMAIN";
  }
  if (
    plain.some((name) =>
      /(^|\.)(amazonaws\.com(\.cn)?|cloudfront\.net|elasticbeanstalk\.com)$/.test(name),
    )
  ) {
    // "You cannot request a certificate for Amazon-owned domain names."
    return "ADDITIONAL_VERIFICATION_REQUIRED";
  }
  return undefined;
}

export const recordsKnown = defineEvent<OfCertificate>(
  "certificate-manager.records-known",
  (region, { arn }) => {
    const certificate = region.table(certificates).latest(arn);
    if (certificate !== undefined) lookAgain(region, certificate);
  },
);

export const failed = defineEvent<OfCertificate & { readonly reason: FailureReason }>(
  "certificate-manager.failed",
  (region, { arn, reason }) => failCertificate(region, arn, reason),
);

/** ACM gives up a request, for example because it takes a name for unsafe. No effect on other certificates. */
export function failCertificate(region: Region, arn: string, reason: FailureReason): void {
  change(region, arn, (certificate) => {
    if (certificate.status !== "PENDING_VALIDATION") return;
    certificate.status = "FAILED";
    certificate.failureReason = reason;
    for (const validation of certificate.validations) validation.status = "FAILED";
  });
}

export const timedOut = defineEvent<OfCertificate>(
  "certificate-manager.timed-out",
  (region, { arn }) => {
    change(region, arn, (certificate) => {
      if (certificate.status !== "PENDING_VALIDATION") return;
      certificate.status = "VALIDATION_TIMED_OUT";
      for (const validation of certificate.validations) {
        if (validation.status !== "SUCCESS") validation.status = "FAILED";
      }
    });
  },
);

/** The names that ACM validates now, for the first time or again. Empty when it does not. */
function openRound({ status, validations, renewal }: CertificateRecord): readonly Validation[] {
  if (status === "PENDING_VALIDATION") return validations;
  return status === "ISSUED" && renewal?.status.startsWith("PENDING") ? renewal.validations : [];
}

/** Whether there are validation records that ACM has not seen yet. */
export function lookAgain(region: Region, certificate: CertificateRecord): void {
  if (region.now < certificate.recordsKnownAt) return;
  const { arn } = certificate;
  const waiting = openRound(certificate).filter(
    ({ status, isBeingChecked }) => status === "PENDING_VALIDATION" && !isBeingChecked,
  );
  for (const base of new Set(waiting.map(({ name }) => baseOf(name)))) {
    if (!isAnswered(region, base)) continue;
    for (const each of waiting) if (baseOf(each.name) === base) each.isBeingChecked = true;
    const [least, most] = durations.validation;
    // The fourth power: half of all take less than four minutes.
    const seconds = least + (most - least) * region.random.next() ** 4;
    region.schedule(nameSeen, Math.round(seconds * 1000), { arn, base });
  }
  const { renewal } = certificate;
  if (renewal?.status === "PENDING_AUTO_RENEWAL" || renewal?.status === "PENDING_VALIDATION") {
    const allFound = renewal.validations.every(
      (each) => each.isBeingChecked || each.status === "SUCCESS",
    );
    setRenewal(region, renewal, allFound ? "PENDING_AUTO_RENEWAL" : "PENDING_VALIDATION");
  }
}

export const nameSeen = defineEvent<OfCertificate & { readonly base: string }>(
  "certificate-manager.name-seen",
  (region, { arn, base }) => {
    const certificate = region.table(certificates).latest(arn);
    if (certificate === undefined) return;
    const round = openRound(certificate);
    const isStillThere = isAnswered(region, base);
    for (const validation of round.filter(({ name }) => baseOf(name) === base)) {
      validation.isBeingChecked = false;
      if (isStillThere) validation.status = "SUCCESS";
    }
    if (!isStillThere) return lookAgain(region, certificate);
    if (round.length === 0 || round.some(({ status }) => status !== "SUCCESS")) return;
    const isRefused = certificate.names.some((name) => isForbidden(region, name));
    if (certificate.renewal !== null && certificate.status === "ISSUED") {
      if (isRefused) setRenewal(region, certificate.renewal, "FAILED");
      else renew(region, certificate, certificate.renewal);
    } else if (isRefused) failCertificate(region, arn, "CAA_ERROR");
    else issue(region, arn);
  },
);

function issue(region: Region, arn: string): void {
  const known = region.now + drawn(region.random, durations.knownToLoadBalancers);
  change(region, arn, (certificate) => {
    certificate.status = "ISSUED";
    certificate.issued = newIssue(region);
    certificate.knownToLoadBalancersAt = known;
    awaitEnd(region, arn, certificate.issued);
  });
}

function renew(region: Region, certificate: CertificateRecord, renewal: Renewal): void {
  setRenewal(region, renewal, "SUCCESS");
  certificate.issued = { ...newIssue(region), at: region.now };
  awaitEnd(region, certificate.arn, certificate.issued);
}

function newIssue(region: Region): Issued {
  const midnight = Math.floor(region.now / 86_400_000) * 86_400_000;
  return {
    at: region.now,
    notBefore: midnight,
    notAfter: midnight + durations.validity * 1000 - 1000,
    serial: newSerial(region),
  };
}

/** Sixteen bytes, as ACM writes them. */
function newSerial(region: Region): string {
  return region.random.hex(32).replace(/..(?=.)/g, "$&:");
}

/** Schedules what happens near the end of a certificate's validity. */
export function awaitEnd(region: Region, arn: string, { notAfter }: Issued): void {
  const left = notAfter - region.now;
  region.schedule(renewalDue, left - durations.renewal * 1000, { arn });
  region.schedule(expired, left, { arn, notAfter });
}

export const renewalDue = defineEvent<OfCertificate>(
  "certificate-manager.renewal-due",
  (region, { arn }) => considerRenewal(region, arn),
);

/**
 * Begins a renewal that is due. "A certificate is eligible for automatic renewal […] if associated with another AWS
 * service" ("Managed certificate renewal", User Guide).
 */
export function considerRenewal(region: Region, arn: string): void {
  const certificate = region.table(certificates).latest(arn);
  if (certificate?.status !== "ISSUED" || certificate.type !== "AMAZON_ISSUED") return;
  const { issued, renewal } = certificate;
  const isDue = issued !== null && region.now >= issued.notAfter - durations.renewal * 1000;
  if (!isDue || renewal?.status.startsWith("PENDING") || !isInUse(region, certificate)) return;
  certificate.renewal = {
    status: "PENDING_AUTO_RENEWAL",
    validations: newValidations(certificate.names),
    updatedAt: region.now,
  };
  lookAgain(region, certificate);
}

export const expired = defineEvent<OfCertificate & { readonly notAfter: number }>(
  "certificate-manager.expired",
  (region, { arn, notAfter }) => {
    change(region, arn, (certificate) => {
      // A renewed certificate ends later.
      if (certificate.issued?.notAfter !== notAfter) return;
      certificate.status = "EXPIRED";
      if (certificate.renewal?.status.startsWith("PENDING")) {
        setRenewal(region, certificate.renewal, "FAILED");
      }
    });
  },
);

/** Whether ACM knows of something that uses the certificate. */
export function isInUse(region: Region, { users }: CertificateRecord): boolean {
  return Object.values(users).some((until) => until === null || until > region.now);
}

/** ACM has seen nothing yet. */
export function newValidations(names: readonly string[]): Validation[] {
  return names.map((name) => ({ name, status: "PENDING_VALIDATION", isBeingChecked: false }));
}

function setRenewal(region: Region, renewal: Renewal, status: Renewal["status"]): void {
  if (renewal.status !== status) renewal.updatedAt = region.now;
  renewal.status = status;
}

function change(region: Region, arn: string, edit: (certificate: CertificateRecord) => void): void {
  const table = region.table(certificates);
  if (table.latest(arn) !== undefined) table.change(arn, edit, { immediate: true });
}
