import type { Change } from "@aws-sdk/client-route-53";
import type { Region } from "../region.ts";
import { problemsOfAlias, readAlias } from "./alias.ts";
import { invalidChangeBatch, invalidInput } from "./errors.ts";
import { canonical, isWithin, problemOf } from "./names.ts";
import type { Step } from "./publication.ts";
import { type HostedZoneRecord, keyOf, type RecordSet } from "./tables.ts";
import { problemOfValue } from "./values.ts";
import { setsOfZone } from "./zone.ts";

/** "ChangeResourceRecordSets": a batch has at most 1000 resource records; UPSERT counts them twice. */
const MOST_RECORDS = 1000;

/**
 * What a batch does, in order. It is applied completely or not at all.
 *
 * @throws AwsError InvalidChangeBatch with every reason, InvalidInput.
 */
export function readBatch(
  region: Region,
  zone: HostedZoneRecord,
  batch: readonly Change[],
): readonly Step[] {
  const reasons: string[] = [];
  const after = new Map(setsOfZone(region, zone.id).map((set) => [keyOf(set), set]));
  const created = new Set<string>();
  const steps: Step[] = [];
  let records = 0;
  for (const change of batch) {
    const set = readSet(zone, change);
    const key = keyOf(set);
    const text = `[name='${set.name}', type='${set.type}']`;
    const present = after.get(key);
    records += Math.max(1, set.values.length) * (change.Action === "UPSERT" ? 2 : 1);
    if (created.has(key)) {
      reasons.push(
        `The request contains an invalid set of changes for a resource record set '${set.type} ${set.name}'`,
      );
      continue;
    }
    if (change.Action === "DELETE") {
      if (present === undefined) {
        reasons.push(`Tried to delete resource record set ${text} but it was not found`);
      } else if (!isSame(present, set)) {
        reasons.push(
          `Tried to delete resource record set ${text} but the values provided do not match the current values`,
        );
      } else {
        after.delete(key);
        steps.push({ removes: true, set: present });
      }
      continue;
    }
    if (change.Action === "CREATE" && present !== undefined) {
      reasons.push(`Tried to create resource record set ${text} but it already exists`);
      continue;
    }
    created.add(key);
    after.set(key, set);
    steps.push({ removes: false, set });
  }
  if (records > MOST_RECORDS) reasons.push(`Number of records limit of ${MOST_RECORDS} exceeded.`);
  reasons.push(...problemsAfter(region, zone, [...after.values()], created));
  if (reasons.length > 0) throw invalidChangeBatch(reasons);
  return steps;
}

/** What is wrong with the zone after the batch. */
function problemsAfter(
  region: Region,
  zone: HostedZoneRecord,
  sets: readonly RecordSet[],
  created: ReadonlySet<string>,
): string[] {
  const reasons: string[] = [];
  const ofApex = (type: string) => sets.some((set) => set.name === zone.name && set.type === type);
  if (!ofApex("SOA")) reasons.push("A HostedZone must contain exactly one SOA record.");
  if (!ofApex("NS")) {
    reasons.push("A HostedZone must contain at least one NS record for the zone itself.");
  }
  for (const set of sets.filter((each) => created.has(keyOf(each)))) {
    reasons.push(...problemsOfSet(region, zone, set, sets));
  }
  return reasons;
}

function problemsOfSet(
  region: Region,
  zone: HostedZoneRecord,
  set: RecordSet,
  sets: readonly RecordSet[],
): readonly string[] {
  const { name, type, values } = set;
  const problem = problemOf(name);
  if (problem !== undefined) return [problem];
  if (!isWithin(name, zone.name)) {
    return [`RRSet with DNS name ${name} is not permitted in zone ${zone.name}`];
  }
  const refused = `RRSet of type ${type} with DNS name ${name} is not permitted`;
  if (type === "CNAME" && name === zone.name) return [`${refused} at apex in zone ${zone.name}`];
  const beside = sets.filter((other) => other.name === name && other !== set);
  if (type === "CNAME" && beside.length > 0) {
    return [
      `${refused} as it conflicts with other records with the same DNS name in zone ${zone.name}`,
    ];
  }
  if (beside.some((other) => other.type === "CNAME")) {
    return [
      `${refused} because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zone.name}`,
    ];
  }
  if (type === "CNAME" && values.length > 1) {
    return [`Multiple records are not permitted in a CNAME resource record set '${name}'`];
  }
  return [
    ...values.flatMap((value) => problemOfValue(type, value) ?? []),
    ...problemsOfAlias(region.name, set, zone.name, sets),
  ];
}

/** @throws AwsError InvalidInput for a record set that is neither values nor an alias. */
function readSet(zone: HostedZoneRecord, { Action, ResourceRecordSet: given }: Change): RecordSet {
  const { Name = "", Type = "", TTL, ResourceRecords, AliasTarget } = given ?? {};
  if (Action !== "CREATE" && Action !== "DELETE" && Action !== "UPSERT") {
    throw invalidInput(`Invalid XML ; Value '${Action}' is not facet-valid for 'ChangeAction'`);
  }
  const hasValues = TTL !== undefined && (ResourceRecords ?? []).length > 0;
  const hasAlias = AliasTarget !== undefined;
  const isMixed = hasAlias && (TTL !== undefined || ResourceRecords !== undefined);
  if (hasValues === hasAlias || isMixed) {
    const found = hasAlias ? "more than one" : "none";
    throw invalidInput(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${found} in Change with [Action=${Action}, Name=${Name}, Type=${Type}, SetIdentifier=null]`,
    );
  }
  const name = canonical(Name);
  const common = {
    zone: zone.id,
    name,
    type: Type,
    isBuiltIn: name === zone.name && (Type === "NS" || Type === "SOA"),
  };
  return hasAlias
    ? { ...common, values: [], alias: readAlias(AliasTarget) }
    : {
        ...common,
        timeToLive: TTL ?? 0,
        values: (ResourceRecords ?? []).map(({ Value = "" }) => Value),
      };
}

/** "To delete a resource record set, you must specify all the same values that you specified when you created it." */
function isSame(one: RecordSet, other: RecordSet): boolean {
  const text = ({ timeToLive, values, alias }: RecordSet) =>
    JSON.stringify([
      timeToLive,
      values.toSorted(),
      alias?.zoneId,
      alias?.name,
      alias?.evaluatesHealth,
    ]);
  return text(one) === text(other);
}
