import { restXml } from "../protocol/rest-xml.ts";
import type { Service } from "../service.ts";
import { addressed } from "./addressed.ts";
import { bucketOperations, bucketQuota } from "./buckets.ts";
import { s3CommonErrors } from "./errors.ts";
import { objectOperations } from "./objects.ts";
import { operationNames } from "./operation-names.ts";
import { settingOperations } from "./settings.ts";
import { checkExpiry } from "./signed-address.ts";
import { buckets, objects, uploads } from "./tables.ts";

const operations = [...bucketOperations, ...settingOperations, ...objectOperations];

/** Amazon S3. Bucket policies and public access are stored, and not enforced. */
export const s3: Service = {
  name: "s3",
  sdkId: "S3",
  cliName: "s3api",
  protocol: {
    ...restXml({
      signingName: "s3",
      xmlNamespace: "http://s3.amazonaws.com/doc/2006-03-01/",
      schemas: operations.map(({ schema }) => schema),
      addressed,
    }),
    admit(request, now) {
      if (request.query("X-Amz-Signature") === undefined) return;
      checkExpiry((name) => request.query(name), now);
    },
  },
  errors: s3CommonErrors,
  operations,
  operationNames,
  tables: [buckets, objects, uploads],
  quotas: [bucketQuota],
};
