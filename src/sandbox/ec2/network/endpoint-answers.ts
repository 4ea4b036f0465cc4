import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { securityGroups } from "../security-groups/tables.ts";
import { privateName } from "./endpoint-interfaces.ts";
import { endpointState, type VpcEndpointRecord } from "./vpc-endpoint-tables.ts";

/** "If this parameter is not specified, we attach a default policy that allows full access to the service." */
const DEFAULT_POLICY = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

/** An endpoint as DescribeVpcEndpoints answers it. */
export function endpointAnswer(
  region: Region,
  endpoint: Readonly<VpcEndpointRecord>,
  routeTableIds: readonly string[],
) {
  const { kind, groupIds = [], interfaces = [], privateDns = false } = endpoint;
  return {
    VpcEndpointId: endpoint.id,
    VpcEndpointType: kind ?? "Interface",
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    ServiceRegion: region.name,
    State: endpointState(region, endpoint),
    PolicyDocument: DEFAULT_POLICY,
    RouteTableIds: [...routeTableIds],
    SubnetIds: [...endpoint.subnetIds],
    Groups: groupIds.map((id) => ({
      GroupId: id,
      GroupName: region.table(securityGroups).latest(id)?.name ?? "",
    })),
    IpAddressType: "ipv4",
    PrivateDnsEnabled: privateDns,
    RequesterManaged: false,
    NetworkInterfaceIds: interfaces.map(({ id }) => id),
    DnsEntries: privateDns ? [{ DnsName: privateName(region, endpoint.serviceName) }] : [],
    CreationTimestamp: new Date(endpoint.createdAt),
    OwnerId: region.account,
    Tags: tagList(endpoint.tags),
  };
}
