import { type RuleGroup, ruleGroups } from "./rule-groups.ts";

/** Of a rule that compares the address with one IP set, and of one that counts requests for each address. */
const OF_IP_SET = 1;
const OF_LIMIT = 2;

interface Judging {
  readonly rules: readonly RuleGroup[];
  readonly limit?: unknown;
  readonly block: readonly string[];
  readonly allow: readonly string[];
}

/** What a web ACL needs, in web ACL capacity units ("AWS WAF web ACL capacity units (WCUs)"). */
export function capacityOf({ rules, limit, block, allow }: Judging): number {
  const ofGroups = rules.reduce((sum, group) => sum + ruleGroups[group].capacity, 0);
  const ofAddresses = (familiesIn(block) + familiesIn(allow)) * OF_IP_SET;
  return ofGroups + ofAddresses + (limit === undefined ? 0 : OF_LIMIT);
}

/** An IP set has addresses of one family. */
function familiesIn(ranges: readonly string[]): number {
  return new Set(ranges.map((range) => range.includes(":"))).size;
}
