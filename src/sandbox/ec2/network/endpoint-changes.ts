import type { ModifyVpcEndpointRequest } from "@aws-sdk/client-ec2";
import { ModifyVpcEndpoint$ } from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import {
  endpointGroups,
  enterEndpointSubnets,
  leaveEndpointSubnets,
  requireEndpointSubnets,
  requirePrivateDns,
} from "./endpoint-interfaces.ts";
import { addRoutes, removeRoutes, requireRoutable } from "./endpoint-routes.ts";
import { networkInterfaces } from "./tables.ts";
import {
  isEndpointAlive,
  requireEndpoint,
  type VpcEndpointRecord,
  vpcEndpoints,
} from "./vpc-endpoint-tables.ts";

const modifyVpcEndpoint = operation<ModifyVpcEndpointRequest>(
  ModifyVpcEndpoint$,
  [
    "VpcEndpointId",
    "AddRouteTableIds",
    "RemoveRouteTableIds",
    "AddSubnetIds",
    "RemoveSubnetIds",
    "AddSecurityGroupIds",
    "RemoveSecurityGroupIds",
    "PrivateDnsEnabled",
  ],
  (region, input) => {
    const endpoint = requireEndpoint(region, input.VpcEndpointId);
    if (!isEndpointAlive(endpoint)) {
      throw new AwsError("IncorrectState", `The VPC endpoint ${endpoint.id} is being deleted.`);
    }
    if (endpoint.kind === "Gateway") changeGateway(region, endpoint, input);
    else changeInterface(region, endpoint, input);
    return { Return: true };
  },
);

function changeGateway(
  region: Region,
  endpoint: VpcEndpointRecord,
  input: ModifyVpcEndpointRequest,
): void {
  const others = [
    input.AddSubnetIds,
    input.RemoveSubnetIds,
    input.AddSecurityGroupIds,
    input.RemoveSecurityGroupIds,
    input.PrivateDnsEnabled,
  ];
  if (others.some((each) => each !== undefined)) throw wrongKind("Gateway");
  const added = input.AddRouteTableIds ?? [];
  requireRoutable(region, endpoint, added);
  removeRoutes(region, endpoint.id, input.RemoveRouteTableIds ?? []);
  addRoutes(region, endpoint, added);
}

function changeInterface(
  region: Region,
  endpoint: VpcEndpointRecord,
  input: ModifyVpcEndpointRequest,
): void {
  if ((input.AddRouteTableIds ?? input.RemoveRouteTableIds) !== undefined) {
    throw wrongKind("Interface");
  }
  const { PrivateDnsEnabled: privateDns = endpoint.privateDns ?? false } = input;
  if (privateDns && endpoint.privateDns !== true) requirePrivateDns(region, endpoint);
  const leftIds = input.RemoveSubnetIds ?? [];
  const kept = endpoint.subnetIds.filter((id) => !leftIds.includes(id));
  const entered = (input.AddSubnetIds ?? []).filter((id) => !kept.includes(id));
  requireEndpointSubnets(region, endpoint.vpcId, entered, kept);
  const groupIds = groupsAfter(region, endpoint, input);
  const interfaces = endpoint.interfaces ?? [];
  const left = interfaces.filter(({ subnetId }) => leftIds.includes(subnetId));
  leaveEndpointSubnets(region, left);
  const remaining = interfaces.filter((each) => !left.includes(each));
  for (const { id } of remaining) {
    region.table(networkInterfaces).change(id, (changed) => {
      changed.groupIds = [...groupIds];
    });
  }
  const made = enterEndpointSubnets(region, endpoint.id, entered, groupIds);
  region.table(vpcEndpoints).change(endpoint.id, (changed) => {
    changed.subnetIds = [...kept, ...entered];
    changed.interfaces = [...remaining, ...made];
    changed.groupIds = groupIds;
    changed.privateDns = privateDns;
  });
}

/** @throws AwsError when a group does not exist, or none would be left. */
function groupsAfter(
  region: Region,
  { vpcId, groupIds = [] }: VpcEndpointRecord,
  input: ModifyVpcEndpointRequest,
): string[] {
  const added = input.AddSecurityGroupIds ?? [];
  if (added.length > 0) endpointGroups(region, vpcId, added);
  const removed = input.RemoveSecurityGroupIds ?? [];
  const after = [...new Set([...groupIds, ...added])].filter((id) => !removed.includes(id));
  if (after.length > 0 || removed.length === 0) return after;
  throw new AwsError(
    "InvalidParameter",
    "At least one security group must be associated with the VPC endpoint.",
  );
}

function wrongKind(kind: "Gateway" | "Interface"): AwsError {
  return new AwsError(
    "InvalidParameter",
    `The request has parameters that are not supported for VPC endpoints of the type ${kind}.`,
  );
}

export const vpcEndpointChangeOperations = [modifyVpcEndpoint];
