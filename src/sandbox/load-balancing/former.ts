import type { Region } from "../region.ts";
import { defineTable, type TableType } from "../table.ts";
import type { BalancedSubnet, Listener, LoadBalancer } from "./load-balancer.ts";

/**
 * Objects that a load balancer has just lost are no longer described, but still block their replacement for
 * a while. AWS does not document this. The Terraform provider for AWS retries both calls because of it.
 */
interface Former<T> {
  /** Its DNS name, which is unique to this load balancer. */
  readonly balancer: string;
  readonly value: T;
}

export const formerListeners = defineTable<Former<Listener>>("former-listener");
export const formerSubnets = defineTable<Former<BalancedSubnet>>("former-subnet");

type FormerTable<T> = TableType<Former<T>>;

/** Blocks the replacement for as long as readers may lag. */
export function keepFormer<T>(
  region: Region,
  type: FormerTable<T>,
  balancer: LoadBalancer,
  lost: readonly (readonly [key: string | number, value: T])[],
): void {
  const table = region.table(type);
  for (const [key, value] of lost) {
    const id = `${balancer.dnsName} ${key}`;
    table.add(id, { balancer: balancer.dnsName, value }, { immediate: true });
    table.remove(id);
  }
}

/** The objects that still block. */
export function formerOf<T>(region: Region, type: FormerTable<T>, balancer: LoadBalancer): T[] {
  return region
    .table(type)
    .list()
    .filter((former) => former.balancer === balancer.dnsName)
    .map(({ value }) => value);
}
