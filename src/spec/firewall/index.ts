import { defineSection } from "../section.ts";
import { normaliseFirewall } from "./normalised.ts";
import { firewallRules } from "./rules.ts";
import { firewallSchema as schema } from "./schema.ts";

/** The web ACL in front of the load balancer. */
export const firewallSection = defineSection({
  schema,
  rules: firewallRules,
  normalise: normaliseFirewall,
  otherNames: [
    "waf",
    "wafv2",
    "webAcl",
    "web_acl",
    "webACL",
    "webApplicationFirewall",
    "web_application_firewall",
  ],
  misnomers: [
    {
      at: "",
      names: [
        "managedRules",
        "managed_rules",
        "managedRuleGroups",
        "ruleGroups",
        "rule_groups",
        "groups",
      ],
      help: "write rules, which is a list of groups: rules: [common, bad-inputs, ip-reputation]",
    },
    {
      at: "",
      names: ["rateLimit", "rate_limit", "rateBasedRule", "rate"],
      help: "write limit, with a number of requests and a time: limit: 2000 in 5m",
    },
    {
      at: "",
      names: [
        "blockList",
        "block_list",
        "blocklist",
        "deny",
        "denyList",
        "deny_list",
        "blacklist",
        "blocked",
      ],
      help: "write block, which is a list of CIDRs: block: [203.0.113.0/24]",
    },
    {
      at: "",
      names: ["allowList", "allow_list", "allowlist", "whitelist", "allowed"],
      help: "write allow, which is a list of CIDRs: allow: [198.51.100.7/32]",
    },
    {
      at: "",
      names: [
        "exclude",
        "excludes",
        "excluded",
        "excludedRules",
        "excluded_rules",
        "overrides",
        "ruleActionOverrides",
        "exceptions",
      ],
      help: "write except, with the rules of each group that only count: except: { common: [SizeRestrictions_BODY] }",
    },
    {
      at: "",
      names: ["action", "overrideAction", "override_action"],
      help: "write mode: block, or mode: count to let everything through and count it",
    },
  ],
});
