import type { Rule, WebACL } from "@aws-sdk/client-wafv2";
import type { Live } from "../../../src/engine/resource.ts";
import { type IpSetFields, type IpSetOutputs, ipSet } from "../../../src/resources/ip-set/index.ts";
import {
  type WebAclFields,
  type WebAclOutputs,
  webAcl,
} from "../../../src/resources/web-acl/index.ts";
import { isReading } from "../../../src/sandbox/operation.ts";
import { type Account, openAccount, target } from "../account.ts";
import { type Answers, ours } from "../answers.ts";

type WebAclRule = WebAclFields["rules"][number];
export type LiveWebAcl = Live<WebAclFields, WebAclOutputs>;
export type LiveIpSet = Live<IpSetFields, IpSetOutputs>;

export const firewallNames = {
  acl: target(webAcl, "afterpay-firewall"),
  set: target(ipSet, "afterpay-block"),
};

const nothing = { addresses: null, limit: null, group: null };

export const limitRule: WebAclRule = {
  ...nothing,
  name: "limit",
  action: "block",
  limit: { requests: 2000, seconds: 300 },
};

export const commonRule: WebAclRule = {
  ...nothing,
  name: "common",
  action: "group",
  group: { name: "AWSManagedRulesCommonRuleSet", except: ["SizeRestrictions_BODY"] },
};

export function blockRule(addresses: string): WebAclRule {
  return { ...nothing, name: "block", action: "block", addresses };
}

export function ipSetFields(rest: Partial<IpSetFields> = {}): IpSetFields {
  return { version: "IPV4", addresses: ["203.0.113.0/24"], tags: { team: "payments" }, ...rest };
}

export function webAclFields(rest: Partial<WebAclFields> = {}): WebAclFields {
  return { rules: [limitRule, commonRule], tags: { team: "payments" }, ...rest };
}

/** An account with an IP set, and a web ACL that blocks its addresses. */
export interface Firewall extends Account {
  readonly set: LiveIpSet;
  readonly fields: WebAclFields;
  readonly live: LiveWebAcl;
}

export async function openFirewall(): Promise<Firewall> {
  const account = await openAccount();
  const { pass, context } = account;
  const set = await pass(ipSet.create(context, firewallNames.set, ipSetFields()));
  const fields = webAclFields({ rules: [blockRule(set.id), limitRule, commonRule] });
  const live = await pass(webAcl.create(context, firewallNames.acl, fields));
  account.takeCalls();
  return { ...account, set, fields, live };
}

/** Somebody calls an operation of AWS WAF by hand, and everybody sees what it did. */
export async function byHand(
  { sandbox, pass, context }: Account,
  operation: string,
  input: object,
): Promise<unknown> {
  const answer = await sandbox.call("wafv2", operation, { ...input });
  await pass(context.clock.sleep(30_000));
  return answer;
}

/** Somebody makes a web ACL without rules by hand, and waits until load balancers can have it. @returns its ARN. */
export async function addByHand(account: Account, Name: string): Promise<string> {
  const { Summary } = (await byHand(account, "CreateWebACL", {
    Name,
    Scope: "REGIONAL",
    DefaultAction: { Allow: {} },
    VisibilityConfig: visibilityBy(Name),
  })) as { Summary: { ARN: string } };
  await account.pass(account.context.clock.sleep(300_000));
  return Summary.ARN;
}

export function visibilityBy(MetricName: string) {
  return { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName };
}

/** Somebody changes the web ACL by hand: what AWS has of it, with these changes. */
export async function changeByHand(
  account: Account,
  { physicalName: Name, outputs: { id: Id } }: LiveWebAcl,
  change: (present: WebACL) => Partial<WebACL>,
): Promise<void> {
  const asked = { Name, Id, Scope: "REGIONAL" };
  const { WebACL: present, LockToken } = (await account.sandbox.call(
    "wafv2",
    "GetWebACL",
    asked,
  )) as { WebACL: WebACL; LockToken: string };
  const { DefaultAction, Rules, VisibilityConfig } = { ...present, ...change(present) };
  await byHand(account, "UpdateWebACL", {
    ...asked,
    LockToken,
    DefaultAction,
    Rules,
    VisibilityConfig,
  });
}

/** A rule that somebody wrote. */
export function ruleByHand(Name: string, rest: Partial<Rule> = {}): Rule {
  return {
    Name,
    Priority: 90,
    Statement: { GeoMatchStatement: { CountryCodes: ["AU", "NZ"] } },
    Action: { Block: {} },
    VisibilityConfig: visibilityBy(Name),
    ...rest,
  };
}

/** What AWS WAF tells of a web ACL or IP set of that ARN, where time has to pass or others have to act. */
export function summaryOf(arn: string) {
  const [name = "", id = ""] = arn.split("/").slice(-2);
  return { Name: name, Id: id, ARN: arn };
}

/** Answers of AWS WAF about tags: those of the stack. */
export function tagAnswers(address: string): Answers {
  return {
    "wafv2:ListTagsForResource": ({ ResourceARN }) => ({
      TagInfoForResource: { ResourceARN, TagList: ours(address, { team: "payments" }) },
    }),
  };
}

/** The operations by which the product changed something, in order. */
export function writesOf(account: Account): readonly string[] {
  return account
    .takeCalls()
    .filter(({ error }) => error === undefined)
    .map(({ operation }) => operation.split(":")[1] ?? "")
    .filter((operation) => !isReading(operation));
}
