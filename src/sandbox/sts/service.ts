import { GetCallerIdentity$, type GetCallerIdentityRequest } from "@aws-sdk/client-sts";
import { operation, type Service } from "../service.ts";

const getCallerIdentity = operation<GetCallerIdentityRequest>(GetCallerIdentity$, [], (region) => ({
  Account: region.account,
  Arn: `arn:${region.partition}:iam::${region.account}:user/sandbox`,
  UserId: "AIDASANDBOXSANDBOXSAN",
}));

/** AWS Security Token Service. */
export const sts: Service = {
  name: "sts",
  version: "2011-06-15",
  protocol: "query",
  operations: [getCallerIdentity],
  events: [],
  tables: [],
};
