import type {
  AssociateRouteTableRequest,
  CreateRouteTableRequest,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
} from "@aws-sdk/client-ec2";
import {
  AssociateRouteTable$,
  CreateRouteTable$,
  DeleteRouteTable$,
  DescribeRouteTables$,
  DisassociateRouteTable$,
  ReplaceRouteTableAssociation$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { routesChanged } from "../signals.ts";
import { tagsFor } from "../tags.ts";
import { routeAnswers } from "./route-answers.ts";
import {
  isMain,
  type RouteTableAssociation,
  type RouteTableRecord,
  routeTables,
} from "./route-table-tables.ts";
import { requireSubnet, requireVpc } from "./tables.ts";

const createRouteTable = operation<CreateRouteTableRequest>(
  CreateRouteTable$,
  ["VpcId", "TagSpecifications", "ClientToken"],
  (region, input) => {
    const { ClientToken: token } = input;
    const vpc = requireVpc(region, input.VpcId);
    const tags = tagsFor(input.TagSpecifications, "route-table");
    const known = region
      .table(routeTables)
      .all()
      .find(({ clientToken }) => token !== undefined && clientToken === token);
    if (known !== undefined && known.vpcId !== vpc.id) {
      throw new AwsError(
        "IdempotentParameterMismatch",
        "The request uses the same client token as a previous, but non-identical request.",
      );
    }
    if (known !== undefined) return { RouteTable: answer(region, known) };
    const id = region.id("rtb");
    const table = region.table(routeTables).add(id, {
      id,
      vpcId: vpc.id,
      routes: [],
      associations: [],
      tags,
      ...(token === undefined ? {} : { clientToken: token }),
    });
    return { RouteTable: answer(region, table), ClientToken: token };
  },
);

const describeRouteTables = operation<DescribeRouteTablesRequest>(
  DescribeRouteTables$,
  ["RouteTableIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const associations = (table: Readonly<RouteTableRecord>) => table.associations;
    const routes = (table: Readonly<RouteTableRecord>) => routeAnswers(region, table);
    const { items, nextToken } = described(region, region.table(routeTables), input, {
      ids: input.RouteTableIds,
      notFound,
      minimum: 5,
      maximum: 100,
      filters: {
        "route-table-id": (table) => table.id,
        "vpc-id": (table) => table.vpcId,
        "owner-id": () => region.account,
        "association.main": (table) => isMain(table),
        "association.route-table-association-id": (table) =>
          associations(table).map(({ id }) => id),
        "association.route-table-id": (table) => associations(table).map(() => table.id),
        "association.subnet-id": (table) =>
          associations(table).flatMap(({ subnetId }) => subnetId ?? []),
        "route.destination-cidr-block": (table) =>
          routes(table).flatMap((route) => route.DestinationCidrBlock ?? []),
        "route.destination-prefix-list-id": (table) =>
          routes(table).flatMap((route) => route.DestinationPrefixListId ?? []),
        "route.gateway-id": (table) => routes(table).flatMap((route) => route.GatewayId ?? []),
        "route.nat-gateway-id": (table) =>
          routes(table).flatMap((route) => route.NatGatewayId ?? []),
        "route.vpc-peering-connection-id": (table) =>
          routes(table).flatMap((route) => route.VpcPeeringConnectionId ?? []),
        "route.origin": (table) => routes(table).map((route) => route.Origin),
        "route.state": (table) => routes(table).map((route) => route.State),
      },
    });
    return { RouteTables: items.map((table) => answer(region, table)), NextToken: nextToken };
  },
);

const deleteRouteTable = operation<DeleteRouteTableRequest>(
  DeleteRouteTable$,
  ["RouteTableId"],
  (region, input) => {
    const { id, associations, ofNatGateway } = requireRouteTable(region, input.RouteTableId);
    if (associations.length > 0 || ofNatGateway === true) {
      throw new AwsError(
        "DependencyViolation",
        `The routeTable '${id}' has dependencies and cannot be deleted.`,
      );
    }
    region.table(routeTables).remove(id);
    return {};
  },
);

const associateRouteTable = operation<AssociateRouteTableRequest>(
  AssociateRouteTable$,
  ["RouteTableId", "SubnetId"],
  (region, input) => {
    const table = requireRouteTable(region, input.RouteTableId);
    const subnet = requireSubnet(region, input.SubnetId);
    if (subnet.vpcId !== table.vpcId) {
      throw invalidValue(
        `Route table ${table.id} and subnet ${subnet.id} belong to different networks`,
      );
    }
    if (associationsOf(region).some(({ association }) => association.subnetId === subnet.id)) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${table.id} conflicts with an existing association`,
      );
    }
    const association = { id: region.id("rtbassoc"), subnetId: subnet.id };
    addAssociation(region, table.id, association);
    return { AssociationId: association.id, AssociationState: { State: "associated" } };
  },
);

const disassociateRouteTable = operation<DisassociateRouteTableRequest>(
  DisassociateRouteTable$,
  ["AssociationId"],
  (region, input) => {
    const { table, association } = findAssociation(region, input.AssociationId);
    if (association.subnetId === null) {
      throw invalidValue(`cannot disassociate the main route table association ${association.id}`);
    }
    removeAssociation(region, table.id, association.id);
    return {};
  },
);

const replaceRouteTableAssociation = operation<ReplaceRouteTableAssociationRequest>(
  ReplaceRouteTableAssociation$,
  ["AssociationId", "RouteTableId"],
  (region, input) => {
    const { table: before, association } = findAssociation(region, input.AssociationId);
    const table = requireRouteTable(region, input.RouteTableId);
    if (table.vpcId !== before.vpcId) {
      throw invalidValue(
        `Route table ${table.id} and association ${association.id} belong to different networks`,
      );
    }
    const renewed = { id: region.id("rtbassoc"), subnetId: association.subnetId };
    removeAssociation(region, before.id, association.id);
    addAssociation(region, table.id, renewed);
    return { NewAssociationId: renewed.id, AssociationState: { State: "associated" } };
  },
);

function addAssociation(region: Region, id: string, association: RouteTableAssociation): void {
  region.table(routeTables).change(id, (table) => {
    table.associations = [...table.associations, association];
  });
  region.signal(routesChanged, undefined);
}

function removeAssociation(region: Region, id: string, associationId: string): void {
  region.table(routeTables).change(id, (table) => {
    table.associations = table.associations.filter((each) => each.id !== associationId);
  });
  region.signal(routesChanged, undefined);
}

/** Deleting a subnet deletes its association. */
export function forgetSubnetRoutes(region: Region, subnetId: string): void {
  for (const { table, association } of associationsOf(region)) {
    if (association.subnetId === subnetId) removeAssociation(region, table.id, association.id);
  }
}

function associationsOf(region: Region) {
  return region
    .table(routeTables)
    .all()
    .flatMap((table) => table.associations.map((association) => ({ table, association })));
}

function findAssociation(region: Region, id = "") {
  const found = associationsOf(region).find(({ association }) => association.id === id);
  if (found !== undefined) return found;
  throw new AwsError("InvalidAssociationID.NotFound", `The association ID '${id}' does not exist`);
}

/** @throws AwsError when the id does not exist. */
export function requireRouteTable(region: Region, id = ""): RouteTableRecord {
  const table = region.table(routeTables).use(id);
  if (table === undefined) throw notFound(id);
  return table;
}

function notFound(id: string): AwsError {
  return new AwsError("InvalidRouteTableID.NotFound", `The routeTable ID '${id}' does not exist`);
}

function answer(region: Region, table: Readonly<RouteTableRecord>) {
  return {
    RouteTableId: table.id,
    VpcId: table.vpcId,
    OwnerId: region.account,
    Routes: routeAnswers(region, table),
    Associations: table.associations.map(({ id, subnetId }) => ({
      RouteTableAssociationId: id,
      RouteTableId: table.id,
      Main: subnetId === null,
      ...(subnetId === null ? {} : { SubnetId: subnetId }),
      AssociationState: { State: "associated" },
    })),
    PropagatingVgws: [],
    Tags: tagList(table.tags),
  };
}

export const routeTableOperations = [
  createRouteTable,
  describeRouteTables,
  deleteRouteTable,
  associateRouteTable,
  disassociateRouteTable,
  replaceRouteTableAssociation,
];
