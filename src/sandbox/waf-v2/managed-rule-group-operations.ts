import {
  DescribeManagedRuleGroup$,
  type DescribeManagedRuleGroupRequest,
  ListAvailableManagedRuleGroups$,
  type ListAvailableManagedRuleGroupsRequest,
} from "@aws-sdk/client-wafv2";
import { notModelled } from "../error.ts";
import { operation } from "../operation.ts";
import { nonexistent } from "./errors.ts";
import { pageOf } from "./listing.ts";
import {
  findManagedRuleGroup,
  isUnmodelledGroup,
  managedRuleGroups,
} from "./managed-rule-groups.ts";
import { checkName, checkScope } from "./named.ts";

const describeManagedRuleGroup = operation<DescribeManagedRuleGroupRequest>(
  DescribeManagedRuleGroup$,
  ["VendorName", "Name", "Scope"],
  (_, { VendorName: vendor = "", Name: name, Scope: scope }) => {
    checkScope(scope);
    checkName(name);
    if (isUnmodelledGroup(vendor, name)) {
      throw notModelled(`The managed rule group ${name} of ${vendor}`);
    }
    const group = findManagedRuleGroup(vendor, name);
    if (group === undefined) throw nonexistent();
    const namespace = `awswaf:managed:aws:${group.labels}:`;
    return {
      Capacity: group.capacity,
      Rules: group.rules.map((rule) => ({ Name: rule.name, Action: { [rule.action]: {} } })),
      // Recorded answers of groups without versions have no namespace.
      ...(group.isVersioned && { LabelNamespace: namespace }),
      AvailableLabels: group.rules.map(({ label }) => ({ Name: `${namespace}${label}` })),
    };
  },
);

const listAvailableManagedRuleGroups = operation<ListAvailableManagedRuleGroupsRequest>(
  ListAvailableManagedRuleGroups$,
  ["Scope", "Limit", "NextMarker"],
  (region, input) => {
    checkScope(input.Scope);
    const page = pageOf(region, managedRuleGroups, ({ name }) => name, input);
    return {
      ManagedRuleGroups: page.items.map((group) => ({
        VendorName: "AWS",
        Name: group.name,
        VersioningSupported: group.isVersioned,
        Description: group.description,
      })),
      NextMarker: page.marker,
    };
  },
);

export const managedRuleGroupOperations = [
  describeManagedRuleGroup,
  listAvailableManagedRuleGroups,
];
