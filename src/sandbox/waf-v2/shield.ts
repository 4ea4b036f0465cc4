import type { Rule } from "@aws-sdk/client-wafv2";
import type { Region } from "../region.ts";
import { newUuid } from "./named.ts";
import { type WebAclRecord, webAcls } from "./tables.ts";

/** The account of AWS that owns the rule groups of Shield Advanced ("The Shield Advanced rule group", Developer Guide). */
const OWNER = "153427709519";

/** "a priority setting of 10,000,000, so that it runs after the rules that you have configured". */
const PRIORITY = 10_000_000;

/**
 * Shield Advanced adds its rule to a web ACL, as it does when somebody enables the automatic mitigation of attacks for
 * a resource ("Recognizing rule groups provided by other services", AWS WAF Developer Guide). The lock token changes,
 * and readers see it at once.
 *
 * @returns the rule's name.
 */
export function addShieldMitigation(region: Region, webAclArn: string): string {
  const table = region.table(webAcls);
  const webAcl = table.latest(webAclArn);
  if (webAcl === undefined) throw new Error(`The web ACL ${webAclArn} does not exist.`);
  const rule = mitigationRule(region, webAcl);
  const lockToken = newUuid(region);
  table.change(
    webAclArn,
    (record) => {
      record.settings = { ...record.settings, rules: [...record.settings.rules, rule] };
      record.lockToken = lockToken;
    },
    { immediate: true },
  );
  return rule.Name ?? "";
}

function mitigationRule(region: Region, { id }: WebAclRecord): Rule {
  const name = `ShieldMitigationRuleGroup_${region.account}_${id}_${newUuid(region)}`;
  const owner = `arn:${region.partition}:wafv2:${region.name}:${OWNER}`;
  return {
    Name: name,
    Priority: PRIORITY,
    Statement: {
      RuleGroupReferenceStatement: {
        ARN: `${owner}:regional/rulegroup/${name}/${newUuid(region)}`,
      },
    },
    OverrideAction: { None: {} },
    VisibilityConfig: {
      SampledRequestsEnabled: true,
      CloudWatchMetricsEnabled: true,
      MetricName: name,
    },
  };
}
