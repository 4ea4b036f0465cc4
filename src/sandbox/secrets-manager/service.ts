import { awsJson, jsonErrors } from "../protocol/aws-json.ts";
import type { Service } from "../service.ts";
import { operationNames } from "./operation-names.ts";
import { secretOperations } from "./secrets.ts";
import { secrets } from "./tables.ts";

/** AWS Secrets Manager. The sandbox encrypts no value. */
export const secretsManager: Service = {
  name: "secretsmanager",
  sdkId: "Secrets Manager",
  protocol: awsJson({ target: "secretsmanager" }),
  errors: jsonErrors,
  operations: secretOperations,
  operationNames,
  tables: [secrets],
};
