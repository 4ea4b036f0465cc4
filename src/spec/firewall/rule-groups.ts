/** A group of rules that AWS writes and keeps up to date. */
interface ManagedRuleGroup {
  /** AWS's name for it. The vendor is AWS. */
  readonly awsName: string;
  /** In web ACL capacity units, WCU. */
  readonly capacity: number;
  /** The rules that AWS documents ("AWS Managed Rules rule groups list"). AWS may have added others since. */
  readonly rules: readonly string[];
}

/** The groups by their words in the file, which are also the order in which documents list them. */
export const ruleGroups = {
  common: {
    awsName: "AWSManagedRulesCommonRuleSet",
    capacity: 700,
    rules: [
      "NoUserAgent_HEADER",
      "UserAgent_BadBots_HEADER",
      "SizeRestrictions_QUERYSTRING",
      "SizeRestrictions_Cookie_HEADER",
      "SizeRestrictions_BODY",
      "SizeRestrictions_URIPATH",
      "EC2MetaDataSSRF_BODY",
      "EC2MetaDataSSRF_COOKIE",
      "EC2MetaDataSSRF_URIPATH",
      "EC2MetaDataSSRF_QUERYARGUMENTS",
      "GenericLFI_QUERYARGUMENTS",
      "GenericLFI_URIPATH",
      "GenericLFI_BODY",
      "RestrictedExtensions_URIPATH",
      "RestrictedExtensions_QUERYARGUMENTS",
      "GenericRFI_QUERYARGUMENTS",
      "GenericRFI_BODY",
      "GenericRFI_URIPATH",
      "CrossSiteScripting_COOKIE",
      "CrossSiteScripting_QUERYARGUMENTS",
      "CrossSiteScripting_BODY",
      "CrossSiteScripting_URIPATH",
    ],
  },
  "bad-inputs": {
    awsName: "AWSManagedRulesKnownBadInputsRuleSet",
    capacity: 200,
    rules: [
      "JavaDeserializationRCE_HEADER",
      "JavaDeserializationRCE_BODY",
      "JavaDeserializationRCE_URIPATH",
      "JavaDeserializationRCE_QUERYSTRING",
      "Host_localhost_HEADER",
      "PROPFIND_METHOD",
      "ExploitablePaths_URIPATH",
      "Log4JRCE_HEADER",
      "Log4JRCE_QUERYSTRING",
      "Log4JRCE_BODY",
      "Log4JRCE_URIPATH",
      "ReactJSRCE_BODY",
    ],
  },
  "ip-reputation": {
    awsName: "AWSManagedRulesAmazonIpReputationList",
    capacity: 25,
    rules: ["AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList"],
  },
  admin: {
    awsName: "AWSManagedRulesAdminProtectionRuleSet",
    capacity: 100,
    rules: ["AdminProtection_URIPATH"],
  },
  sql: {
    awsName: "AWSManagedRulesSQLiRuleSet",
    capacity: 200,
    rules: [
      "SQLi_QUERYARGUMENTS",
      "SQLiExtendedPatterns_QUERYARGUMENTS",
      "SQLi_BODY",
      "SQLiExtendedPatterns_BODY",
      "SQLiExtendedPatterns_HEADER",
      "SQLiExtendedPatterns_URIPATH",
      "SQLi_COOKIE",
      "SQLi_URIPATH",
    ],
  },
  linux: {
    awsName: "AWSManagedRulesLinuxRuleSet",
    capacity: 200,
    rules: ["LFI_URIPATH", "LFI_QUERYSTRING", "LFI_HEADER"],
  },
  unix: {
    awsName: "AWSManagedRulesUnixRuleSet",
    capacity: 100,
    rules: [
      "UNIXShellCommandsVariables_QUERYSTRING",
      "UNIXShellCommandsVariables_BODY",
      "UNIXShellCommandsVariables_HEADER",
    ],
  },
  php: {
    awsName: "AWSManagedRulesPHPRuleSet",
    capacity: 100,
    rules: [
      "PHPHighRiskMethodsVariables_HEADER",
      "PHPHighRiskMethodsVariables_QUERYSTRING",
      "PHPHighRiskMethodsVariables_BODY",
      "PHPHighRiskMethodsVariables_URIPATH",
    ],
  },
  wordpress: {
    awsName: "AWSManagedRulesWordPressRuleSet",
    capacity: 100,
    rules: ["WordPressExploitableCommands_QUERYSTRING", "WordPressExploitablePaths_URIPATH"],
  },
  anonymous: {
    awsName: "AWSManagedRulesAnonymousIpList",
    capacity: 50,
    rules: ["AnonymousIPList", "HostingProviderIPList"],
  },
} as const satisfies Readonly<Record<string, ManagedRuleGroup>>;

/** The word for a group in the file. */
export type RuleGroup = keyof typeof ruleGroups;

/** Every word for a group, in the order in which documents list them. */
export const RULE_GROUPS = Object.keys(ruleGroups) as readonly RuleGroup[];

/** Whether a text is the word for a group. */
export function isRuleGroup(text: string): text is RuleGroup {
  return Object.hasOwn(ruleGroups, text);
}

/** The word for the group that AWS calls so, in whatever case. */
export function groupOfAws(awsName: string): RuleGroup | undefined {
  const wanted = awsName.toLowerCase();
  return RULE_GROUPS.find((group) => ruleGroups[group].awsName.toLowerCase() === wanted);
}

/** The word for the group that has a rule of this name. */
export function groupOfRule(name: string): RuleGroup | undefined {
  return RULE_GROUPS.find((group) => rulesOf(group).includes(name));
}

/** The names of a group's rules that AWS documents. */
export function rulesOf(group: RuleGroup): readonly string[] {
  return ruleGroups[group].rules;
}
