import { defineEvent, type Region } from "../../region.ts";
import { durations } from "../durations.ts";
import { addresses, disassociate } from "./address-tables.ts";
import {
  isNatGatewayAlive,
  type NatGatewayAddressRecord,
  type NatGatewayRecord,
  natGateways,
} from "./nat-gateway-tables.ts";
import { routeTables } from "./route-table-tables.ts";
import { networkInterfaces, publicAddress, subnets, type Zone, zonesOf } from "./tables.ts";

/** AWS's own changes are visible at once. */
const now = { immediate: true };

/** A new gateway becomes available, or fails for the reason that it was created with. */
export function beginNatGateway(region: Region, { id, failure }: NatGatewayRecord): void {
  const seconds = failure === undefined ? durations.natGatewayPending : durations.natGatewayFailing;
  region.schedule(natGatewaySettled, seconds * 1000, { id });
}

const natGatewaySettled = defineEvent<{ id: string }>(
  "ec2.nat-gateway-settled",
  (region, { id }) => {
    const gateway = region.table(natGateways).latest(id);
    if (gateway?.state !== "pending") return;
    if (gateway.failure === undefined && isStruck(region, id)) {
      const interfaceId = gateway.addresses[0]?.interfaceId ?? "eni-00000000000000000";
      gateway.failure = {
        code: "InternalError",
        message: `Network interface ${interfaceId}, created and used internally by this NAT gateway is in an invalid state. Please try again.`,
      };
    }
    region.table(natGateways).change(
      id,
      (changed) => {
        changed.state = changed.failure === undefined ? "available" : "failed";
      },
      now,
    );
    if (gateway.failure !== undefined) {
      releaseAll(region, gateway);
      region.schedule(natGatewayForgotten, durations.natGatewayForgotten * 1000, { id });
    }
  },
);

function isStruck(region: Region, subject: string): boolean {
  const { name, now: at } = region;
  return region.world.happens({ kind: "nat-gateway-fails", region: name, subject, at });
}

/** Deletes a gateway in any state. One that is being deleted does not change. */
export function beginDeletion(region: Region, { id, state }: NatGatewayRecord): void {
  if (state === "deleting" || state === "deleted") return;
  region.table(natGateways).change(id, (changed) => {
    changed.state = "deleting";
    changed.deletedAt = region.now;
  });
  region.schedule(natGatewayDeleted, durations.natGatewayDeleting * 1000, { id });
}

const natGatewayDeleted = defineEvent<{ id: string }>(
  "ec2.nat-gateway-deleted",
  (region, { id }) => {
    const gateway = region.table(natGateways).latest(id);
    if (gateway?.state !== "deleting") return;
    releaseAll(region, gateway);
    region.table(natGateways).change(
      id,
      (changed) => {
        changed.state = "deleted";
      },
      now,
    );
    region.schedule(natGatewayForgotten, durations.natGatewayForgotten * 1000, { id });
  },
);

const natGatewayForgotten = defineEvent<{ id: string }>(
  "ec2.nat-gateway-forgotten",
  (region, { id }) => {
    const state = region.table(natGateways).latest(id)?.state;
    if (state === "failed" || state === "deleted") region.table(natGateways).remove(id, now);
  },
);

function releaseAll(region: Region, gateway: NatGatewayRecord): void {
  for (const address of gateway.addresses) release(region, address);
  if (gateway.routeTableId !== undefined)
    region.table(routeTables).remove(gateway.routeTableId, now);
}

function release(
  region: Region,
  { interfaceId, allocationId, associationId }: NatGatewayAddressRecord,
): void {
  if (interfaceId !== undefined) region.table(networkInterfaces).remove(interfaceId, now);
  if (allocationId === undefined) return;
  const address = region.table(addresses).latest(allocationId);
  // A failed gateway may name an address that another one has.
  if (address?.association?.id !== associationId) return;
  if (address?.serviceManaged === undefined) disassociate(region, allocationId);
  else region.table(addresses).remove(allocationId, now);
}

/** An address of a regional gateway, which AWS allocates itself. */
export function allocateFor(region: Region, zone: Zone): NatGatewayAddressRecord {
  const allocationId = region.id("eipalloc");
  const associationId = region.id("eipassoc");
  const address = region.table(addresses).add(
    allocationId,
    {
      id: allocationId,
      publicAddress: publicAddress(region),
      association: { id: associationId },
      serviceManaged: "rnat",
      tags: {},
    },
    now,
  );
  return { zone, allocationId, associationId, publicAddress: address.publicAddress };
}

/** The zones in which a VPC has subnets. */
export function zonesWithSubnets(region: Region, vpcId: string): Zone[] {
  const used = region
    .table(subnets)
    .all()
    .filter((subnet) => subnet.vpcId === vpcId)
    .map(({ zone }) => zone);
  return zonesOf(region.name).filter(({ name }) => used.includes(name));
}

/**
 * A regional gateway follows the subnets of its VPC: it "expands to new AZs when you create subnets there,
 * and retracts from AZs where you've removed all subnets" ("AutoProvisionZones", Amazon EC2 API Reference).
 */
export function subnetsChanged(region: Region, vpcId: string): void {
  for (const { id, mode, vpcId: own } of region.table(natGateways).all()) {
    if (mode !== "regional" || own !== vpcId) continue;
    region.schedule(natGatewayExpanded, durations.natGatewayExpansion * 1000, { id });
  }
}

const natGatewayExpanded = defineEvent<{ id: string }>(
  "ec2.nat-gateway-expanded",
  (region, { id }) => {
    const gateway = region.table(natGateways).latest(id);
    if (gateway === undefined || !isNatGatewayAlive(gateway)) return;
    const zones = zonesWithSubnets(region, gateway.vpcId);
    const isIn = ({ zone }: NatGatewayAddressRecord) =>
      zones.some(({ name }) => name === zone?.name);
    const kept = gateway.addresses.filter(isIn);
    for (const left of gateway.addresses.filter((each) => !isIn(each))) release(region, left);
    const entered = zones
      .filter(({ name }) => !kept.some(({ zone }) => zone?.name === name))
      .map((zone) => allocateFor(region, zone));
    region.table(natGateways).change(
      id,
      (changed) => {
        changed.addresses = [...kept, ...entered];
      },
      now,
    );
  },
);

export const natGatewayEvents = [
  natGatewaySettled,
  natGatewayDeleted,
  natGatewayForgotten,
  natGatewayExpanded,
];
