import { ec2Query } from "../protocol/ec2-query.ts";
import type { Service } from "../service.ts";
import { addBaseImages } from "./base-images.ts";
import { ec2CommonErrors } from "./common-errors.ts";
import { consoleOperations } from "./console.ts";
import { addDefaultVpc, addMissingRouteTables, defaultVpcOperations } from "./default-vpc.ts";
import { isDocumentedFilter } from "./filter-names.ts";
import { imageProtectionOperations } from "./image-protection.ts";
import { imageEvents, imageOperations } from "./images.ts";
import { instanceActionOperations } from "./instance-actions.ts";
import { instanceEvents } from "./instance-life.ts";
import { shortages } from "./instance-supply.ts";
import { instanceTypeOperations } from "./instance-type-operations.ts";
import { instanceOperations, instanceTables } from "./instances.ts";
import { internetGatewayOperations } from "./internet-gateways.ts";
import { keyPairs } from "./key-pair-tables.ts";
import { keyPairOperations } from "./key-pairs.ts";
import { launchTemplateTables } from "./launch-template-tables.ts";
import { launchTemplateVersionChanges } from "./launch-template-version-changes.ts";
import { launchTemplateVersionOperations } from "./launch-template-versions.ts";
import { launchTemplateOperations } from "./launch-templates.ts";
import { networkOperations } from "./network.ts";
import { networkChangeOperations } from "./network-changes.ts";
import { networkInterfaceOperations } from "./network-interface-operations.ts";
import { networkInterfaces, subnets, vpcs } from "./network-tables.ts";
import { operationNames } from "./operation-names.ts";
import { prefixLists } from "./prefix-list-tables.ts";
import { prefixListOperations } from "./prefix-lists.ts";
import { processorQuota } from "./processor-quota.ts";
import { internetGateways, routeTables } from "./route-table-tables.ts";
import { routeTableOperations } from "./route-tables.ts";
import { routeOperations } from "./routes.ts";
import { securityGroupPermissionOperations } from "./security-group-permissions.ts";
import { securityGroupRuleOperations } from "./security-group-rule-operations.ts";
import { ruleQuota } from "./security-group-rules.ts";
import { securityGroups } from "./security-group-tables.ts";
import { securityGroupOperations } from "./security-groups.ts";
import { tagOperations } from "./tag-operations.ts";
import { images, snapshots, volumes } from "./volume-tables.ts";
import { volumeOperations } from "./volumes.ts";
import { vpcAttributeOperations } from "./vpc-attributes.ts";

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
  events: [...instanceEvents, ...imageEvents],
  tables: [
    vpcs,
    subnets,
    internetGateways,
    routeTables,
    shortages,
    networkInterfaces,
    securityGroups,
    prefixLists,
    keyPairs,
    ...launchTemplateTables,
    images,
    snapshots,
    volumes,
    ...instanceTables,
  ],
  quotas: [processorQuota, ruleQuota],
  open: (region) => {
    addBaseImages(region);
    if (region.world.defaultVpc) addDefaultVpc(region);
  },
  resume: addMissingRouteTables,
};
