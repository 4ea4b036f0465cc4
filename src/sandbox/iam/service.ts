import { commonErrors } from "../common-errors.ts";
import { query } from "../protocol/query.ts";
import type { Service } from "../service.ts";
import { instanceProfileOperations, profileQuota } from "./instance-profiles.ts";
import { operationNames } from "./operation-names.ts";
import { policyOperations } from "./policies.ts";
import { attachedQuota, rolePolicyOperations } from "./role-policies.ts";
import { roleOperations, roleQuota } from "./roles.ts";
import { simulationOperations } from "./simulation.ts";
import { instanceProfiles, policies, roles } from "./tables.ts";

/** AWS Identity and Access Management: roles, their policies, and instance profiles. */
export const iam: Service = {
  name: "iam",
  sdkId: "IAM",
  protocol: query({
    version: "2010-05-08",
    xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  }),
  errors: commonErrors,
  isGlobal: true,
  operations: [
    ...roleOperations,
    ...rolePolicyOperations,
    ...instanceProfileOperations,
    ...policyOperations,
    ...simulationOperations,
  ],
  operationNames,
  tables: [roles, instanceProfiles, policies],
  quotas: [roleQuota, attachedQuota, profileQuota],
};
