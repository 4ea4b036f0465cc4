import { nearestWord } from "../explain/nearest.ts";
import { allOf, quote } from "../finding.ts";
import { mappingKey } from "../shared/mapping-key.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import {
  groupOfAws,
  groupOfRule,
  isRuleGroup,
  RULE_GROUPS,
  type RuleGroup,
} from "./rule-groups.ts";

const VALID = `valid values are ${allOf(RULE_GROUPS)}`;

/** The word for a group of rules. */
export function ruleGroup() {
  return scalar({ type: "string", enum: RULE_GROUPS }, parseRuleGroup);
}

/** The same as the name of a field, which has rules of the group. */
export const ruleGroupKey = mappingKey((key) => {
  const group = groupOfRule(key);
  return group === undefined
    ? parseRuleGroup(key, key)
    : new Mistake(
        `${quote(key)} is a rule, not a group of rules`,
        `write it in the list of its group: ${group}: [${key}]`,
      );
});

function parseRuleGroup(value: unknown, written: string): RuleGroup | Mistake {
  if (typeof value !== "string") {
    return new Mistake(
      `expected the word for a group of rules, but this is ${quote(value, written)}`,
      VALID,
    );
  }
  if (isRuleGroup(value)) return value;
  const group = groupOfAws(value);
  if (group !== undefined) {
    return new Mistake(`${quote(value)} is AWS's name for a group of rules`, `write ${group}`);
  }
  if (/^AWSManagedRules/i.test(value)) {
    return new Mistake(`the group of rules ${quote(value)} is not supported`, VALID);
  }
  const near = nearestWord(value, RULE_GROUPS);
  return new Mistake(
    `${quote(value)} is not a valid value`,
    near === undefined ? VALID : `did you mean ${near}? V${VALID.slice(1)}`,
  );
}
