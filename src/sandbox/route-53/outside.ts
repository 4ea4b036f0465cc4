import type { Region } from "../region.ts";
import { canonical } from "./names.ts";
import { publicDnsChanged } from "./publication.ts";
import { delegations, outsideRecords } from "./tables.ts";

/**
 * Somebody makes a record at another provider of DNS, or removes it by no values. The world sees it as long as it
 * does not ask this account's zones for the name.
 */
export function setOutsideRecord(
  region: Region,
  name: string,
  type: string,
  values: readonly string[],
): void {
  const table = region.global.table(outsideRecords);
  const id = `${canonical(name)} ${type}`;
  table.remove(id, { immediate: true });
  if (values.length > 0) {
    table.add(id, { name: canonical(name), type, values: [...values] }, { immediate: true });
  }
  region.global.signal(publicDnsChanged, canonical(name));
}

/**
 * The parent of a name delegates it to these name servers; to none, so that nobody finds the name; or, with
 * undefined, by default: to the oldest hosted zone of this account that has the name.
 */
export function setDelegation(
  region: Region,
  name: string,
  nameServers: readonly string[] | undefined,
): void {
  const table = region.global.table(delegations);
  const id = canonical(name);
  table.remove(id, { immediate: true });
  if (nameServers !== undefined) {
    table.add(id, { name: id, nameServers: nameServers.map(plainServer) }, { immediate: true });
  }
  region.global.signal(publicDnsChanged, id);
}

/** A name server's name without its trailing dot. */
export function plainServer(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
