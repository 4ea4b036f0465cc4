import type { Region } from "../region.ts";
import { noSuchHostedZone } from "./errors.ts";
import { type HostedZoneRecord, hostedZones, type RecordSet, recordSets } from "./tables.ts";

/** An id without the `/hostedzone/` or `/change/` that answers have before it. */
export function plainId(id = ""): string {
  return id.replace(/^\/?(hostedzone|change)\//, "");
}

/** @throws AwsError NoSuchHostedZone. */
export function requireZone(region: Region, id: string | undefined): HostedZoneRecord {
  const plain = plainId(id);
  const zone = region.table(hostedZones).latest(plain);
  if (zone === undefined) throw noSuchHostedZone(plain);
  return zone;
}

/**
 * The record sets of a zone, in no order. "ListResourceRecordSets […] returns the most current version of the
 * records. This includes records that are PENDING" (API Reference).
 */
export function setsOfZone(region: Region, zone: string): RecordSet[] {
  return region
    .table(recordSets)
    .all()
    .filter((set) => set.zone === zone);
}
