import type { CertificateSummary } from "@aws-sdk/client-acm";
import { addressIn } from "../../aws/tags.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { ResourceContext } from "../shared/context.ts";
import { plainName, withoutWildcard } from "../shared/dns-names.ts";
import { changeRecords, deleteRecords, recordsAt, zoneOf } from "../shared/hosted-zones.ts";
import { describe, everyKeyType, type LiveCertificate, listCertificates, tagsOf } from "./live.ts";
import {
  creationOf,
  isOwnRecord,
  isValidationRecord,
  recordsOf,
  type ValidationRecord,
} from "./records.ts";

/**
 * Makes the validation records that the zone lacks. AWS wants the same record for every certificate of the account that
 * names the domain, so one may be there already. Never changes a record.
 *
 * @throws OutsideError if a record of that name leads elsewhere.
 */
export async function makeValidationRecords(
  context: ResourceContext,
  arn: string,
  zone: string,
): Promise<void> {
  const [zoneId, detail] = await Promise.all([zoneOf(context, zone), describe(context, arn)]);
  for (const record of (detail && recordsOf(detail)) ?? []) {
    if (await hasRecord(context, zoneId, record)) continue;
    const made = await changeRecords(context, zoneId, [creationOf(record)]);
    // Another apply may have made it in the meantime.
    if (made === undefined) await hasRecord(context, zoneId, record);
  }
}

/** @throws OutsideError if a record of that name leads elsewhere. */
async function hasRecord(
  context: ResourceContext,
  zoneId: string,
  record: ValidationRecord,
): Promise<boolean> {
  const found = await recordsAt(context.clients, zoneId, record.name);
  const [other] = found;
  if (other === undefined) return false;
  if (found.some((each) => isValidationRecord(each, record))) return true;
  throw new OutsideError(
    `the hosted zone has another record ${record.name}, of the type ${other.Type}`,
    {
      remedy: `Replace it by this record, then apply again: ${record.name}. CNAME ${record.value}.`,
    },
  );
}

/**
 * Deletes the validation records that the stack made, unless another certificate needs them: AWS renews it only as long
 * as they exist.
 */
export async function removeValidationRecords(
  context: ResourceContext,
  live: LiveCertificate,
): Promise<void> {
  const { zone } = live.fields;
  const detail = await describe(context, live.id);
  const records = (detail && recordsOf(detail)) ?? [];
  if (zone === null || records.length === 0) return;
  const needed = await domainsOfOthers(context, live);
  for (const record of records) {
    // "_x.shop.example.com" is the record of shop.example.com.
    if (needed.has(record.name.slice(record.name.indexOf(".") + 1))) continue;
    await deleteRecords(context, zone, record.name, (each) => isOwnRecord(each, record));
  }
}

/**
 * The domains that other certificates of this region name. Of the stack's own certificates, a newer one takes the
 * records over, and an older one needs them only as long as a listener uses it.
 */
async function domainsOfOthers(
  context: ResourceContext,
  live: LiveCertificate,
): Promise<ReadonlySet<string>> {
  const others = (await listCertificates(context, everyKeyType)).filter(
    ({ CertificateArn, Status }) =>
      CertificateArn !== live.id && (Status === undefined || needing.includes(Status)),
  );
  const named = await Promise.all(others.map((each) => neededBy(context, each, live)));
  return new Set(named.flat().map((name) => withoutWildcard(plainName(name))));
}

/** The names of a certificate, if it needs their records. A list names only the first hundred. */
async function neededBy(
  context: ResourceContext,
  { CertificateArn: arn = "" }: CertificateSummary,
  live: LiveCertificate,
): Promise<readonly string[]> {
  const [tags, detail] = await Promise.all([tagsOf(context, arn), describe(context, arn)]);
  if (detail === undefined || detail.Type === "IMPORTED") return [];
  const names = [detail.DomainName ?? "", ...(detail.SubjectAlternativeNames ?? [])];
  if (addressIn(tags, context.stack, "certificate") !== live.address) return names;
  const isNewer = (detail.CreatedAt?.getTime() ?? 0) > live.createdAt;
  return isNewer || (detail.InUseBy ?? []).length > 0 ? names : [];
}

const needing: readonly string[] = ["ISSUED", "PENDING_VALIDATION"];
