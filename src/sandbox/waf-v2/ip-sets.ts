import {
  CreateIPSet$,
  type CreateIPSetRequest,
  DeleteIPSet$,
  type DeleteIPSetRequest,
  GetIPSet$,
  type GetIPSetRequest,
  type IPSetSummary,
  ListIPSets$,
  type ListIPSetsRequest,
  UpdateIPSet$,
  type UpdateIPSetRequest,
} from "@aws-sdk/client-wafv2";
import { operation } from "../operation.ts";
import { drawn } from "../random.ts";
import type { Quota } from "../region.ts";
import { durations } from "./durations.ts";
import { associated, duplicate, failedConstraint, limitsExceeded, nonexistent } from "./errors.ts";
import { readAddresses } from "./ip-addresses.ts";
import { pageOf } from "./listing.ts";
import {
  arnOf,
  checkLock,
  checkName,
  checkScope,
  namedArn,
  newUuid,
  readDescription,
  requireChangeable,
} from "./named.ts";
import { type IpSetRecord, ipSets } from "./tables.ts";
import { newTags } from "./tags.ts";
import { isUsed } from "./use.ts";

/** "Maximum number of IP sets", "AWS WAF quotas". */
export const ipSetQuota: Quota = { name: "ipSets", usual: 100 };

const createIPSet = operation<CreateIPSetRequest>(
  CreateIPSet$,
  ["Name", "Scope", "Description", "IPAddressVersion", "Addresses", "Tags"],
  (region, input) => {
    const { Name: name, IPAddressVersion: version } = input;
    checkScope(input.Scope);
    checkName(name);
    if (version !== "IPV4" && version !== "IPV6") {
      throw failedConstraint(
        version,
        "iPAddressVersion",
        "Member must satisfy enum value set: [IPV4, IPV6]",
      );
    }
    const description = readDescription(input.Description);
    const addresses = readAddresses(input.Addresses ?? [], version);
    const tags = newTags(input.Tags);
    const table = region.table(ipSets);
    if (table.all().some((known) => known.name === name)) throw duplicate();
    if (table.all().length >= region.quota(ipSetQuota)) throw limitsExceeded();
    const id = newUuid(region);
    const set: IpSetRecord = {
      arn: arnOf(region, "ipset", name, id),
      id,
      name,
      version,
      lockToken: newUuid(region),
      description,
      addresses,
      availableAt: region.now + drawn(region.random, durations.ipSetAvailable),
      heldUntil: region.now,
      tags,
    };
    table.add(set.arn, set);
    return { Summary: summaryOf(set) };
  },
);

const getIPSet = operation<GetIPSetRequest>(GetIPSet$, ["Name", "Scope", "Id"], (region, input) => {
  const set = region.table(ipSets).find(namedArn(region, "ipset", input));
  if (set === undefined) throw nonexistent();
  return {
    IPSet: {
      Name: set.name,
      Id: set.id,
      ARN: set.arn,
      Description: set.description,
      IPAddressVersion: set.version,
      Addresses: [...set.addresses],
    },
    LockToken: set.lockToken,
  };
});

const listIPSets = operation<ListIPSetsRequest>(
  ListIPSets$,
  ["Scope", "Limit", "NextMarker"],
  (region, input) => {
    checkScope(input.Scope);
    const page = pageOf(region, region.table(ipSets).list(), ({ name }) => name, input);
    return { IPSets: page.items.map(summaryOf), NextMarker: page.marker };
  },
);

const updateIPSet = operation<UpdateIPSetRequest>(
  UpdateIPSet$,
  ["Name", "Scope", "Id", "Description", "Addresses", "LockToken"],
  (region, input) => {
    const set = requireChangeable(region, ipSets, "ipset", input);
    checkLock(set, input.LockToken);
    const description = readDescription(input.Description);
    const addresses = readAddresses(input.Addresses ?? [], set.version);
    const lockToken = newUuid(region);
    region.table(ipSets).change(set.arn, (record) => {
      record.description = description;
      record.addresses = addresses;
      record.lockToken = lockToken;
    });
    return { NextLockToken: lockToken };
  },
);

const deleteIPSet = operation<DeleteIPSetRequest>(
  DeleteIPSet$,
  ["Name", "Scope", "Id", "LockToken"],
  (region, input) => {
    const set = requireChangeable(region, ipSets, "ipset", input);
    checkLock(set, input.LockToken);
    if (isUsed(region, set)) throw associated();
    region.table(ipSets).remove(set.arn);
    return {};
  },
);

function summaryOf(set: Readonly<IpSetRecord>): IPSetSummary {
  return {
    Name: set.name,
    Id: set.id,
    Description: set.description,
    LockToken: set.lockToken,
    ARN: set.arn,
  };
}

export const ipSetOperations = [createIPSet, getIPSet, listIPSets, updateIPSet, deleteIPSet];
