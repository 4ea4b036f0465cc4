/** A group of rules that AWS maintains. */
export interface ManagedRuleGroup {
  readonly name: string;
  readonly description: string;
  /** In web ACL capacity units. */
  readonly capacity: number;
  /** Of its labels: `core-rule-set`. */
  readonly labels: string;
  /** Whether it has versions. */
  readonly isVersioned: boolean;
  readonly rules: readonly ManagedRule[];
}

export interface ManagedRule {
  readonly name: string;
  readonly action: "Block" | "Count";
  /** The last part of the label that it adds. */
  readonly label: string;
}

/** Labels that do not follow from the rule's name, as the documentation has them. */
const otherLabels: Readonly<Record<string, string>> = {
  UserAgent_BadBots_HEADER: "BadBots_Header",
  Host_localhost_HEADER: "Host_Localhost_Header",
  PROPFIND_METHOD: "Propfind_Method",
  SQLi_URIPATH: "SQLi_URIPATH",
  WordPressExploitableCommands_QUERYSTRING: "WordPressExploitableCommands_QUERYSTRING",
  WordPressExploitablePaths_URIPATH: "WordPressExploitablePaths_URIPATH",
};

/** How labels spell the parts of a request. */
const parts: Readonly<Record<string, string>> = {
  HEADER: "Header",
  BODY: "Body",
  COOKIE: "Cookie",
  URIPATH: "URIPath",
  QUERYSTRING: "QueryString",
  QUERYARGUMENTS: "QueryArguments",
};

function blocking(names: string): ManagedRule[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, action: "Block", label: labelOf(name) }));
}

function labelOf(name: string): string {
  return otherLabels[name] ?? name.replace(/(?<![A-Z])[A-Z]+$/, (part) => parts[part] ?? part);
}

/**
 * "Baseline rule groups", "Use-case specific rule groups" and "IP reputation rule groups", AWS WAF Developer Guide,
 * of 2026: the most recent static versions.
 */
