import type { Service } from "../service.ts";
import { addBaseImages } from "./base-images.ts";
import { consoleOperations } from "./console.ts";
import { imageProtectionOperations } from "./image-protection.ts";
import { imageEvents, imageOperations } from "./images.ts";
import { instanceActionOperations } from "./instance-actions.ts";
import { instanceEvents } from "./instance-life.ts";
import { instanceOperations, instanceTables } from "./instances.ts";
import { keyPairs } from "./key-pair-tables.ts";
import { keyPairOperations } from "./key-pairs.ts";
import { launchTemplateVersionOperations } from "./launch-template-versions.ts";
import { launchTemplateOperations, launchTemplateTables } from "./launch-templates.ts";
import { createDefaultVpc, networkOperations } from "./network.ts";
import { networkChangeOperations } from "./network-changes.ts";
import { networkInterfaces, subnets, vpcs } from "./network-tables.ts";
import { securityGroupPermissionOperations } from "./security-group-permissions.ts";
import { securityGroupRuleOperations } from "./security-group-rule-operations.ts";
import { createDefaultSecurityGroup, securityGroups } from "./security-group-tables.ts";
import { securityGroupOperations } from "./security-groups.ts";
import { tagOperations } from "./tag-operations.ts";
import { images, snapshots, volumes } from "./volume-tables.ts";
import { volumeOperations } from "./volumes.ts";

/** Amazon EC2. */
export const ec2: Service = {
  name: "ec2",
  version: "2016-11-15",
  protocol: "ec2",
  operations: [
    ...networkOperations,
    ...networkChangeOperations,
    ...securityGroupOperations,
    ...securityGroupPermissionOperations,
    ...securityGroupRuleOperations,
    ...keyPairOperations,
    ...launchTemplateOperations,
    ...launchTemplateVersionOperations,
    ...imageOperations,
    ...imageProtectionOperations,
    ...volumeOperations,
    ...instanceOperations,
    ...instanceActionOperations,
    ...consoleOperations,
    ...tagOperations,
  ],
  events: [...instanceEvents, ...imageEvents],
  tables: [
    vpcs,
    subnets,
    networkInterfaces,
    securityGroups,
    keyPairs,
    ...launchTemplateTables,
    images,
    snapshots,
    volumes,
    ...instanceTables,
  ],
  open: (region) => {
    addBaseImages(region);
    if (region.world.defaultVpc) createDefaultSecurityGroup(region, createDefaultVpc(region));
  },
};
