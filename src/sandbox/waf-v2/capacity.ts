import type { Statement } from "@aws-sdk/client-wafv2";
import { findManagedRuleGroup } from "./managed-rule-groups.ts";
import type { WebAclRecord } from "./tables.ts";

/** "Maximum number of WCUs in a web ACL" ("AWS WAF quotas"). */
export const MAX_CAPACITY = 5000;

/** Of one that Shield Advanced adds ("How the rule group uses WCUs", AWS WAF Developer Guide). */
const OF_SHIELD_GROUP = 150;

/** "Rule statements list", AWS WAF Developer Guide. */
const OF_MATCH = 1;
const OF_RATE = 2;

/** What rules need, in web ACL capacity units. All of their statements are modelled. */
export function capacityOf(
  rules: readonly { readonly Statement: Statement | undefined }[],
): number {
  return rules.reduce((sum, { Statement }) => sum + capacityOfStatement(Statement), 0);
}

function capacityOfStatement(statement: Statement | undefined): number {
  if (statement === undefined) return 0;
  const {
    RateBasedStatement: rate,
    ManagedRuleGroupStatement: managed,
    RuleGroupReferenceStatement: group,
  } = statement;
  // "Defined by the rule group, plus any additional WCUs for a scope-down statement."
  const own =
    rate !== undefined
      ? OF_RATE
      : managed !== undefined
        ? (findManagedRuleGroup(managed.VendorName ?? "", managed.Name ?? "")?.capacity ?? 0)
        : group !== undefined
          ? OF_SHIELD_GROUP
          : isLogical(statement)
            ? 0
            : OF_MATCH;
  return nestedIn(statement).reduce((sum, nested) => sum + capacityOfStatement(nested), own);
}

function isLogical({ AndStatement, OrStatement, NotStatement }: Statement): boolean {
  return Boolean(AndStatement ?? OrStatement ?? NotStatement);
}

/** The statements directly inside a statement. */
export function nestedIn(statement: Statement): Statement[] {
  const { AndStatement, OrStatement, NotStatement, RateBasedStatement } = statement;
  return [
    ...(AndStatement?.Statements ?? []),
    ...(OrStatement?.Statements ?? []),
    ...(NotStatement?.Statement ? [NotStatement.Statement] : []),
    ...(RateBasedStatement?.ScopeDownStatement ? [RateBasedStatement.ScopeDownStatement] : []),
    ...(statement.ManagedRuleGroupStatement?.ScopeDownStatement
      ? [statement.ManagedRuleGroupStatement.ScopeDownStatement]
      : []),
  ];
}

/** What a web ACL needs, with the rule groups of Firewall Manager. */
export function capacityOfWebAcl({ settings, firewallManager }: Readonly<WebAclRecord>): number {
  const managed = [...(firewallManager?.first ?? []), ...(firewallManager?.last ?? [])];
  return (
    capacityOf(settings.rules) +
    capacityOf(
      managed.map(({ FirewallManagerStatement }) => ({ Statement: FirewallManagerStatement })),
    )
  );
}
