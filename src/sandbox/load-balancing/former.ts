import { defineTable, type TableType } from "../service.ts";
import type { Region } from "../world.ts";
import type { BalancedSubnet, Listener, LoadBalancer } from "./load-balancer.ts";

/**
 * What a load balancer has just lost is not described any more, and yet a while in the way of what is
 * to take its place. AWS documents no such thing; the Terraform provider for AWS retries both calls for it.
 */
interface Former<T> {
  /** Its DNS name, which no later load balancer has. */
  readonly balancer: string;
  readonly value: T;
}

export const formerListeners = defineTable<Former<Listener>>("former-listener");
export const formerSubnets = defineTable<Former<BalancedSubnet>>("former-subnet");

type FormerTable<T> = TableType<Former<T>>;

/** Stays in the way for as long as readers may lag. */
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

/** What is still in the way. */
export function formerOf<T>(region: Region, type: FormerTable<T>, balancer: LoadBalancer): T[] {
  return region
    .table(type)
    .list()
    .filter((former) => former.balancer === balancer.dnsName)
    .map(({ value }) => value);
}
