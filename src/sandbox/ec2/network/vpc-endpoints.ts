import type {
  CreateVpcEndpointRequest,
  DeleteVpcEndpointsRequest,
  DescribeVpcEndpointsRequest,
} from "@aws-sdk/client-ec2";
import {
  CreateVpcEndpoint$,
  DeleteVpcEndpoints$,
  DescribeVpcEndpoints$,
} from "@aws-sdk/client-ec2";
import { AwsError, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import { defineEvent, type Region } from "../../region.ts";
import { described } from "../described.ts";
import { durations } from "../durations.ts";
import { tagsFor } from "../tags.ts";
import { madeBefore, markOf } from "./client-tokens.ts";
import { endpointAnswer } from "./endpoint-answers.ts";
import {
  endpointGroups,
  enterEndpointSubnets,
  leaveEndpointSubnets,
  requireEndpointSubnets,
  requirePrivateDns,
} from "./endpoint-interfaces.ts";
import { addRoutes, removeRoutes, requireRoutable, tablesWith } from "./endpoint-routes.ts";
import { routeTables } from "./route-table-tables.ts";
import { vpcs } from "./tables.ts";
import {
  endpointNotFound,
  endpointState,
  isEndpointAlive,
  serviceOf,
  type VpcEndpointRecord,
  vpcEndpoints,
} from "./vpc-endpoint-tables.ts";

/** "Gateway VPC endpoints per Region" and "Interface … endpoints per VPC" ("Amazon VPC quotas"). */
const MAX_GATEWAY = 20;
const MAX_INTERFACE = 50;

/** "There are gateway endpoints for Amazon S3 and DynamoDB" (AWS PrivateLink Guide). */
const gatewayServices = ["s3", "dynamodb"];

const createVpcEndpoint = operation<CreateVpcEndpointRequest>(
  CreateVpcEndpoint$,
  [
    "VpcEndpointType",
    "VpcId",
    "ServiceName",
    "RouteTableIds",
    "SubnetIds",
    "SecurityGroupIds",
    "PrivateDnsEnabled",
    "ClientToken",
    "TagSpecifications",
  ],
  (region, input) => {
    const mark = markOf(input);
    const known = madeBefore(region.table(vpcEndpoints).all(), mark);
    if (known !== undefined) return created(region, known);
    const { VpcId: vpcId, ServiceName: serviceName } = input;
    if (vpcId === undefined) throw missingParameter("VpcId");
    if (serviceName === undefined) throw missingParameter("ServiceName");
    if (region.table(vpcs).use(vpcId) === undefined) {
      throw new AwsError("InvalidVpcId.NotFound", `The Vpc Id ${vpcId} does not exist`);
    }
    const place = { region, vpcId, serviceName, input };
    const kind: string = input.VpcEndpointType ?? "Gateway";
    const id = region.id("vpce");
    const base = {
      id,
      vpcId,
      serviceName,
      createdAt: region.now,
      ...(mark === undefined ? {} : { request: mark }),
      tags: tagsFor(input.TagSpecifications, "vpc-endpoint"),
    };
    switch (kind) {
      case "Gateway":
        return created(region, createGateway(place, base));
      case "Interface":
        return created(region, createInterface(place, base));
      default:
        throw notModelled(`A VPC endpoint of the type ${kind}`);
    }
  },
);

interface Wish {
  readonly region: Region;
  readonly vpcId: string;
  readonly serviceName: string;
  readonly input: CreateVpcEndpointRequest;
}

type Base = Omit<VpcEndpointRecord, "subnetIds">;

function createGateway({ region, vpcId, serviceName, input }: Wish, base: Base): VpcEndpointRecord {
  requireService(region, serviceName, "Gateway");
  if (
    (input.SubnetIds ?? input.SecurityGroupIds) !== undefined ||
    input.PrivateDnsEnabled === true
  ) {
    throw new AwsError(
      "InvalidParameter",
      "Subnets, security groups and private DNS are not supported for gateway endpoints.",
    );
  }
  const tables = input.RouteTableIds ?? [];
  requireRoutable(region, { vpcId, serviceName }, tables);
  requireRoom(region, ({ kind }) => kind === "Gateway", MAX_GATEWAY);
  const made = region.table(vpcEndpoints).add(base.id, { ...base, kind: "Gateway", subnetIds: [] });
  addRoutes(region, made, tables);
  return made;
}

function createInterface(
  { region, vpcId, serviceName, input }: Wish,
  base: Base,
): VpcEndpointRecord {
  requireService(region, serviceName, "Interface");
  if (input.RouteTableIds !== undefined) {
    throw new AwsError(
      "InvalidParameter",
      "Route tables are not supported for interface endpoints.",
    );
  }
  const subnetIds = [...new Set(input.SubnetIds ?? [])];
  requireEndpointSubnets(region, vpcId, subnetIds);
  const groupIds = endpointGroups(region, vpcId, input.SecurityGroupIds);
  // The default is not documented. An answer in AWS's own documents to a request without it has false.
  const privateDns = input.PrivateDnsEnabled ?? false;
  if (privateDns) requirePrivateDns(region, { vpcId, serviceName });
  requireRoom(region, (each) => each.kind === undefined && each.vpcId === vpcId, MAX_INTERFACE);
  return region.table(vpcEndpoints).add(base.id, {
    ...base,
    subnetIds,
    groupIds,
    privateDns,
    interfaces: enterEndpointSubnets(region, base.id, subnetIds, groupIds),
  });
}

function requireService(region: Region, serviceName: string, kind: "Gateway" | "Interface"): void {
  const service = serviceOf(region, serviceName);
  if (service === undefined) {
    throw new AwsError(
      "InvalidServiceName",
      `The Vpc Endpoint Service '${serviceName}' does not exist`,
    );
  }
  if (kind === "Gateway" && !gatewayServices.includes(service)) {
    throw new AwsError(
      "InvalidParameter",
      "Vpc Endpoint type (Gateway) does not match available service types ([Interface]).",
    );
  }
}

function requireRoom(
  region: Region,
  counts: (endpoint: VpcEndpointRecord) => boolean,
  most: number,
): void {
  if (region.table(vpcEndpoints).all().filter(counts).length < most) return;
  throw new AwsError(
    "VpcEndpointLimitExceeded",
    "The maximum number of VPC endpoints has been reached.",
  );
}

function created(region: Region, endpoint: Readonly<VpcEndpointRecord>) {
  const tables = tablesWith(region.table(routeTables).all(), endpoint.id);
  return {
    VpcEndpoint: endpointAnswer(region, endpoint, tables),
    ClientToken: endpoint.request?.token,
  };
}

const describeVpcEndpoints = operation<DescribeVpcEndpointsRequest>(
  DescribeVpcEndpoints$,
  ["VpcEndpointIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(vpcEndpoints), input, {
      ids: input.VpcEndpointIds,
      notFound: endpointNotFound,
      filters: {
        "ip-address-type": () => "ipv4",
        "service-name": ({ serviceName }) => serviceName,
        "service-region": () => region.name,
        "vpc-endpoint-id": ({ id }) => id,
        "vpc-endpoint-state": (endpoint) => endpointState(region, endpoint),
        "vpc-endpoint-type": ({ kind }) => kind ?? "Interface",
        "vpc-id": ({ vpcId }) => vpcId,
      },
    });
    const tables = region.table(routeTables).list();
    return {
      VpcEndpoints: items.map((endpoint) =>
        endpointAnswer(region, endpoint, tablesWith(tables, endpoint.id)),
      ),
      NextToken: nextToken,
    };
  },
);

