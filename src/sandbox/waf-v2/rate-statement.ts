import type { RateBasedStatement } from "@aws-sdk/client-wafv2";
import { notModelled } from "../error.ts";
import { failedConstraint, InvalidParameter } from "./errors.ts";
import { checkModelled, requireMember } from "./members.ts";
import type { CheckNested, Place } from "./place.ts";

/** "RateLimit" of the service's model. */
const LIMITS = [10, 2_000_000_000] as const;

/** "Valid settings are 60, 120, 300, and 600" (RateBasedStatement, API Reference). */
const WINDOWS: readonly number[] = [60, 120, 300, 600];

/** "Default: 300 (5 minutes)" (RateBasedStatement, API Reference). */
export const USUAL_WINDOW = 300;

/** @throws AwsError ValidationException, WAFInvalidParameterException and others. */
export function checkRateBased(
  statement: RateBasedStatement,
  place: Place,
  checkNested: CheckNested,
): void {
  const { member } = place;
  checkModelled("RateBasedStatement", statement, [
    "Limit",
    "EvaluationWindowSec",
    "AggregateKeyType",
    "ScopeDownStatement",
  ]);
  const limit = requireMember(statement.Limit, `${member}.limit`);
  const [least, most] = LIMITS;
  if (limit < least || limit > most) {
    throw failedConstraint(
      limit,
      `${member}.limit`,
      limit < least
        ? `Member must have value greater than or equal to ${least}`
        : `Member must have value less than or equal to ${most}`,
    );
  }
  const kind = requireMember(statement.AggregateKeyType, `${member}.aggregateKeyType`);
  if (kind !== "IP") throw notModelled(`The AggregateKeyType ${kind}`);
  const { EvaluationWindowSec: window = USUAL_WINDOW, ScopeDownStatement: narrowed } = statement;
  if (!WINDOWS.includes(window)) {
    throw new InvalidParameter(
      "RATE_BASED_STATEMENT",
      String(window),
      "The evaluation window isn't valid. Valid settings are 60, 120, 300, and 600.",
    );
  }
  if (narrowed) checkNested(narrowed, { ...place, member: `${member}.scopeDownStatement` });
}
