import {
  ListHostedZones$,
  ListHostedZonesByName$,
  type ListHostedZonesByNameRequest,
  type ListHostedZonesRequest,
  ListResourceRecordSets$,
  type ListResourceRecordSetsRequest,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { operation } from "../operation.ts";
import type { Region } from "../region.ts";
import { invalidInput } from "./errors.ts";
import { describeZone } from "./hosted-zones.ts";
import { canonical, compareNames } from "./names.ts";
import { hostedZones, type RecordSet } from "./tables.ts";
import { plainId, requireZone, setsOfZone } from "./zone.ts";

/** "MaxItems […] the default and the maximum": of zones, and of record sets. */
const MOST_ZONES = 100;
const MOST_SETS = 300;

const listHostedZones = operation<ListHostedZonesRequest>(
  ListHostedZones$,
  ["Marker", "MaxItems"],
  (region, { Marker: marker, MaxItems: size }) => {
    const zones = region.table(hostedZones).all();
    const start = marker === undefined ? 0 : zones.findIndex(({ id }) => id === plainId(marker));
    if (start < 0) throw invalidInput(`The marker ${marker} is not valid`);
    const { items, next, most } = pageFrom(region, zones.slice(start), size, MOST_ZONES);
    return {
      HostedZones: items.map((zone) => describeZone(region, zone)),
      ...(marker !== undefined && { Marker: marker }),
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextMarker: next.id }),
      MaxItems: most,
    };
  },
);

const listHostedZonesByName = operation<ListHostedZonesByNameRequest>(
  ListHostedZonesByName$,
  ["DNSName", "HostedZoneId", "MaxItems"],
  (region, { DNSName: name, HostedZoneId: id, MaxItems: size }) => {
    if (id !== undefined && name === undefined) {
      throw invalidInput("The HostedZoneId parameter cannot be used without the DNSName parameter");
    }
    const zones = region
      .table(hostedZones)
      .all()
      .toSorted((one, other) => compareNames(one.name, other.name) || (one.id < other.id ? -1 : 1));
    const start = name === undefined ? "" : canonical(name);
    const rest = zones.filter((zone) => {
      const order = compareNames(zone.name, start);
      return name === undefined || order > 0 || (order === 0 && zone.id >= plainId(id));
    });
    const { items, next, most } = pageFrom(region, rest, size, MOST_ZONES);
    return {
      HostedZones: items.map((zone) => describeZone(region, zone)),
      ...(name !== undefined && { DNSName: canonical(name) }),
      ...(id !== undefined && { HostedZoneId: id }),
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextDNSName: next.name, NextHostedZoneId: next.id }),
      MaxItems: most,
    };
  },
);

const listResourceRecordSets = operation<ListResourceRecordSetsRequest>(
  ListResourceRecordSets$,
  ["HostedZoneId", "StartRecordName", "StartRecordType", "MaxItems"],
  (region, input) => {
    const zone = requireZone(region, input.HostedZoneId);
    const { StartRecordName: name, StartRecordType: type, MaxItems: size } = input;
    if (type !== undefined && name === undefined) {
      throw invalidInput("Type specified without a name: StartRecordName is expected.");
    }
    const start = name === undefined ? undefined : { name: canonical(name), type: type ?? "" };
    const sets = setsOfZone(region, zone.id)
      .toSorted(compareSets)
      .filter((set) => start === undefined || compareSets(set, start) >= 0);
    const { items, next, most } = pageFrom(region, sets, size, MOST_SETS);
    return {
      ResourceRecordSets: items.map(describeSet),
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextRecordName: next.name, NextRecordType: next.type }),
      MaxItems: most,
    };
  },
);

/** One page, and the first item of the next one. */
function pageFrom<T>(
  region: Region,
  items: readonly T[],
  size: number | undefined,
  largest: number,
) {
  if (size !== undefined && !(Number.isInteger(size) && size >= 1)) {
    throw invalidInput(`The MaxItems parameter ${size} is not a positive number`);
  }
  const most = Math.min(size ?? largest, largest);
  const length = Math.min(most, region.world.pageSize);
  return { items: items.slice(0, length), next: items[length], most };
}

function compareSets(
  one: Pick<RecordSet, "name" | "type">,
  other: Pick<RecordSet, "name" | "type">,
): number {
  const byName = compareNames(one.name, other.name);
  if (byName !== 0) return byName;
  return one.type < other.type ? -1 : one.type > other.type ? 1 : 0;
}

function describeSet(set: RecordSet): object {
  const { name, type, timeToLive, values, alias } = set;
  const common = { Name: name, Type: type };
  const described: object =
    alias === undefined
      ? { ...common, TTL: timeToLive, ResourceRecords: values.map((Value) => ({ Value })) }
      : {
          ...common,
          AliasTarget: {
            HostedZoneId: alias.zoneId,
            DNSName: alias.name,
            EvaluateTargetHealth: alias.evaluatesHealth,
          } satisfies ResourceRecordSet["AliasTarget"],
        };
  return described;
}

export const listOperations = [listHostedZones, listHostedZonesByName, listResourceRecordSets];
