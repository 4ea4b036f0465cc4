import { GetCallerIdentity$, type GetCallerIdentityRequest } from "@aws-sdk/client-sts";
import { commonErrors } from "../common-errors.ts";
import { operation } from "../operation.ts";
import { query } from "../protocol/query.ts";
import type { Service } from "../service.ts";
import { operationNames } from "./operation-names.ts";

const getCallerIdentity = operation<GetCallerIdentityRequest>(GetCallerIdentity$, [], (region) => ({
  Account: region.account,
  Arn: `arn:${region.partition}:iam::${region.account}:user/sandbox`,
  UserId: "AIDASANDBOXSANDBOXSAN",
}));

/** AWS Security Token Service. */
export const sts: Service = {
  name: "sts",
  sdkId: "STS",
  protocol: query({
    version: "2011-06-15",
    xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  }),
  errors: commonErrors,
  operations: [getCallerIdentity],
  operationNames,
  tables: [],
};
