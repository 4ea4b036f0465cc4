import type { CreateWebACLRequest, LowReputationMode, Rule } from "@aws-sdk/client-wafv2";
import type { Region } from "../region.ts";
import { checkDefaultAction } from "./actions.ts";
import { capacityOf, MAX_CAPACITY, nestedIn } from "./capacity.ts";
import { failedConstraint, InvalidParameter } from "./errors.ts";
import { requireMember } from "./members.ts";
import { readDescription } from "./named.ts";
import { readRules } from "./rules.ts";
import type { WebAclSettings } from "./tables.ts";
import { checkVisibility } from "./visibility.ts";

/** The parameters that CreateWebACL and UpdateWebACL have in common. */
export const settingNames = [
  "Description",
  "DefaultAction",
  "Rules",
  "VisibilityConfig",
  "OnSourceDDoSProtectionConfig",
] as const;

type Given = Pick<CreateWebACLRequest, (typeof settingNames)[number]>;

/**
 * @param current of a web ACL that is updated.
 * @param reserved the capacity that rule groups outside the request need.
 * @throws AwsError WAFInvalidParameterException, ValidationException and others.
 */
export function readSettings(
  region: Region,
  given: Given,
  current?: Readonly<WebAclSettings>,
  reserved = 0,
): WebAclSettings {
  const description = readDescription(given.Description);
  const defaultAction = requireMember(given.DefaultAction, "defaultAction");
  checkDefaultAction(defaultAction);
  const visibilityConfig = requireMember(given.VisibilityConfig, "visibilityConfig");
  checkVisibility(visibilityConfig, "visibilityConfig");
  const lowReputationMode = readMode(given);
  const rules = readRules(region, given.Rules, current?.rules);
  checkCapacity(capacityOf(rules) + reserved);
  return { description, defaultAction, visibilityConfig, lowReputationMode, rules };
}

/** @throws AwsError WAFInvalidParameterException. */
export function checkCapacity(capacity: number): void {
  if (capacity <= MAX_CAPACITY) return;
  throw new InvalidParameter(
    "WEB_ACL",
    String(capacity),
    "You exceeded the capacity limit for a rule group or web ACL.",
  );
}

/** "ACTIVE_UNDER_DDOS protection is enabled by default" (OnSourceDDoSProtectionConfig, API Reference). */
function readMode({ OnSourceDDoSProtectionConfig: config }: Given): LowReputationMode {
  if (config === undefined) return "ACTIVE_UNDER_DDOS";
  const member = "onSourceDDoSProtectionConfig.aLBLowReputationMode";
  const mode = requireMember(config.ALBLowReputationMode, member);
  if (mode === "ACTIVE_UNDER_DDOS" || mode === "ALWAYS_ON") return mode;
  throw failedConstraint(
    mode,
    member,
    "Member must satisfy enum value set: [ACTIVE_UNDER_DDOS, ALWAYS_ON]",
  );
}

/** The ARNs of the IP sets to which rules refer. */
export function ipSetsOf(rules: readonly Rule[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = rules.flatMap(({ Statement }) => Statement ?? []);
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    const arn = statement.IPSetReferenceStatement?.ARN;
    if (arn !== undefined) found.add(arn);
    open.push(...nestedIn(statement));
  }
  return found;
}
