import type {
  DefaultAction,
  OverrideAction,
  ParameterExceptionField,
  RuleAction,
} from "@aws-sdk/client-wafv2";
import { exactlyOne } from "./errors.ts";
import { checkModelled, presentMembers } from "./members.ts";

/** @throws AwsError WAFInvalidParameterException; UnsupportedOperation for actions with settings of their own. */
export function checkDefaultAction(action: DefaultAction): void {
  checkAlternatives("DefaultAction", "DEFAULT_ACTION", action);
}

/** @throws AwsError as `checkDefaultAction`. */
export function checkRuleAction(action: RuleAction): void {
  checkAlternatives("RuleAction", "RULE_ACTION", action);
}

/** @throws AwsError as `checkDefaultAction`. */
export function checkOverrideAction(action: OverrideAction): void {
  checkAlternatives("OverrideAction", "OVERRIDE_ACTION", action);
}

/** Custom responses, custom requests and tokens are settings of an alternative, and not modelled. */
function checkAlternatives(what: string, field: ParameterExceptionField, value: object): void {
  if (presentMembers(value).length !== 1) throw exactlyOne(field, what);
  for (const [name, content] of Object.entries<unknown>({ ...value })) {
    if (typeof content === "object" && content !== null) {
      checkModelled(`the ${what} ${name}`, content, []);
    }
  }
}
