import { defineTable } from "../table.ts";

/** A public hosted zone. Ids here are without `/hostedzone/`, names are canonical (`names.ts`). */
export interface HostedZoneRecord {
  readonly id: string;
  readonly name: string;
  readonly callerReference: string;
  readonly comment: string | null;
  /** Without trailing dots. */
  readonly nameServers: readonly string[];
  /** When its last change is or was in sync. Changes of a zone arrive in their order. Sandbox milliseconds. */
  inSyncAt: number;
  tags: Record<string, string>;
}

/** By id. */
export const hostedZones = defineTable<HostedZoneRecord>("hosted-zone", ({ id, name, tags }) => ({
  id,
  name,
  tags,
}));

/** What a record set stands for instead of values. */
export interface Alias {
  readonly zoneId: string;
  /** Lower case, with a trailing dot. */
  readonly name: string;
  readonly evaluatesHealth: boolean;
}

export interface RecordSet {
  /** The hosted zone's id. */
  readonly zone: string;
  readonly name: string;
  readonly type: string;
  /** Undefined for an alias. */
  readonly timeToLive?: number;
  readonly values: readonly string[];
  readonly alias?: Alias;
  /** Route 53 made it with the zone: the zone's own NS and SOA records. */
  readonly isBuiltIn: boolean;
}

/** By `keyOf`: what requests see, which may not be in sync. */
export const recordSets = defineTable<RecordSet>("record-set", (set) =>
  // Every zone has these, so none of them is left over.
  set.isBuiltIn ? undefined : { id: keyOf(set), name: `${set.type} ${set.name}`, tags: {} },
);

/** By `keyOf`: what the name servers answer. */
export const publishedSets = defineTable<RecordSet>("published-record-set");

/** The id of a record set in these tables. */
export function keyOf({ zone, name, type }: Pick<RecordSet, "zone" | "name" | "type">): string {
  return `${zone} ${name} ${type}`;
}

export interface ChangeRecord {
  /** Without `/change/`. */
  readonly id: string;
  readonly submittedAt: number;
  readonly inSyncAt: number;
  readonly comment: string | null;
}

/** By id. */
export const changes = defineTable<ChangeRecord>("record-change");

/** Records that somebody made at another provider of DNS, where the world asks for them. */
export interface OutsideRecord {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}

/** By name and type. */
export const outsideRecords = defineTable<OutsideRecord>("outside-record");

/** To which name servers the parent of a name delegates it, against the default. */
export interface Delegation {
  readonly name: string;
  readonly nameServers: readonly string[];
}

/** By name. */
export const delegations = defineTable<Delegation>("delegation");
