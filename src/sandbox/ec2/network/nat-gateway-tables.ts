import { AwsError } from "../../error.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";
import type { RequestMark } from "./client-tokens.ts";

export type NatGatewayState = "pending" | "failed" | "available" | "deleting" | "deleted";

export interface NatGatewayRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly mode: "zonal" | "regional";
  readonly connectivity: "public" | "private";
  /** Only of a zonal one. */
  readonly subnetId?: string;
  state: NatGatewayState;
  failure?: NatGatewayFailure;
  readonly createdAt: number;
  deletedAt?: number;
  addresses: NatGatewayAddressRecord[];
  /** The route table that AWS creates with a regional one. */
  readonly routeTableId?: string;
  readonly request?: RequestMark;
  tags: Tags;
}

/** `FailureCode` and `FailureMessage` ("NatGateway", Amazon EC2 API Reference). */
export interface NatGatewayFailure {
  readonly code: string;
  readonly message: string;
}

export interface NatGatewayAddressRecord {
  /** The zone of an address of a regional gateway. */
  readonly zone?: { readonly name: string; readonly id: string };
  readonly allocationId?: string;
  readonly associationId?: string;
  readonly publicAddress?: string;
  readonly interfaceId?: string;
  readonly privateAddress?: string;
}

export const natGateways = defineTable<NatGatewayRecord>("nat-gateway", ({ state, tags }, id) =>
  state === "deleted" ? undefined : { id, state, tags },
);

/** Whether it serves, or will. */
export function isNatGatewayAlive({ state }: Readonly<NatGatewayRecord>): boolean {
  return state === "pending" || state === "available";
}

/** The gateways of a VPC that still need it. A failed one has given back everything. */
export function natGatewaysIn(region: Region, vpcId: string): NatGatewayRecord[] {
  return region
    .table(natGateways)
    .all()
    .filter((gateway) => gateway.vpcId === vpcId)
    .filter(({ state }) => state !== "failed" && state !== "deleted");
}

/** @throws AwsError when there is none of that id. */
export function requireNatGateway(region: Region, id = ""): NatGatewayRecord {
  const gateway = region.table(natGateways).use(id);
  if (gateway === undefined) throw natGatewayNotFound(id);
  return gateway;
}

export function natGatewayNotFound(id: string): AwsError {
  return new AwsError("NatGatewayNotFound", `NAT gateway ${id} was not found`);
}
