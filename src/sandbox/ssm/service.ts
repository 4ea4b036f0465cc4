import { awsJson, jsonErrors } from "../protocol/aws-json.ts";
import type { Service } from "../service.ts";
import { instanceInformationOperations } from "./instance-information.ts";
import { operationNames } from "./operation-names.ts";
import { parameterOperations } from "./parameters.ts";
import { parameters } from "./tables.ts";

/** AWS Systems Manager. The sandbox encrypts no value. */
export const ssm: Service = {
  name: "ssm",
  sdkId: "SSM",
  protocol: awsJson({ target: "AmazonSSM" }),
  errors: jsonErrors,
  operations: [...parameterOperations, ...instanceInformationOperations],
  operationNames,
  tables: [parameters],
};
