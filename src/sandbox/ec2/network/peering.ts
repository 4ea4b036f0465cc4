import type {
  AcceptVpcPeeringConnectionRequest,
  CreateVpcPeeringConnectionRequest,
  DeleteVpcPeeringConnectionRequest,
  DescribeVpcPeeringConnectionsRequest,
} from "@aws-sdk/client-ec2";
import {
  AcceptVpcPeeringConnection$,
  CreateVpcPeeringConnection$,
  DeleteVpcPeeringConnection$,
  DescribeVpcPeeringConnections$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import { defineEvent, type Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { durations } from "../durations.ts";
import { tagsFor } from "../tags.ts";
import { blocksOverlap } from "./cidr.ts";
import {
  expiresAt,
  type PeeringRecord,
  peeringConnections,
  peeringNotFound,
  peeringStatus,
  requirePeering,
} from "./peering-tables.ts";
import { requireVpc, vpcs } from "./tables.ts";

const createVpcPeeringConnection = operation<CreateVpcPeeringConnectionRequest>(
  CreateVpcPeeringConnection$,
  ["VpcId", "PeerVpcId", "PeerOwnerId", "PeerRegion", "TagSpecifications"],
  (region, input) => {
    const { PeerOwnerId: owner = region.account, PeerRegion: peerRegion = region.name } = input;
    if (owner !== region.account) throw notModelled("A peering connection with another account");
    if (peerRegion !== region.name) throw notModelled("A peering connection with another region");
    if (input.PeerVpcId === undefined) throw missingParameter("peerVpcId");
    const requester = requireVpc(region, input.VpcId);
    const accepter = requireVpc(region, input.PeerVpcId);
    if (requester.id === accepter.id) {
      throw invalidValue("A VPC cannot be peered with itself.");
    }
    // "A CreateVpcPeeringConnection request between VPCs with overlapping CIDR blocks results in the
    // VPC peering connection having a status of failed" ("CreateVpcPeeringConnection").
    const fails = blocksOverlap(requester.cidrBlock, accepter.cidrBlock);
    const id = region.id("pcx");
    const made = region.table(peeringConnections).add(id, {
      id,
      requesterVpcId: requester.id,
      accepterVpcId: accepter.id,
      status: fails ? "failed" : "pending-acceptance",
      createdAt: region.now,
      tags: tagsFor(input.TagSpecifications, "vpc-peering-connection"),
    });
    if (fails) forgetLater(region, id);
    return { VpcPeeringConnection: answer(region, made) };
  },
);

const acceptVpcPeeringConnection = operation<AcceptVpcPeeringConnectionRequest>(
  AcceptVpcPeeringConnection$,
  ["VpcPeeringConnectionId"],
  (region, { VpcPeeringConnectionId: id }) => {
    const connection = requirePeering(region, id);
    if (peeringStatus(region, connection) !== "pending-acceptance")
      throw wrongState(region, connection);
    const accepted = region.table(peeringConnections).change(connection.id, (changed) => {
      changed.status = "active";
    });
    return { VpcPeeringConnection: answer(region, accepted) };
  },
);

const deleteVpcPeeringConnection = operation<DeleteVpcPeeringConnectionRequest>(
  DeleteVpcPeeringConnection$,
  ["VpcPeeringConnectionId"],
  (region, { VpcPeeringConnectionId: id }) => {
    const connection = requirePeering(region, id);
    if (!["active", "pending-acceptance"].includes(peeringStatus(region, connection))) {
      throw wrongState(region, connection);
    }
    region.table(peeringConnections).change(connection.id, (changed) => {
      changed.status = "deleted";
    });
    forgetLater(region, connection.id);
    return { Return: true };
  },
);

const describeVpcPeeringConnections = operation<DescribeVpcPeeringConnectionsRequest>(
  DescribeVpcPeeringConnections$,
  ["VpcPeeringConnectionIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const table = region.table(peeringConnections);
    const { items, nextToken } = described(region, table, input, {
      ids: input.VpcPeeringConnectionIds,
      notFound: peeringNotFound,
      minimum: 5,
      filters: {
        "vpc-peering-connection-id": ({ id }) => id,
        "requester-vpc-info.vpc-id": ({ requesterVpcId }) => requesterVpcId,
        "requester-vpc-info.owner-id": () => region.account,
        "requester-vpc-info.cidr-block": ({ requesterVpcId }) => blockOf(region, requesterVpcId),
        "accepter-vpc-info.vpc-id": ({ accepterVpcId }) => accepterVpcId,
        "accepter-vpc-info.owner-id": () => region.account,
        "accepter-vpc-info.cidr-block": ({ accepterVpcId }) => blockOf(region, accepterVpcId),
        "status-code": (connection) => peeringStatus(region, connection),
      },
    });
    return {
      VpcPeeringConnections: items.map((connection) => answer(region, connection)),
      NextToken: nextToken,
    };
  },
);

const MESSAGES: Readonly<Record<ReturnType<typeof peeringStatus>, string>> = {
  "pending-acceptance": "Pending Acceptance",
  active: "Active",
  failed: "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range",
  expired: "Expired",
  deleted: "Deleted",
};

function answer(region: Region, connection: Readonly<PeeringRecord>) {
  const code = peeringStatus(region, connection);
  // "CIDR block information is only returned when describing an active VPC peering connection."
  const side = (vpcId: string, always: boolean) => {
    const block = code === "active" || always ? blockOf(region, vpcId) : undefined;
    return {
      VpcId: vpcId,
      OwnerId: region.account,
      Region: region.name,
      ...(block !== undefined && { CidrBlock: block, CidrBlockSet: [{ CidrBlock: block }] }),
    };
  };
  return {
    VpcPeeringConnectionId: connection.id,
    RequesterVpcInfo: side(connection.requesterVpcId, code === "pending-acceptance"),
    AccepterVpcInfo: side(connection.accepterVpcId, false),
    Status: { Code: code, Message: MESSAGES[code] },
    ...(code === "pending-acceptance" && { ExpirationTime: new Date(expiresAt(connection)) }),
    Tags: tagList(connection.tags),
  };
}

function blockOf(region: Region, vpcId: string): string | undefined {
  return region.table(vpcs).latest(vpcId)?.cidrBlock;
}

function wrongState(region: Region, connection: PeeringRecord): AwsError {
  return new AwsError(
    "InvalidStateTransition",
    `Invalid state transition for ${connection.id}, which is ${peeringStatus(region, connection)}.`,
  );
}

function forgetLater(region: Region, id: string): void {
  region.schedule(peeringForgotten, durations.peeringForgotten * 1000, { id });
}

const peeringForgotten = defineEvent<{ id: string }>("ec2.peering-forgotten", (region, { id }) => {
  region.table(peeringConnections).remove(id, { immediate: true });
});

export const peeringOperations = [
  createVpcPeeringConnection,
  acceptVpcPeeringConnection,
  deleteVpcPeeringConnection,
  describeVpcPeeringConnections,
];

export const peeringEvents = [peeringForgotten];
