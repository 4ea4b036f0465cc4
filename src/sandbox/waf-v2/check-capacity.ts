import { CheckCapacity$, type CheckCapacityRequest } from "@aws-sdk/client-wafv2";
import { operation } from "../operation.ts";
import { capacityOf } from "./capacity.ts";
import { checkScope } from "./named.ts";
import { readRules } from "./rules.ts";
import { webAcls } from "./tables.ts";
import { checkCapacity as checkSum } from "./web-acl-settings.ts";

/** "You can use this to check the capacity requirements for the rules you want to use." */
export const checkCapacity = operation<CheckCapacityRequest>(
  CheckCapacity$,
  ["Scope", "Rules"],
  (region, input) => {
    checkScope(input.Scope);
    // The rules of all web ACLs are present: those that AWS's own services added can be checked too.
    const present = region
      .table(webAcls)
      .all()
      .flatMap(({ settings }) => settings.rules);
    const capacity = capacityOf(readRules(region, input.Rules, present));
    checkSum(capacity);
    return { Capacity: capacity };
  },
);
