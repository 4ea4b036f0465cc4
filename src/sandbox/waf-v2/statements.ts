import type { Statement } from "@aws-sdk/client-wafv2";
import { notModelled } from "../error.ts";
import { exactlyOne, InvalidParameter } from "./errors.ts";
import { checkGroupReference, checkManagedRuleGroup } from "./group-statements.ts";
import { checkGeoMatch, checkIpSetReference, checkLabelMatch } from "./match-statements.ts";
import { presentMembers, requireMember } from "./members.ts";
import type { CheckNested, Place } from "./place.ts";
import { checkRateBased } from "./rate-statement.ts";

/**
 * Checks a statement with all that it contains.
 *
 * @throws AwsError WAFInvalidParameterException, WAFNonexistentItemException and others; UnsupportedOperation for
 * statements that are not modelled.
 */
export function checkStatement(statement: Statement, place: Place): void {
  const [kind, another] = presentMembers(statement);
  if (kind === undefined || another !== undefined) throw exactlyOne("STATEMENT", "Statement");
  const within = {
    ...place,
    member: `${place.member}.${kind.charAt(0).toLowerCase()}${kind.slice(1)}`,
  };
  const {
    IPSetReferenceStatement,
    GeoMatchStatement,
    LabelMatchStatement,
    AndStatement,
    OrStatement,
    NotStatement,
    RateBasedStatement,
    ManagedRuleGroupStatement,
    RuleGroupReferenceStatement,
  } = statement;
  if (
    place.isNested &&
    (RateBasedStatement ?? ManagedRuleGroupStatement ?? RuleGroupReferenceStatement)
  ) {
    // "Not nestable" ("Using rate-based rule statements", "Using managed rule group statements", Developer Guide).
    throw new InvalidParameter("STATEMENT", kind, "Your nested statement isn't valid.");
  }
  if (IPSetReferenceStatement) checkIpSetReference(IPSetReferenceStatement, within);
  else if (GeoMatchStatement) checkGeoMatch(GeoMatchStatement, within);
  else if (LabelMatchStatement) checkLabelMatch(LabelMatchStatement, within);
  else if (AndStatement) checkSeveral("AND_STATEMENT", AndStatement.Statements, within);
  else if (OrStatement) checkSeveral("OR_STATEMENT", OrStatement.Statements, within);
  else if (NotStatement) checkNegated(NotStatement.Statement, within);
  else if (RateBasedStatement) checkRateBased(RateBasedStatement, within, checkNested);
  else if (ManagedRuleGroupStatement) {
    checkManagedRuleGroup(ManagedRuleGroupStatement, within, checkNested);
  } else if (RuleGroupReferenceStatement) checkGroupReference(RuleGroupReferenceStatement, within);
  else throw notModelled(`The statement ${kind}`);
}

const checkNested: CheckNested = (statement, place) =>
  checkStatement(statement, { ...place, isNested: true });

function checkNegated(statement: Statement | undefined, place: Place): void {
  const member = `${place.member}.statement`;
  checkNested(requireMember(statement, member), { ...place, member });
}

function checkSeveral(
  field: "AND_STATEMENT" | "OR_STATEMENT",
  statements: readonly Statement[] | undefined,
  place: Place,
): void {
  const several = requireMember(statements, `${place.member}.statements`);
  if (several.length < 2) {
    throw new InvalidParameter(
      field,
      String(several.length),
      "You haven't met a minimum requirement for a threshold setting.",
    );
  }
  for (const [index, statement] of several.entries()) {
    const member = `${place.member}.statements.${index + 1}.member`;
    checkNested(statement, { ...place, member });
  }
}
