import type {
  AddPrefixListEntry,
  CreateManagedPrefixListRequest,
  DeleteManagedPrefixListRequest,
  DescribeManagedPrefixListsRequest,
} from "@aws-sdk/client-ec2";
import {
  CreateManagedPrefixList$,
  DeleteManagedPrefixList$,
  DescribeManagedPrefixLists$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue, notModelled } from "../../error.ts";
import { operation } from "../../operation.ts";
import { missingParameter } from "../../protocol/ec2-query.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { securityGroups } from "../security-groups/tables.ts";
import { tagsFor } from "../tags.ts";
import { canonicalIpv4, canonicalIpv6 } from "./cidr.ts";
import { type PrefixListRecord, prefixLists } from "./prefix-list-tables.ts";

const createManagedPrefixList = operation<CreateManagedPrefixListRequest>(
  CreateManagedPrefixList$,
  [
    "PrefixListName",
    "AddressFamily",
    "MaxEntries",
    "Entries.Cidr",
    "Entries.Description",
    "TagSpecifications",
    "ClientToken",
  ],
  (region, input) => {
    const { ClientToken: clientToken } = input;
    const earlier = region
      .table(prefixLists)
      .all()
      .find((list) => clientToken !== undefined && list.clientToken === clientToken);
    if (earlier !== undefined) return { PrefixList: answer(region, earlier) };
    const { PrefixListName: name, MaxEntries: maxEntries, AddressFamily: family } = input;
    if (name === undefined) throw missingParameter("PrefixListName");
    if (maxEntries === undefined) throw missingParameter("MaxEntries");
    if (family !== "IPv4" && family !== "IPv6") {
      throw invalidValue("The address family must be IPv4 or IPv6.");
    }
    const entries = (input.Entries ?? []).map((entry) => readEntry(family, entry));
    // Amazon VPC quotas: "Maximum number of entries per prefix list".
    if (!Number.isInteger(maxEntries) || maxEntries < 1 || maxEntries > 1000) {
      throw invalidValue("The maximum number of entries must be between 1 and 1000.");
    }
    if (entries.length > maxEntries) {
      throw new AwsError(
        "PrefixListMaxEntriesExceeded",
        "You've reached the maximum number of entries for the prefix list.",
      );
    }
    const list: PrefixListRecord = {
      id: region.id("pl"),
      name,
      family,
      maxEntries,
      entries,
      tags: tagsFor(input.TagSpecifications, "prefix-list"),
      ...(clientToken !== undefined && { clientToken }),
    };
    region.table(prefixLists).add(list.id, list);
    return { PrefixList: answer(region, list) };
  },
);

function readEntry(family: "IPv4" | "IPv6", entry: AddPrefixListEntry) {
  const { Cidr = "", Description: description } = entry;
  const cidr = family === "IPv4" ? canonicalIpv4(Cidr) : canonicalIpv6(Cidr);
  return { cidr, ...(description !== undefined && { description }) };
}

const describeManagedPrefixLists = operation<DescribeManagedPrefixListsRequest>(
  DescribeManagedPrefixLists$,
  ["PrefixListIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const { items, nextToken } = described(region, region.table(prefixLists), input, {
      ids: input.PrefixListIds,
      notFound,
      maximum: 100,
      filters: {
        "owner-id": (list) => list.owner ?? region.account,
        "prefix-list-id": (list) => list.id,
        "prefix-list-name": (list) => list.name,
      },
    });
    return { PrefixLists: items.map((list) => answer(region, list)), NextToken: nextToken };
  },
);

const deleteManagedPrefixList = operation<DeleteManagedPrefixListRequest>(
  DeleteManagedPrefixList$,
  ["PrefixListId"],
  (region, { PrefixListId: id = "" }) => {
    const list = region.table(prefixLists).use(id);
    if (list === undefined) throw notFound(id);
    if (list.owner === "AWS") {
      throw new AwsError(
        "UnauthorizedOperation",
        "You are not authorized to perform this operation.",
        403,
      );
    }
    const inUse = region
      .table(securityGroups)
      .all()
      .some(({ rules }) => rules.some(({ source }) => "id" in source && source.id === id));
    // "You must first remove all references to the prefix list in your resources."
    if (inUse) throw notModelled("Deleting a prefix list that a security group's rule names");
    region.table(prefixLists).remove(id);
    return { PrefixList: answer(region, list) };
  },
);

function notFound(id: string): AwsError {
  return new AwsError("InvalidPrefixListID.NotFound", `The prefix list ID '${id}' does not exist`);
}

function answer(region: Region, list: Readonly<PrefixListRecord>) {
  return {
    PrefixListId: list.id,
    PrefixListName: list.name,
    PrefixListArn: `arn:${region.partition}:ec2:${region.name}:${list.owner === "AWS" ? "aws" : region.account}:prefix-list/${list.id}`,
    AddressFamily: list.family,
    State: "create-complete" as const,
    // Only a customer-managed list has a maximum and a version.
    ...(list.owner === undefined && { MaxEntries: list.maxEntries, Version: 1 }),
    OwnerId: list.owner ?? region.account,
    Tags: tagList(list.tags),
  };
}

export const prefixListOperations = [
  createManagedPrefixList,
  describeManagedPrefixLists,
  deleteManagedPrefixList,
];
