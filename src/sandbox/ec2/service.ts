import { ec2Query } from "../protocol/ec2-query.ts";
import type { Service } from "../service.ts";
import { ec2CommonErrors } from "./common-errors.ts";
import { isDocumentedFilter } from "./filter-names.ts";
import { addBaseImages } from "./images/base-images.ts";
import { imageEvents, imageOperations } from "./images/images.ts";
import { imageProtectionOperations } from "./images/protection.ts";
import { instanceActionOperations } from "./instances/actions.ts";
import { consoleOperations } from "./instances/console.ts";
import { instanceOperations, instanceTables } from "./instances/instances.ts";
import { instanceEvents } from "./instances/life.ts";
import { processorQuota, spotProcessorQuota } from "./instances/processor-quota.ts";
import { spotEvents } from "./instances/spot.ts";
import { shortages } from "./instances/supply.ts";
import { instanceTypeOperations } from "./instances/type-operations.ts";
import { keyPairOperations } from "./key-pairs/key-pairs.ts";
import { keyPairs } from "./key-pairs/tables.ts";
import { launchTemplateOperations } from "./launch-templates/launch-templates.ts";
import { launchTemplateTables } from "./launch-templates/tables.ts";
import { launchTemplateVersionChanges } from "./launch-templates/version-changes.ts";
import { launchTemplateVersionOperations } from "./launch-templates/versions.ts";
import { addresses, addressQuota } from "./network/address-tables.ts";
import { addressOperations } from "./network/addresses.ts";
import { networkChangeOperations } from "./network/changes.ts";
import {
  addDefaultVpc,
  addMissingRouteTables,
  defaultVpcOperations,
} from "./network/default-vpc.ts";
import { vpcEndpointChangeOperations } from "./network/endpoint-changes.ts";
import { endpointInterfaceEvents } from "./network/endpoint-interfaces.ts";
import { flowLogs } from "./network/flow-log-tables.ts";
import { flowLogOperations } from "./network/flow-logs.ts";
import { networkInterfaceOperations } from "./network/interface-operations.ts";
import { internetGatewayOperations } from "./network/internet-gateways.ts";
import { natGatewayEvents } from "./network/nat-gateway-life.ts";
import { natGateways } from "./network/nat-gateway-tables.ts";
import { natGatewayOperations } from "./network/nat-gateways.ts";
import { networkOperations } from "./network/network.ts";
import { peeringEvents, peeringOperations } from "./network/peering.ts";
import { peeringConnections } from "./network/peering-tables.ts";
import { addServicePrefixLists, prefixLists } from "./network/prefix-list-tables.ts";
import { prefixListOperations } from "./network/prefix-lists.ts";
import { internetGateways, routeTables } from "./network/route-table-tables.ts";
import { routeTableOperations } from "./network/route-tables.ts";
import { routeOperations } from "./network/routes.ts";
import { networkInterfaces, subnets, vpcs } from "./network/tables.ts";
import { vpcAttributeOperations } from "./network/vpc-attributes.ts";
import { vpcEndpoints } from "./network/vpc-endpoint-tables.ts";
import { vpcEndpointEvents, vpcEndpointOperations } from "./network/vpc-endpoints.ts";
import { operationNames } from "./operation-names.ts";
import { securityGroupPermissionOperations } from "./security-groups/permissions.ts";
import { securityGroupRuleOperations } from "./security-groups/rule-operations.ts";
import { ruleQuota } from "./security-groups/rules.ts";
import { securityGroupOperations } from "./security-groups/security-groups.ts";
import { securityGroups } from "./security-groups/tables.ts";
import { tagOperations } from "./tag-operations.ts";
import { images, snapshots, volumes } from "./volumes/tables.ts";
import { volumeOperations } from "./volumes/volumes.ts";

/** Amazon EC2. */
export const ec2: Service = {
  name: "ec2",
  sdkId: "EC2",
  protocol: ec2Query({
    version: "2016-11-15",
    xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
  }),
  errors: ec2CommonErrors,
  dryRun: true,
  operations: [
    ...networkOperations,
    ...networkChangeOperations,
    ...networkInterfaceOperations,
    ...defaultVpcOperations,
    ...vpcAttributeOperations,
    ...internetGatewayOperations,
    ...routeTableOperations,
    ...routeOperations,
    ...prefixListOperations,
    ...vpcEndpointOperations,
    ...vpcEndpointChangeOperations,
    ...addressOperations,
    ...natGatewayOperations,
    ...flowLogOperations,
    ...peeringOperations,
    ...securityGroupOperations,
    ...securityGroupPermissionOperations,
    ...securityGroupRuleOperations,
    ...keyPairOperations,
    ...launchTemplateOperations,
    ...launchTemplateVersionOperations,
    ...launchTemplateVersionChanges,
    ...imageOperations,
    ...imageProtectionOperations,
    ...volumeOperations,
    ...instanceOperations,
    ...instanceActionOperations,
    ...instanceTypeOperations,
    ...consoleOperations,
    ...tagOperations,
  ],
  operationNames,
  isDocumentedFilter,
  events: [
    ...instanceEvents,
    ...spotEvents,
    ...imageEvents,
    ...natGatewayEvents,
    ...endpointInterfaceEvents,
    ...vpcEndpointEvents,
    ...peeringEvents,
  ],
  tables: [
    vpcs,
    subnets,
    internetGateways,
    routeTables,
    shortages,
    networkInterfaces,
    securityGroups,
    prefixLists,
    vpcEndpoints,
    addresses,
    natGateways,
    flowLogs,
    peeringConnections,
    keyPairs,
    ...launchTemplateTables,
    images,
    snapshots,
    volumes,
    ...instanceTables,
  ],
  quotas: [processorQuota, spotProcessorQuota, ruleQuota, addressQuota],
  open: (region) => {
    addServicePrefixLists(region);
    addBaseImages(region);
    if (region.world.defaultVpc) addDefaultVpc(region);
  },
  resume: (region) => {
    addMissingRouteTables(region);
    addServicePrefixLists(region);
  },
};
