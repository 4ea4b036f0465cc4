import { awsJson } from "../protocol/aws-json.ts";
import { listen } from "../region.ts";
import { isGlobalRegion } from "../regions.ts";
import { publicDnsChanged } from "../route-53/publication.ts";
import type { Service } from "../service.ts";
import { deleteCertificate } from "./delete.ts";
import { describeOperations } from "./describe.ts";
import { acmErrors } from "./errors.ts";
import { importCertificate } from "./import.ts";
import {
  expired,
  failed,
  lookAgain,
  nameSeen,
  recordsKnown,
  renewalDue,
  timedOut,
} from "./life.ts";
import { operationNames } from "./operation-names.ts";
import { nameQuota, requestCertificate } from "./request.ts";
import { certificates, certificateTokens } from "./tables.ts";
import { tagOperations } from "./tags.ts";

/** AWS Certificate Manager: public certificates that are validated by DNS, and imported ones. */
export const certificateManager: Service = {
  name: "acm",
  sdkId: "ACM",
  protocol: awsJson({ target: "CertificateManager" }),
  errors: acmErrors,
  operations: [
    requestCertificate,
    ...describeOperations,
    deleteCertificate,
    importCertificate,
    ...tagOperations,
  ],
  operationNames,
  events: [recordsKnown, failed, timedOut, nameSeen, renewalDue, expired],
  tables: [certificates, certificateTokens],
  quotas: [nameQuota],
  listeners: [
    listen(publicDnsChanged, (global) => {
      for (const region of global.world.openRegions()) {
        if (isGlobalRegion(region.name)) continue;
        for (const certificate of region.table(certificates).all()) lookAgain(region, certificate);
      }
    }),
  ],
};
