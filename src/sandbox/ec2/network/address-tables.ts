import type { Quota, Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

/** An Elastic IP address. */
export interface AddressRecord {
  /** `eipalloc-…`. */
  readonly id: string;
  readonly publicAddress: string;
  /** What uses it. Undefined: nothing. */
  association?: AddressAssociation;
  /** A regional NAT gateway allocated it and gives it back: nobody else can (`ServiceManaged`, "Address"). */
  readonly serviceManaged?: "rnat";
  tags: Tags;
}

export interface AddressAssociation {
  /** `eipassoc-…`. */
  readonly id: string;
  /** Undefined: a regional NAT gateway has no network interface in the VPC. */
  readonly interfaceId?: string;
  readonly privateAddress?: string;
}

export const addresses = defineTable<AddressRecord>(
  "address",
  ({ publicAddress, association, serviceManaged, tags }, id) =>
    // It goes with its gateway.
    serviceManaged !== undefined
      ? undefined
      : { id, name: publicAddress, state: association === undefined ? "free" : "associated", tags },
);

/** "Elastic IP addresses per Region" ("Amazon VPC quotas", Amazon VPC User Guide). */
export const addressQuota: Quota = { name: "elastic-ip-addresses", usual: 5 };

/** Gives an address back to what can be associated. */
export function disassociate(region: Region, allocationId: string): void {
  const table = region.table(addresses);
  if (table.latest(allocationId) === undefined) return;
  table.change(
    allocationId,
    (address) => {
      delete address.association;
    },
    { immediate: true },
  );
}
