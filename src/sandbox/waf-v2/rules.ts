import type { Rule, Statement } from "@aws-sdk/client-wafv2";
import type { Region } from "../region.ts";
import { checkOverrideAction, checkRuleAction } from "./actions.ts";
import { exactlyOne, failedConstraint, InvalidParameter } from "./errors.ts";
import { checkModelled, requireMember } from "./members.ts";
import { checkName } from "./named.ts";
import { USUAL_WINDOW } from "./rate-statement.ts";
import { checkStatement } from "./statements.ts";
import { checkVisibility } from "./visibility.ts";

/**
 * The rules of a request as AWS WAF stores them.
 *
 * @param present the rules that the web ACL has until now.
 * @throws AwsError WAFInvalidParameterException, WAFNonexistentItemException, WAFUnavailableEntityException and others.
 */
export function readRules(
  region: Region,
  rules: readonly Rule[] = [],
  present: readonly Rule[] = [],
): Rule[] {
  const knownGroups = present.flatMap(
    ({ Statement }) => Statement?.RuleGroupReferenceStatement?.ARN ?? [],
  );
  for (const [index, rule] of rules.entries()) {
    checkRule(region, rule, `rules.${index + 1}.member`, knownGroups);
  }
  // "The priorities don't need to be consecutive, but they must all be different" (Rule, API Reference).
  checkUnique(rules, ({ Priority }) => String(Priority), "priority");
  checkUnique(rules, ({ Name }) => Name ?? "", "name");
  return rules.map(stored);
}

function checkRule(
  region: Region,
  rule: Rule,
  member: string,
  knownGroups: readonly string[],
): void {
  checkModelled("Rule", rule, [
    "Name",
    "Priority",
    "Statement",
    "Action",
    "OverrideAction",
    "RuleLabels",
    "VisibilityConfig",
  ]);
  checkName(rule.Name, `${member}.name`);
  const priority = requireMember(rule.Priority, `${member}.priority`);
  if (priority < 0) {
    throw failedConstraint(
      priority,
      `${member}.priority`,
      "Member must have value greater than or equal to 0",
    );
  }
  const statement = requireMember(rule.Statement, `${member}.statement`);
  checkVisibility(
    requireMember(rule.VisibilityConfig, `${member}.visibilityConfig`),
    `${member}.visibilityConfig`,
  );
  checkActions(rule, statement);
  checkLabels(rule, member);
  const place = { region, member: `${member}.statement`, isNested: false, knownGroups };
  checkStatement(statement, place);
}

/**
 * "If the rule statement does not reference a rule group, use this rule action setting and not the rule override
 * action setting" and the reverse (Rule, API Reference).
 */
function checkActions({ Action, OverrideAction }: Rule, statement: Statement): void {
  const isGroup = isOfGroup(statement);
  if ((Action !== undefined) === isGroup || (OverrideAction !== undefined) !== isGroup) {
    throw exactlyOne("RULE", "Rule");
  }
  if (Action !== undefined) checkRuleAction(Action);
  if (OverrideAction !== undefined) checkOverrideAction(OverrideAction);
}

function isOfGroup(statement: Statement): boolean {
  return Boolean(statement.ManagedRuleGroupStatement ?? statement.RuleGroupReferenceStatement);
}

function checkLabels({ RuleLabels: labels = [] }: Rule, member: string): void {
  for (const [index, { Name = "" }] of labels.entries()) {
    if (Name.length <= 1024 && /^[0-9A-Za-z_\-:]+$/.test(Name)) continue;
    throw failedConstraint(
      Name,
      `${member}.ruleLabels.${index + 1}.member.name`,
      "Member must satisfy regular expression pattern: ^[0-9A-Za-z_\\-:]+$",
    );
  }
}

function checkUnique(
  rules: readonly Rule[],
  textOf: (rule: Rule) => string,
  what: "priority" | "name",
): void {
  const values = rules.map(textOf);
  const repeated = values.find((value, index) => values.indexOf(value) < index);
  if (repeated === undefined) return;
  throw new InvalidParameter("RULE", repeated, `You have used the same ${what} for several rules.`);
}

/** With the default that answers show. */
function stored(rule: Rule): Rule {
  const rate = rule.Statement?.RateBasedStatement;
  const copy = structuredClone(rule);
  if (rate === undefined || rate.EvaluationWindowSec !== undefined) return copy;
  return {
    ...copy,
    Statement: { RateBasedStatement: { ...rate, EvaluationWindowSec: USUAL_WINDOW } },
  };
}
