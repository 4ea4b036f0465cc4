import type {
  CreateNatGatewayRequest,
  DeleteNatGatewayRequest,
  DescribeNatGatewaysRequest,
} from "@aws-sdk/client-ec2";
import { CreateNatGateway$, DeleteNatGateway$, DescribeNatGateways$ } from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { tagsFor } from "../tags.ts";
import { madeBefore, markOf } from "./client-tokens.ts";
import { beginDeletion, beginNatGateway } from "./nat-gateway-life.ts";
import { regionalGateway, zonalGateway } from "./nat-gateway-places.ts";
import {
  type NatGatewayAddressRecord,
  type NatGatewayRecord,
  type NatGatewayState,
  natGatewayNotFound,
  natGateways,
  requireNatGateway,
} from "./nat-gateway-tables.ts";

const createNatGateway = operation<CreateNatGatewayRequest>(
  CreateNatGateway$,
  [
    "AvailabilityMode",
    "SubnetId",
    "VpcId",
    "AllocationId",
    "ConnectivityType",
    "ClientToken",
    "TagSpecifications",
  ],
  (region, input) => {
    const mark = markOf(input);
    const known = madeBefore(region.table(natGateways).all(), mark);
    if (known !== undefined) {
      return { NatGateway: answer(known), ClientToken: mark?.token };
    }
    const tags = tagsFor(input.TagSpecifications, "natgateway");
    const id = region.id("nat");
    const made = region.table(natGateways).add(id, {
      id,
      ...placed(region, id, input),
      state: "pending",
      createdAt: region.now,
      ...(mark === undefined ? {} : { request: mark }),
      tags,
    });
    beginNatGateway(region, made);
    return { NatGateway: answer(made), ClientToken: mark?.token };
  },
);

/** @throws AwsError for parameters that do not belong together. */
function placed(region: Region, id: string, input: CreateNatGatewayRequest) {
  const mode: string = input.AvailabilityMode ?? "zonal";
  const connectivity: string = input.ConnectivityType ?? "public";
  if (connectivity !== "public" && connectivity !== "private") {
    throw invalidValue(`Value (${connectivity}) for parameter connectivityType is invalid.`);
  }
  if (mode === "regional") {
    if ((input.SubnetId ?? input.AllocationId) !== undefined || connectivity === "private") {
      throw new AwsError(
        "InvalidParameterCombination",
        "A regional NAT gateway is public, and has no subnet and no allocation ID.",
      );
    }
    if (input.VpcId === undefined) throw missingParameter("vpcId");
    return regionalGateway(region, input.VpcId);
  }
  if (mode !== "zonal") {
    throw invalidValue(`Value (${mode}) for parameter availabilityMode is invalid.`);
  }
  if (input.VpcId !== undefined) {
    throw new AwsError("InvalidParameterCombination", "A zonal NAT gateway takes no VPC ID.");
  }
  if (input.SubnetId === undefined) throw missingParameter("subnetId");
  if (connectivity === "public" && input.AllocationId === undefined) {
    throw missingParameter("allocationId");
  }
  if (connectivity === "private" && input.AllocationId !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "A private NAT gateway has no Elastic IP address.",
    );
  }
  return zonalGateway(region, id, { subnetId: input.SubnetId, allocationId: input.AllocationId });
}

const describeNatGateways = operation<DescribeNatGatewaysRequest>(
  DescribeNatGateways$,
  ["NatGatewayIds", "Filter", "MaxResults", "NextToken"],
  (region, input) => {
    const request = { ...input, Filters: input.Filter };
    const { items, nextToken } = described(region, region.table(natGateways), request, {
      ids: input.NatGatewayIds,
      notFound: natGatewayNotFound,
      minimum: 5,
      filters: {
        "nat-gateway-id": (gateway) => gateway.id,
        state: (gateway) => gateway.state,
        "subnet-id": (gateway) => gateway.subnetId,
        "vpc-id": (gateway) => gateway.vpcId,
      },
    });
    return { NatGateways: items.map((gateway) => answer(gateway)), NextToken: nextToken };
  },
);

function answer(gateway: Readonly<NatGatewayRecord>) {
  const { state, failure, mode, deletedAt } = gateway;
  return {
    NatGatewayId: gateway.id,
    VpcId: gateway.vpcId,
    SubnetId: gateway.subnetId,
    State: state,
    ConnectivityType: gateway.connectivity,
    AvailabilityMode: mode,
    ...(mode === "regional" && {
      AutoScalingIps: "enabled",
      AutoProvisionZones: "enabled",
      RouteTableId: gateway.routeTableId,
    }),
    // A gateway keeps the reason of its failure until it is forgotten.
    ...(failure !== undefined &&
      state !== "pending" && { FailureCode: failure.code, FailureMessage: failure.message }),
    CreateTime: new Date(gateway.createdAt),
    ...(deletedAt !== undefined && { DeleteTime: new Date(deletedAt) }),
    NatGatewayAddresses: gateway.addresses.map((address, index) =>
      addressAnswer(address, index === 0 && mode === "zonal", state),
    ),
    Tags: tagList(gateway.tags),
  };
}

const ADDRESS_STATUS: Readonly<Record<NatGatewayState, string>> = {
  pending: "associating",
  available: "succeeded",
  failed: "failed",
  deleting: "disassociating",
  deleted: "succeeded",
};

function addressAnswer(
  address: Readonly<NatGatewayAddressRecord>,
  isPrimary: boolean,
  state: NatGatewayState,
) {
  return {
    AllocationId: address.allocationId,
    AssociationId: address.associationId,
    PublicIp: address.publicAddress,
    NetworkInterfaceId: address.interfaceId,
    PrivateIp: address.privateAddress,
    AvailabilityZone: address.zone?.name,
    AvailabilityZoneId: address.zone?.id,
    IsPrimary: isPrimary,
    Status: ADDRESS_STATUS[state],
  };
}

const deleteNatGateway = operation<DeleteNatGatewayRequest>(
  DeleteNatGateway$,
  ["NatGatewayId"],
  (region, { NatGatewayId: id }) => {
    const gateway = requireNatGateway(region, id);
    beginDeletion(region, gateway);
    return { NatGatewayId: gateway.id };
  },
);

export const natGatewayOperations = [createNatGateway, describeNatGateways, deleteNatGateway];
