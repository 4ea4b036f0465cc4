import {
  GetWebACL$,
  type GetWebACLRequest,
  ListWebACLs$,
  type ListWebACLsRequest,
} from "@aws-sdk/client-wafv2";
import { operation } from "../operation.ts";
import { InvalidParameter, nonexistent } from "./errors.ts";
import { pageOf } from "./listing.ts";
import { checkArn, checkScope, namedArn } from "./named.ts";
import { webAcls } from "./tables.ts";
import { describeWebAcl, summaryOf } from "./web-acl-answers.ts";

const getWebACL = operation<GetWebACLRequest>(
  GetWebACL$,
  ["Name", "Scope", "Id", "ARN"],
  (region, input) => {
    const { Name: name, Scope: scope, Id: id, ARN: given } = input;
    const isNamed = name !== undefined && scope !== undefined && id !== undefined;
    if (given === undefined && !isNamed) {
      throw new InvalidParameter(
        "WEB_ACL",
        "GetWebACLRequest",
        "Critical information is missing in your request: either ARN, or Name, Scope and Id.",
      );
    }
    if (given !== undefined) checkArn(region, "webacl", given);
    const webAcl = region.table(webAcls).find(given ?? namedArn(region, "webacl", input));
    if (webAcl === undefined) throw nonexistent();
    return { WebACL: describeWebAcl(region, webAcl), LockToken: webAcl.lockToken };
  },
);

const listWebACLs = operation<ListWebACLsRequest>(
  ListWebACLs$,
  ["Scope", "Limit", "NextMarker"],
  (region, input) => {
    checkScope(input.Scope);
    const page = pageOf(region, region.table(webAcls).list(), ({ name }) => name, input);
    return { WebACLs: page.items.map(summaryOf), NextMarker: page.marker };
  },
);

export const webAclReads = [getWebACL, listWebACLs];
