import {
  CreateWebACL$,
  type CreateWebACLRequest,
  DeleteWebACL$,
  type DeleteWebACLRequest,
  UpdateWebACL$,
  type UpdateWebACLRequest,
} from "@aws-sdk/client-wafv2";
import { operation } from "../operation.ts";
import { drawn } from "../random.ts";
import type { Quota } from "../region.ts";
import { capacityOfWebAcl } from "./capacity.ts";
import { durations } from "./durations.ts";
import { associated, duplicate, invalidOperation, limitsExceeded } from "./errors.ts";
import { arnOf, checkLock, checkName, checkScope, newUuid, requireChangeable } from "./named.ts";
import { type WebAclRecord, webAcls } from "./tables.ts";
import { newTags } from "./tags.ts";
import { isAssociated, releaseIpSets } from "./use.ts";
import { summaryOf } from "./web-acl-answers.ts";
import { readSettings, settingNames } from "./web-acl-settings.ts";

/** "Maximum number of web ACLs", "AWS WAF quotas". */
export const webAclQuota: Quota = { name: "webAcls", usual: 100 };

const createWebACL = operation<CreateWebACLRequest>(
  CreateWebACL$,
  ["Name", "Scope", ...settingNames, "Tags"],
  (region, input) => {
    const { Name: name } = input;
    checkScope(input.Scope);
    checkName(name);
    const tags = newTags(input.Tags);
    const settings = readSettings(region, input);
    const table = region.table(webAcls);
    if (table.all().some((known) => known.name === name)) throw duplicate();
    if (table.all().length >= region.quota(webAclQuota)) throw limitsExceeded();
    const id = newUuid(region);
    const webAcl: WebAclRecord = {
      arn: arnOf(region, "webacl", name, id),
      id,
      name,
      lockToken: newUuid(region),
      settings,
      firewallManager: null,
      availableAt: region.now + drawn(region.random, durations.webAclAvailable),
      heldUntil: region.now,
      tags,
    };
    table.add(webAcl.arn, webAcl);
    return { Summary: summaryOf(webAcl) };
  },
);

const updateWebACL = operation<UpdateWebACLRequest>(
  UpdateWebACL$,
  ["Name", "Scope", "Id", "LockToken", ...settingNames],
  (region, input) => {
    const webAcl = requireChangeable(region, webAcls, "webacl", input);
    checkLock(webAcl, input.LockToken);
    // The rule groups of Firewall Manager are no part of the request. "You can't alter these" (WebACL, API Reference).
    const reserved = capacityOfWebAcl({ ...webAcl, settings: { ...webAcl.settings, rules: [] } });
    const former = webAcl.settings;
    const settings = readSettings(region, input, former, reserved);
    const lockToken = newUuid(region);
    region.table(webAcls).change(webAcl.arn, (record) => {
      record.settings = settings;
      record.lockToken = lockToken;
    });
    releaseIpSets(region, former);
    return { NextLockToken: lockToken };
  },
);

const deleteWebACL = operation<DeleteWebACLRequest>(
  DeleteWebACL$,
  ["Name", "Scope", "Id", "LockToken"],
  (region, input) => {
    const webAcl = requireChangeable(region, webAcls, "webacl", input);
    checkLock(webAcl, input.LockToken);
    // "You can only use this if ManagedByFirewallManager is false in the web ACL."
    if (webAcl.firewallManager?.origin === "created") throw invalidOperation();
    // "Before deleting any web ACL, first disassociate it from all resources."
    if (isAssociated(region, webAcl)) throw associated();
    region.table(webAcls).remove(webAcl.arn);
    releaseIpSets(region, webAcl.settings);
    return {};
  },
);

export const webAclOperations = [createWebACL, updateWebACL, deleteWebACL];
