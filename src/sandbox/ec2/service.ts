import type { Service } from "../service.ts";
import { createDefaultVpc, networkOperations } from "./network.ts";
import { networkInterfaces, subnets, vpcs } from "./network-tables.ts";
import { createDefaultSecurityGroup, securityGroups } from "./security-group-tables.ts";

/** Amazon EC2. */
export const ec2: Service = {
  name: "ec2",
  version: "2016-11-15",
  protocol: "ec2",
  operations: [...networkOperations],
  events: [],
  tables: [vpcs, subnets, networkInterfaces, securityGroups],
  open: (region) => {
    if (region.world.defaultVpc) createDefaultSecurityGroup(region, createDefaultVpc(region));
  },
};
