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
import { AwsError, invalidValue, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { durations } from "../durations.ts";
import { type Tags, tagsFor } from "../tags.ts";
import { subnets, vpcs } from "./tables.ts";

interface VpcEndpointRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly serviceName: string;
  readonly subnetIds: readonly string[];
  readonly createdAt: number;
  readonly tags: Tags;
}

export const vpcEndpoints = defineTable<VpcEndpointRecord>(
  "vpc-endpoint",
  ({ serviceName, tags }, id) => ({
    id,
    name: serviceName,
    tags,
  }),
);

/** Interface endpoints alone: a gateway endpoint is a route. */
const createVpcEndpoint = operation<CreateVpcEndpointRequest>(
  CreateVpcEndpoint$,
  ["VpcEndpointType", "VpcId", "ServiceName", "SubnetIds", "TagSpecifications"],
  (region, input) => {
    const { VpcId: vpcId, ServiceName: serviceName, SubnetIds: subnetIds = [] } = input;
    if (vpcId === undefined) throw missingParameter("VpcId");
    if (serviceName === undefined) throw missingParameter("ServiceName");
    if (input.VpcEndpointType !== "Interface") {
      throw notModelled(`A VPC endpoint of the type ${input.VpcEndpointType ?? "Gateway"}`);
    }
    if (region.table(vpcs).use(vpcId) === undefined) {
      throw new AwsError("InvalidVpcId.NotFound", `The Vpc Id ${vpcId} does not exist`);
    }
    if (!serviceName.startsWith(`com.amazonaws.${region.name}.`)) {
      throw new AwsError(
        "InvalidServiceName",
        `The Vpc Endpoint Service '${serviceName}' does not exist`,
      );
    }
    const stranger = subnetIds.find((id) => region.table(subnets).use(id)?.vpcId !== vpcId);
    if (stranger !== undefined) throw invalidValue(`The subnet ${stranger} is not in ${vpcId}`);
    const id = region.id("vpce");
    const endpoint = region.table(vpcEndpoints).add(id, {
      id,
      vpcId,
      serviceName,
      subnetIds,
      createdAt: region.now,
      tags: tagsFor(input.TagSpecifications, "vpc-endpoint"),
    });
    return { VpcEndpoint: answer(region, endpoint) };
  },
);

/** "pending" and "available" on the wire, although the model spells them with a capital letter. */
function stateOf(region: Region, { createdAt }: Readonly<VpcEndpointRecord>): string {
  return region.now < createdAt + durations.interfaceEndpoint * 1000 ? "pending" : "available";
}

function answer(region: Region, endpoint: Readonly<VpcEndpointRecord>) {
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: "Interface",
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    State: stateOf(region, endpoint),
    SubnetIds: [...endpoint.subnetIds],
    CreationTimestamp: new Date(endpoint.createdAt),
    OwnerId: region.account,
    Tags: tagList(endpoint.tags),
  };
}

const describeVpcEndpoints = operation<DescribeVpcEndpointsRequest>(
  DescribeVpcEndpoints$,
  ["VpcEndpointIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(vpcEndpoints), input, {
      ids: input.VpcEndpointIds,
      notFound,
      filters: {
        "service-name": ({ serviceName }) => serviceName,
        "vpc-endpoint-id": ({ id }) => id,
        "vpc-endpoint-state": (endpoint) => stateOf(region, endpoint),
        "vpc-id": ({ vpcId }) => vpcId,
      },
    });
    return {
      VpcEndpoints: items.map((endpoint) => answer(region, endpoint)),
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
    for (const id of ids) table.remove(id);
    // "Unsuccessful": the call itself succeeds.
    return {
      Unsuccessful: unknown.map((id) => {
        const { code, message } = notFound(id);
        return { ResourceId: id, Error: { Code: code, Message: message } };
      }),
    };
  },
);

function notFound(id: string): AwsError {
  return new AwsError(
    "InvalidVpcEndpointId.NotFound",
    `The Vpc Endpoint Id '${id}' does not exist`,
  );
}

/** Whether a VPC has a usable endpoint of each of these services: `ssm`. */
export function hasEndpoints(region: Region, vpcId: string, services: readonly string[]): boolean {
  const usable = region
    .table(vpcEndpoints)
    .all()
    .filter((endpoint) => endpoint.vpcId === vpcId && stateOf(region, endpoint) === "available")
    .map(({ serviceName }) => serviceName);
  return services.every((service) => usable.includes(`com.amazonaws.${region.name}.${service}`));
}

export const vpcEndpointOperations = [createVpcEndpoint, describeVpcEndpoints, deleteVpcEndpoints];