const deleteVpcEndpoints = operation<DeleteVpcEndpointsRequest>(
  DeleteVpcEndpoints$,
  ["VpcEndpointIds"],
  (region, { VpcEndpointIds: ids = [] }) => {
    const table = region.table(vpcEndpoints);
    const unknown = ids.filter((id) => table.use(id) === undefined);
    for (const id of ids) {
      const endpoint = table.use(id);
      if (endpoint !== undefined && isEndpointAlive(endpoint)) beginDeletion(region, endpoint);
    }
    // "Unsuccessful": the call itself succeeds.
    return {
      Unsuccessful: unknown.map((id) => {
        const { code, message } = endpointNotFound(id);
        return { ResourceId: id, Error: { Code: code, Message: message } };
      }),
    };
  },
);

function beginDeletion(region: Region, endpoint: VpcEndpointRecord): void {
  const { id, kind, interfaces = [] } = endpoint;
  region.table(vpcEndpoints).change(id, (changed) => {
    changed.deletedAt = region.now;
  });
  removeRoutes(region, id, tablesWith(region.table(routeTables).all(), id));
  leaveEndpointSubnets(region, interfaces);
  const seconds =
    kind === "Gateway" ? durations.gatewayEndpoint : durations.interfaceEndpointDeleting;
  region.schedule(endpointGone, seconds * 1000, { id });
}

const endpointGone = defineEvent<{ id: string }>("ec2.vpc-endpoint-gone", (region, { id }) => {
  region.table(vpcEndpoints).remove(id, { immediate: true });
});

export const vpcEndpointOperations = [createVpcEndpoint, describeVpcEndpoints, deleteVpcEndpoints];

export const vpcEndpointEvents = [endpointGone];
