import { createHash } from "node:crypto";
import type { Region } from "../region.ts";
import { askPublicDns } from "../route-53/public-dns.ts";

/** A CNAME record that proves whose a name is. With trailing dots. */
export interface ValidationRecord {
  readonly name: string;
  readonly value: string;
}

/** The name without the asterisk: `*.example.com` and `example.com` have the same validation record. */
export function baseOf(name: string): string {
  return name.replace(/^\*\./, "");
}

/**
 * The validation record of a name. It is the same in all regions and for all certificates of an account, so it can
 * stay for later certificates ("DNS validation", User Guide).
 */
export function validationRecord(account: string, name: string): ValidationRecord {
  const base = baseOf(name);
  const digest = (what: string) =>
    createHash("sha256").update(`${account} ${base} ${what}`).digest("hex");
  const letters = [...digest("zone")]
    .slice(0, 10)
    .map((digit) => String.fromCharCode("a".charCodeAt(0) + Number.parseInt(digit, 16)))
    .join("");
  return {
    name: `_${digest("name").slice(0, 32)}.${base}.`,
    value: `_${digest("value").slice(0, 32)}.${letters}.acm-validations.aws.`,
  };
}

/** "If the number of CNAME records in a chain exceeds five, validation fails" ("DNS validation", User Guide). */
const LONGEST_CHAIN = 5;

/** Whether the world's DNS has the validation record of a name. */
export function isAnswered(region: Region, name: string): boolean {
  const record = validationRecord(region.account, name);
  const { names } = askPublicDns(region, record.name, "CNAME");
  return names.slice(0, LONGEST_CHAIN).includes(record.value);
}

/** "(Optional) Configure a CAA record", User Guide: the values that allow Amazon's authority. */
const OWN_AUTHORITIES = ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"];

/** Whether a CAA record keeps Amazon from issuing a certificate for a name. */
export function isForbidden(region: Region, name: string): boolean {
  const labels = baseOf(name).split(".");
  for (let index = 0; index < labels.length; index += 1) {
    const { values } = askPublicDns(region, labels.slice(index).join("."), "CAA");
    if (values.length === 0) continue;
    // RFC 8659: the records of the closest name decide, and `issuewild` decides for wildcards where it exists.
    const parsed = values.map((value) => /^\d+ (\w+) "([^";]*)/.exec(value)?.slice(1) ?? []);
    const wild = parsed.filter(([tag]) => tag === "issuewild");
    const deciding =
      name.startsWith("*.") && wild.length > 0 ? wild : parsed.filter(([tag]) => tag === "issue");
    return (
      deciding.length > 0 &&
      !deciding.some(([, authority = ""]) => OWN_AUTHORITIES.includes(authority.trim()))
    );
  }
  return false;
}