export const managedRuleGroups: readonly ManagedRuleGroup[] = [
  {
    name: "AWSManagedRulesCommonRuleSet",
    description: "Contains rules that are generally applicable to web applications.",
    capacity: 700,
    labels: "core-rule-set",
    isVersioned: true,
    rules: blocking(`
      NoUserAgent_HEADER UserAgent_BadBots_HEADER SizeRestrictions_QUERYSTRING
      SizeRestrictions_Cookie_HEADER SizeRestrictions_BODY SizeRestrictions_URIPATH
      EC2MetaDataSSRF_BODY EC2MetaDataSSRF_COOKIE EC2MetaDataSSRF_URIPATH EC2MetaDataSSRF_QUERYARGUMENTS
      GenericLFI_QUERYARGUMENTS GenericLFI_URIPATH GenericLFI_BODY
      RestrictedExtensions_URIPATH RestrictedExtensions_QUERYARGUMENTS
      GenericRFI_QUERYARGUMENTS GenericRFI_BODY GenericRFI_URIPATH
      CrossSiteScripting_COOKIE CrossSiteScripting_QUERYARGUMENTS CrossSiteScripting_BODY
      CrossSiteScripting_URIPATH`),
  },
  {
    name: "AWSManagedRulesAdminProtectionRuleSet",
    description: "Contains rules that block external access to exposed administrative pages.",
    capacity: 100,
    labels: "admin-protection",
    isVersioned: true,
    rules: blocking("AdminProtection_URIPATH"),
  },
  {
    name: "AWSManagedRulesKnownBadInputsRuleSet",
    description: "Contains rules that block request patterns that are known to be invalid.",
    capacity: 200,
    labels: "known-bad-inputs",
    isVersioned: true,
    rules: blocking(`
      JavaDeserializationRCE_HEADER JavaDeserializationRCE_BODY JavaDeserializationRCE_URIPATH
      JavaDeserializationRCE_QUERYSTRING Host_localhost_HEADER PROPFIND_METHOD ExploitablePaths_URIPATH
      Log4JRCE_HEADER Log4JRCE_QUERYSTRING Log4JRCE_BODY Log4JRCE_URIPATH ReactJSRCE_BODY`),
  },
  {
    name: "AWSManagedRulesSQLiRuleSet",
    description: "Contains rules that block the exploitation of SQL databases.",
    capacity: 200,
    labels: "sql-database",
    isVersioned: true,
    rules: blocking(`
      SQLi_QUERYARGUMENTS SQLiExtendedPatterns_QUERYARGUMENTS SQLi_BODY SQLiExtendedPatterns_BODY
      SQLi_COOKIE SQLi_URIPATH`),
  },
  {
    name: "AWSManagedRulesLinuxRuleSet",
    description: "Contains rules that block the exploitation of vulnerabilities specific to Linux.",
    capacity: 200,
    labels: "linux-os",
    isVersioned: true,
    rules: blocking("LFI_URIPATH LFI_QUERYSTRING LFI_HEADER"),
  },
  {
    name: "AWSManagedRulesUnixRuleSet",
    description: "Contains rules that block the exploitation of vulnerabilities specific to POSIX.",
    capacity: 100,
    labels: "posix-os",
    isVersioned: true,
    rules: blocking(`
      UNIXShellCommandsVariables_QUERYSTRING UNIXShellCommandsVariables_BODY
      UNIXShellCommandsVariables_HEADER`),
  },
  {
    name: "AWSManagedRulesWindowsRuleSet",
    description:
      "Contains rules that block the exploitation of vulnerabilities specific to Windows.",
    capacity: 200,
    labels: "windows-os",
    isVersioned: true,
    rules: blocking(`
      WindowsShellCommands_COOKIE WindowsShellCommands_QUERYARGUMENTS WindowsShellCommands_BODY
      PowerShellCommands_COOKIE PowerShellCommands_QUERYARGUMENTS PowerShellCommands_BODY`),
  },
  {
    name: "AWSManagedRulesPHPRuleSet",
    description: "Contains rules that block the exploitation of vulnerabilities specific to PHP.",
    capacity: 100,
    labels: "php-app",
    isVersioned: true,
    rules: blocking(`
      PHPHighRiskMethodsVariables_HEADER PHPHighRiskMethodsVariables_QUERYSTRING
      PHPHighRiskMethodsVariables_BODY`),
  },
  {
    name: "AWSManagedRulesWordPressRuleSet",
    description:
      "Contains rules that block the exploitation of vulnerabilities specific to WordPress.",
    capacity: 100,
    labels: "wordpress-app",
    isVersioned: true,
    rules: blocking("WordPressExploitableCommands_QUERYSTRING WordPressExploitablePaths_URIPATH"),
  },
  {
    name: "AWSManagedRulesAmazonIpReputationList",
    description: "Contains rules that are based on Amazon threat intelligence.",
    capacity: 25,
    labels: "amazon-ip-list",
    isVersioned: false,
    rules: [
      ...blocking("AWSManagedIPReputationList AWSManagedReconnaissanceList"),
      { name: "AWSManagedIPDDoSList", action: "Count", label: "AWSManagedIPDDoSList" },
    ],
  },
  {
    name: "AWSManagedRulesAnonymousIpList",
    description: "Contains rules that block services that hide the identity of viewers.",
    capacity: 50,
    labels: "anonymous-ip-list",
    isVersioned: false,
    rules: blocking("AnonymousIPList HostingProviderIPList"),
  },
];

/** AWS has these groups too, which need settings of their own, or cost extra. */
const otherGroups: readonly string[] = [
  "AWSManagedRulesACFPRuleSet",
  "AWSManagedRulesATPRuleSet",
  "AWSManagedRulesAntiDDoSRuleSet",
  "AWSManagedRulesBotControlRuleSet",
];

/** Whether AWS has the group and this sandbox does not model it. Groups of other vendors are sold. */
export function isUnmodelledGroup(vendor: string, name: string): boolean {
  return vendor !== "AWS" || otherGroups.includes(name);
}

/** Undefined for a group that is not modelled or does not exist. */
export function findManagedRuleGroup(vendor: string, name: string): ManagedRuleGroup | undefined {
  return vendor === "AWS" ? managedRuleGroups.find((group) => group.name === name) : undefined;
}
