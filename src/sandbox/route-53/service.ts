import { commonErrors } from "../common-errors.ts";
import { restXml } from "../protocol/rest-xml.ts";
import type { Service } from "../service.ts";
import { changeOperations } from "./changes.ts";
import { formErrors } from "./errors.ts";
import { hostedZoneOperations, hostedZoneQuota } from "./hosted-zones.ts";
import { listOperations } from "./lists.ts";
import { operationNames } from "./operation-names.ts";
import { inSync } from "./publication.ts";
import {
  changes,
  delegations,
  hostedZones,
  outsideRecords,
  publishedSets,
  recordSets,
} from "./tables.ts";
import { tagOperations } from "./tags.ts";

const operations = [
  ...hostedZoneOperations,
  ...listOperations,
  ...changeOperations,
  ...tagOperations,
];

/** Amazon Route 53: public hosted zones with simple routing. `public-dns.ts` is what the world sees of them. */
export const route53: Service = {
  name: "route53",
  sdkId: "Route 53",
  protocol: restXml({
    signingName: "route53",
    xmlNamespace: "https://route53.amazonaws.com/doc/2013-04-01/",
    schemas: operations.map(({ schema }) => schema),
    errors: formErrors,
  }),
  errors: commonErrors,
  isGlobal: true,
  operations,
  operationNames,
  events: [inSync],
  tables: [hostedZones, recordSets, publishedSets, changes, outsideRecords, delegations],
  quotas: [hostedZoneQuota],
};
