import { AwsError } from "../../error.ts";
import type { Region } from "../../region.ts";
import { addresses } from "./address-tables.ts";
import { allocateFor, zonesWithSubnets } from "./nat-gateway-life.ts";
import {
  type NatGatewayAddressRecord,
  type NatGatewayFailure,
  type NatGatewayRecord,
  natGateways,
} from "./nat-gateway-tables.ts";
import { createInternetRoutes, gatewayOf } from "./route-table-tables.ts";
import {
  createNetworkInterface,
  freeAddresses,
  requireSubnet,
  requireVpc,
  type SubnetRecord,
  subnets,
} from "./tables.ts";

/** The part of a gateway that depends on where it is. */
type Placed = Omit<NatGatewayRecord, "id" | "state" | "createdAt" | "tags" | "request">;

/**
 * "NAT gateways per Availability Zone … in the pending, active, and deleting states" ("Amazon VPC quotas").
 * AWS does not document whether a regional one counts: here it does not.
 */
const MAX_GATEWAYS = 5;

/** The account of AWS that people's network interfaces of NAT gateways show. */
const REQUESTER = "036872051663";

/** @throws AwsError NatGatewayLimitExceeded */
export function zonalGateway(
  region: Region,
  id: string,
  place: { readonly subnetId: string; readonly allocationId: string | undefined },
): Placed {
  const subnet = requireSubnet(region, place.subnetId);
  requireRoom(region, subnet);
  const failure = problemOf(region, subnet, place.allocationId);
  return {
    vpcId: subnet.vpcId,
    mode: "zonal",
    connectivity: place.allocationId === undefined ? "private" : "public",
    subnetId: subnet.id,
    addresses:
      failure === undefined
        ? [createZonalAddress(region, id, place)]
        : // AWS shows the address that it was to have.
          [place.allocationId === undefined ? {} : { allocationId: place.allocationId }],
    ...(failure === undefined ? {} : { failure }),
  };
}

function requireRoom(region: Region, { zone }: Readonly<SubnetRecord>): void {
  const inZone = region
    .table(natGateways)
    .all()
    .filter(({ state }) => state !== "failed" && state !== "deleted")
    .filter(({ subnetId = "" }) => region.table(subnets).latest(subnetId)?.zone === zone);
  if (inZone.length < MAX_GATEWAYS) return;
  throw new AwsError(
    "NatGatewayLimitExceeded",
    `Performing this operation would exceed the limit of ${MAX_GATEWAYS} NAT gateways.`,
  );
}

/** Why a gateway will fail. The create call succeeds nevertheless ("FailureMessage", Amazon EC2 API Reference). */
function problemOf(
  region: Region,
  subnet: Readonly<SubnetRecord>,
  allocationId: string | undefined,
): NatGatewayFailure | undefined {
  if (freeAddresses(region, subnet) === 0) {
    return {
      code: "InsufficientFreeAddressesInSubnet",
      message: "Subnet has insufficient free addresses to create this NAT gateway",
    };
  }
  if (allocationId === undefined) return undefined;
  if (gatewayOf(region, subnet.vpcId) === undefined) return notAttached(subnet.vpcId);
  const address = region.table(addresses).use(allocationId);
  if (address === undefined) {
    return {
      code: "InvalidAllocationID.NotFound",
      message: `Elastic IP address ${allocationId} could not be associated with this NAT gateway`,
    };
  }
  if (address.association === undefined) return undefined;
  return {
    code: "Resource.AlreadyAssociated",
    message: `Elastic IP address ${allocationId} is already associated`,
  };
}

function notAttached(vpcId: string): NatGatewayFailure {
  return {
    code: "Gateway.NotAttached",
    message: `Network ${vpcId} has no Internet gateway attached`,
  };
}

function createZonalAddress(
  region: Region,
  id: string,
  {
    subnetId,
    allocationId,
  }: { readonly subnetId: string; readonly allocationId: string | undefined },
): NatGatewayAddressRecord {
  const publicAddress = region.table(addresses).latest(allocationId ?? "")?.publicAddress;
  const elastic =
    allocationId === undefined || publicAddress === undefined
      ? undefined
      : { allocationId, associationId: region.id("eipassoc"), publicAddress };
  const made = createNetworkInterface(region, {
    subnetId,
    // Security groups cannot be associated with a NAT gateway ("NAT gateway basics").
    groupIds: [],
    description: `Interface for NAT Gateway ${id}`,
    publicAddress: false,
    requesterId: REQUESTER,
    kind: "nat_gateway",
    ...(elastic === undefined ? {} : { elastic }),
  });
  const inVpc = { interfaceId: made.id, privateAddress: made.privateAddress };
  if (elastic === undefined) return inVpc;
  region.table(addresses).change(elastic.allocationId, (address) => {
    address.association = { id: elastic.associationId, ...inVpc };
  });
  return { ...inVpc, ...elastic };
}

/**
 * A gateway in automatic mode: it has addresses of its own in every zone with subnets, no network interface in
 * them, and a route table of its own with a route to the internet gateway ("Regional NAT gateways", Amazon VPC
 * User Guide).
 */
export function regionalGateway(region: Region, vpcId: string): Placed {
  requireVpc(region, vpcId);
  const internetGateway = gatewayOf(region, vpcId);
  const kind = { vpcId, mode: "regional", connectivity: "public" } as const;
  if (internetGateway === undefined) {
    return { ...kind, addresses: [], failure: notAttached(vpcId) };
  }
  return {
    ...kind,
    addresses: zonesWithSubnets(region, vpcId).map((zone) => allocateFor(region, zone)),
    routeTableId: createInternetRoutes(region, vpcId, internetGateway.id),
  };
}
