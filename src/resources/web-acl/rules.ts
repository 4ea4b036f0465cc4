import type {
  CountryCode,
  RateBasedStatement,
  Rule,
  RuleAction,
  Statement,
  VisibilityConfig,
} from "@aws-sdk/client-wafv2";

/** A rule of a web ACL, in the order in which AWS WAF judges by them. */
export interface WebAclRule {
  readonly name: string;
  /** What becomes of a request that it matches. Of a group of AWS's rules, `group`: what its own rules say. */
  readonly action: "allow" | "block" | "count" | "group";
  /** The ARN of the IP set with the addresses. */
  readonly addresses: string | null;
  /** More requests than these from one address in so many seconds. */
  readonly limit: { readonly requests: number; readonly seconds: number } | null;
  /** AWS's name of a group of rules, and its rules that only count. */
  readonly group: { readonly name: string; readonly except: readonly string[] } | null;
  /** Whatever else somebody made of it, in words. No stack file defines any. */
  readonly other?: string;
}

/** AWS counts requests of each rule under a metric of its name. */
export function visibilityOf(name: string): VisibilityConfig {
  return { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: name };
}

/** The rules in the form of AWS's calls. */
export function toSdkRules(rules: readonly WebAclRule[]): Rule[] {
  return rules.map((rule, Priority) => ({
    Name: rule.name,
    Priority,
    Statement: toSdkStatement(rule),
    ...toSdkAction(rule),
    VisibilityConfig: visibilityOf(rule.name),
  }));
}

function toSdkStatement({ addresses, limit, group }: WebAclRule): Statement {
  if (addresses !== null) return { IPSetReferenceStatement: { ARN: addresses } };
  if (limit !== null) {
    return {
      RateBasedStatement: {
        Limit: limit.requests,
        EvaluationWindowSec: limit.seconds,
        AggregateKeyType: "IP",
      },
    };
  }
  return {
    ManagedRuleGroupStatement: {
      VendorName: AWS,
      Name: group?.name,
      // Without them the member is missing in AWS's answer, too.
      ...(group !== null &&
        group.except.length > 0 && {
          RuleActionOverrides: group.except.map((Name) => ({ Name, ActionToUse: { Count: {} } })),
        }),
    },
  };
}

function toSdkAction({ action, group }: WebAclRule): Pick<Rule, "Action" | "OverrideAction"> {
  if (group !== null) return { OverrideAction: action === "count" ? { Count: {} } : { None: {} } };
  switch (action) {
    case "allow":
      return { Action: { Allow: {} } };
    case "block":
      return { Action: { Block: {} } };
    default:
      return { Action: { Count: {} } };
  }
}

/** The live rules, by priority, without those that AWS adds itself. */
export function toRules(found: readonly Rule[]): readonly WebAclRule[] {
  return found
    .filter((rule) => !isOfShield(rule))
    .toSorted((one, other) => (one.Priority ?? 0) - (other.Priority ?? 0))
    .map(toRule);
}

/**
 * Shield Advanced adds a rule while it mitigates an attack, and removes it by itself ("Automating application layer DDoS
 * mitigation with Shield Advanced").
 */
export function isOfShield({ Name: name = "" }: Rule): boolean {
  return name.startsWith("ShieldMitigationRuleGroup_");
}

const AWS = "AWS";

function toRule(rule: Rule): WebAclRule {
  const { Name: name = "", Statement: statement = {}, Action: action, OverrideAction } = rule;
  const nothing = { addresses: null, limit: null, group: null };
  const managed = statement.ManagedRuleGroupStatement;
  if (managed !== undefined && isPlainGroup(rule)) {
    return {
      ...nothing,
      name,
      action: OverrideAction?.Count === undefined ? "group" : "count",
      group: {
        name: managed.Name ?? "",
        except: (managed.RuleActionOverrides ?? []).flatMap(({ Name }) => Name ?? []).sort(),
      },
    };
  }
  const decided = plainAction(action);
  const set = statement.IPSetReferenceStatement;
  if (set?.ARN !== undefined && set.IPSetForwardedIPConfig === undefined && decided) {
    return { ...nothing, name, action: decided, addresses: set.ARN };
  }
  const rate = statement.RateBasedStatement;
  if (rate !== undefined && isPlainRate(rate) && decided) {
    const limit = { requests: rate.Limit ?? 0, seconds: rate.EvaluationWindowSec ?? 300 };
    return { ...nothing, name, action: decided, limit };
  }
  return { ...nothing, name, action: decided ?? "block", other: wordsOf(rule) };
}

function plainAction(action: RuleAction | undefined): "allow" | "block" | "count" | undefined {
  if (action?.Allow !== undefined) return isEmpty(action.Allow) ? "allow" : undefined;
  if (action?.Block !== undefined) return isEmpty(action.Block) ? "block" : undefined;
  return action?.Count !== undefined && isEmpty(action.Count) ? "count" : undefined;
}

function isPlainGroup({ Statement: statement, OverrideAction: override }: Rule): boolean {
  const {
    VendorName,
    Name: _,
    RuleActionOverrides,
    ...rest
  } = statement?.ManagedRuleGroupStatement ?? {};
  const counts = (RuleActionOverrides ?? []).every(
    ({ ActionToUse: use }) => plainAction(use) === "count",
  );
  const { Count: count } = override ?? {};
  const isUsual = override?.None !== undefined || (count !== undefined && isEmpty(count));
  return VendorName === AWS && counts && isUsual && isEmpty(rest);
}

function isPlainRate({ Limit: _, EvaluationWindowSec: _seconds, ...rest }: RateBasedStatement) {
  return isEmpty({ ...rest, AggregateKeyType: undefined }) && rest.AggregateKeyType === "IP";
}

function isEmpty(value: object): boolean {
  return Object.values<unknown>({ ...value }).every(
    (member) => member === undefined || (Array.isArray(member) && member.length === 0),
  );
}

/** "NotStatement, then Block". */
function wordsOf({ Statement: statement = {}, Action: action, OverrideAction }: Rule): string {
  const named = (value: object | undefined) =>
    Object.entries<unknown>({ ...value }).flatMap(([name, member]) =>
      member === undefined ? [] : [name],
    );
  const countries: readonly CountryCode[] = statement.GeoMatchStatement?.CountryCodes ?? [];
  const what = [...named(statement), ...countries].join(" ");
  return `${what}, then ${[...named(action), ...named(OverrideAction)].join(", ")}`;
}
