import type { ManagedRuleGroupStatement, RuleGroupReferenceStatement } from "@aws-sdk/client-wafv2";
import { notModelled } from "../error.ts";
import { checkRuleAction } from "./actions.ts";
import { failedConstraint, InvalidParameter } from "./errors.ts";
import { findManagedRuleGroup, isUnmodelledGroup } from "./managed-rule-groups.ts";
import { checkModelled, requireMember } from "./members.ts";
import { checkName } from "./named.ts";
import type { CheckNested, Place } from "./place.ts";

/** "ExcludedRules" and "RuleActionOverrides" of the service's model. */
const MAX_OVERRIDES = 100;

/** @throws AwsError WAFInvalidParameterException and others. */
export function checkManagedRuleGroup(
  statement: ManagedRuleGroupStatement,
  place: Place,
  checkNested: CheckNested,
): void {
  const { member } = place;
  checkModelled("ManagedRuleGroupStatement", statement, [
    "VendorName",
    "Name",
    "ExcludedRules",
    "RuleActionOverrides",
    "ScopeDownStatement",
  ]);
  const vendor = requireMember(statement.VendorName, `${member}.vendorName`);
  const name = requireMember(statement.Name, `${member}.name`);
  if (isUnmodelledGroup(vendor, name)) {
    throw notModelled(`The managed rule group ${name} of ${vendor}`);
  }
  if (findManagedRuleGroup(vendor, name) === undefined) {
    throw new InvalidParameter(
      "MANAGED_RULE_SET_STATEMENT",
      name,
      "The managed rule group doesn't exist.",
    );
  }
  const { ExcludedRules: excluded = [], RuleActionOverrides: overrides = [] } = statement;
  checkCount(excluded, `${member}.excludedRules`);
  checkCount(overrides, `${member}.ruleActionOverrides`);
  // "With managed rule groups, WAF silently ignores any override that uses an invalid rule name"
  // (RuleActionOverride, API Reference).
  for (const [index, { Name }] of excluded.entries()) {
    checkName(Name, `${member}.excludedRules.${index + 1}.member.name`);
  }
  for (const [index, { Name, ActionToUse }] of overrides.entries()) {
    const path = `${member}.ruleActionOverrides.${index + 1}.member`;
    checkName(Name, `${path}.name`);
    checkRuleAction(requireMember(ActionToUse, `${path}.actionToUse`));
  }
  const { ScopeDownStatement: narrowed } = statement;
  if (narrowed) checkNested(narrowed, { ...place, member: `${member}.scopeDownStatement` });
}

function checkCount(items: readonly unknown[], member: string): void {
  if (items.length <= MAX_OVERRIDES) return;
  throw failedConstraint(
    `${items.length} items`,
    member,
    `Member must have length less than or equal to ${MAX_OVERRIDES}`,
  );
}

/**
 * The account has no rule groups here. Its web ACLs refer only to those of AWS's own services, which a request may
 * keep.
 *
 * @throws AwsError UnsupportedOperation.
 */
export function checkGroupReference(
  { ARN: arn = "" }: RuleGroupReferenceStatement,
  { knownGroups }: Place,
): void {
  if (!knownGroups.includes(arn)) throw notModelled("A RuleGroupReferenceStatement");
}
