import type { Region } from "../region.ts";
import { ANY_LABEL, ancestry, canonical, isWithin, parentOf } from "./names.ts";
import { plainServer } from "./outside.ts";
import {
  delegations,
  type HostedZoneRecord,
  hostedZones,
  outsideRecords,
  publishedSets,
  type RecordSet,
} from "./tables.ts";

/** What public resolvers answer to a question. */
export interface PublicAnswer {
  /** The names to which CNAME records lead, one after the other, with trailing dots. */
  readonly names: readonly string[];
  /** The values of the records of the asked type; for NS, the name servers to which the name is delegated. */
  readonly values: readonly string[];
  /** The AWS name whose addresses an alias answers: a load balancer's, with a trailing dot. */
  readonly alias?: string;
}

/** Resolvers give up on longer chains of CNAME records. */
const LONGEST_CHAIN = 10;

/**
 * Asks the world's DNS: this account's public hosted zones where they are delegated, otherwise what the account
 * knows of other providers (`outside.ts`).
 *
 * @param type `A`, `AAAA`, `CNAME`, `NS`, `CAA`, `TXT` and so on.
 */
export function askPublicDns(region: Region, name: string, type: string): PublicAnswer {
  if (type === "NS") return { names: [], values: nameServersOf(region, name) };
  const names: string[] = [];
  let sets = setsOf(region.global, canonical(name));
  for (let next = nextIn(sets); next !== undefined; next = nextIn(sets)) {
    if (names.includes(next) || names.length >= LONGEST_CHAIN) return { names, values: [] };
    names.push(next);
    sets = setsOf(region.global, next);
  }
  if (type === "CNAME") return { names, values: names.slice(0, 1) };
  const found = sets.find((set) => set.type === type);
  if (found?.alias === undefined) return { names, values: found?.values ?? [] };
  const { zoneId, name: target } = found.alias;
  const isOfAws = region.global.table(hostedZones).latest(zoneId) === undefined;
  if (isOfAws) return { names, values: [], alias: target };
  // Another record set of the same zone.
  return { ...askPublicDns(region, target, type), names };
}

/** The name that a CNAME record names. */
function nextIn(sets: readonly Found[]): string | undefined {
  const value = sets.find((set) => set.type === "CNAME")?.values[0];
  return value === undefined ? undefined : canonical(value);
}

/** The name servers to which a name is delegated. Empty for one that is not delegated. */
function nameServersOf(region: Region, name: string): readonly string[] {
  const asked = canonical(name);
  const authority = authorityOf(region.global, asked);
  if (authority?.name !== asked) return [];
  return authority.nameServers;
}

/** Who answers for a name: one of this account's zones, or somebody else. */
interface Authority {
  readonly name: string;
  readonly nameServers: readonly string[];
  readonly zone: HostedZoneRecord | undefined;
}

/** Goes down from the top-level domain, as resolvers do. Undefined for a name that nobody has delegated. */
function authorityOf(global: Region, asked: string): Authority | undefined {
  const zones = global.table(hostedZones).all();
  let authority: Authority | undefined;
  for (const name of ancestry(asked)) {
    const here = zones.filter((zone) => zone.name === name);
    const own = global.table(delegations).latest(name)?.nameServers;
    const servers = own ?? serversInParent(global, authority?.zone, name);
    if (servers !== undefined) {
      const zone = here.find(({ nameServers }) =>
        nameServers.some((each) => servers.includes(each)),
      );
      authority = { name, nameServers: servers, zone };
    } else if (authority === undefined && here[0] !== undefined) {
      authority = { name, nameServers: here[0].nameServers, zone: here[0] };
    }
  }
  return authority;
}

/** The name servers that a zone's own NS records name for a part of it. */
function serversInParent(
  global: Region,
  parent: HostedZoneRecord | undefined,
  name: string,
): readonly string[] | undefined {
  if (parent === undefined || parent.name === name) return undefined;
  return published(global, parent.id)
    .find((set) => set.name === name && set.type === "NS")
    ?.values.map(plainServer);
}

function published(global: Region, zone: string): RecordSet[] {
  return global
    .table(publishedSets)
    .all()
    .filter((set) => set.zone === zone);
}

type Found = Pick<RecordSet, "type" | "values" | "alias">;

/** The record sets that answer for a name, of all types. */
function setsOf(global: Region, name: string): readonly Found[] {
  const authority = authorityOf(global, name);
  if (authority?.nameServers.length === 0) return [];
  if (authority?.zone === undefined) {
    return global
      .table(outsideRecords)
      .all()
      .filter((record) => record.name === name);
  }
  const { zone } = authority;
  const sets = published(global, zone.id);
  const exact = sets.filter((set) => set.name === name);
  if (exact.length > 0) return exact;
  // RFC 4592: the wildcard below the closest name that exists, if the name itself does not exist.
  if (exists(sets, name)) return [];
  for (let above = parentOf(name); isWithin(above, zone.name); above = parentOf(above)) {
    const wild = sets.filter((set) => set.name === `${ANY_LABEL}.${above}`);
    if (wild.length > 0) return wild;
    if (above === zone.name || exists(sets, above)) break;
  }
  return [];
}

/** Whether a name has records, or names below it have. */
function exists(sets: readonly RecordSet[], name: string): boolean {
  return sets.some((set) => isWithin(set.name, name));
}
