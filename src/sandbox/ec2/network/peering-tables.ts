import { AwsError } from "../../error.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import { durations } from "../durations.ts";
import type { Tags } from "../tags.ts";

/** A peering connection of two VPCs of the account in the region. */
export interface PeeringRecord {
  readonly id: string;
  readonly requesterVpcId: string;
  readonly accepterVpcId: string;
  /** An unaccepted connection expires, see `peeringStatus`. */
  status: "pending-acceptance" | "active" | "failed" | "deleted";
  readonly createdAt: number;
  tags: Tags;
}

export const peeringConnections = defineTable<PeeringRecord>(
  "vpc-peering-connection",
  ({ status, tags }, id) =>
    status === "deleted" || status === "failed" ? undefined : { id, state: status, tags },
);

export function expiresAt({ createdAt }: Readonly<PeeringRecord>): number {
  return createdAt + durations.peeringExpiry * 1000;
}

/** `VpcPeeringConnectionStateReasonCode`. */
export function peeringStatus(
  region: Region,
  connection: Readonly<PeeringRecord>,
): PeeringRecord["status"] | "expired" {
  const isLate = connection.status === "pending-acceptance" && region.now >= expiresAt(connection);
  return isLate ? "expired" : connection.status;
}

/** Those that a VPC takes part in, or is asked to. */
export function peeringsOf(region: Region, vpcId: string): PeeringRecord[] {
  return region
    .table(peeringConnections)
    .all()
    .filter(({ requesterVpcId, accepterVpcId }) => [requesterVpcId, accepterVpcId].includes(vpcId))
    .filter((each) => ["active", "pending-acceptance"].includes(peeringStatus(region, each)));
}

/** @throws AwsError when there is none of that id. */
export function requirePeering(region: Region, id = ""): PeeringRecord {
  const connection = region.table(peeringConnections).use(id);
  if (connection === undefined) throw peeringNotFound(id);
  return connection;
}

export function peeringNotFound(id: string): AwsError {
  return new AwsError(
    "InvalidVpcPeeringConnectionID.NotFound",
    `The vpcPeeringConnection ID '${id}' does not exist`,
  );
}
