import {
  CreateRule$,
  type CreateRuleInput,
  DeleteRule$,
  type DeleteRuleInput,
  DescribeRules$,
  type DescribeRulesInput,
  ModifyRule$,
  type ModifyRuleInput,
  type Rule as RuleAnswer,
  SetRulePriorities$,
  type SetRulePrioritiesInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError } from "../error.ts";
import { validationError } from "../load-balancing/load-balancer.ts";
import { mergedTags } from "../load-balancing/tags.ts";
import { operation } from "../operation.ts";
import { paged } from "../paging.ts";
import type { Quota, Region } from "../region.ts";
import { actionParameters, describeAction, readActions } from "./actions.ts";
import { releaseGroups, targetGroupsOf } from "./associations.ts";
import { conditionParameters, describeCondition, readConditions } from "./conditions.ts";
import { examine } from "./health.ts";
import {
  arnPrefix,
  checkArn,
  listenerOfDefaultRule,
  notFound,
  pathOf,
  requireListener,
  requireLoadBalancer,
  requireRule,
} from "./named.ts";
import { type Listener, listeners, type Rule, rules } from "./tables.ts";

/** "Rules per Application Load Balancer: 100", not counting default rules. */
export const ruleQuota: Quota = { name: "rulesOfApplicationLoadBalancer", usual: 100 };

const ruleActions = actionParameters.map((name) => `Actions.${name}` as const);

export const createRule = operation<CreateRuleInput>(
  CreateRule$,
  ["ListenerArn", "Priority", "Tags", ...conditionParameters, ...ruleActions],
  (region, input) => {
    const listener = requireListener(region, input.ListenerArn);
    const balancer = requireLoadBalancer(region, listener.balancer);
    const priority = readPriority(input.Priority);
    const tags = mergedTags({}, input.Tags ?? []);
    const conditions = readConditions(input.Conditions ?? []);
    const actions = readActions(region, input.Actions ?? [], balancer, listener);
    requireFree(region, listener.arn, new Map([["", priority]]));
    const quota = region.quota(ruleQuota);
    const own = region.table(rules).all();
    if (own.filter((rule) => rule.balancer === balancer.arn).length >= quota) {
      throw new AwsError(
        "TooManyRules",
        `The maximum number of rules of a load balancer has been reached: ${quota}`,
      );
    }
    const rule: Rule = {
      arn: `${arnPrefix(region, "listener-rule")}${pathOf(listener.arn)}/${region.random.hex(16)}`,
      listener: listener.arn,
      balancer: balancer.arn,
      priority,
      conditions,
      actions,
      tags,
    };
    region.table(rules).add(rule.arn, rule);
    for (const group of targetGroupsOf(actions)) examine(region, group);
    return { Rules: [describe(rule)] };
  },
);

export const modifyRule = operation<ModifyRuleInput>(
  ModifyRule$,
  ["RuleArn", ...conditionParameters, ...ruleActions],
  (region, input) => {
    const { RuleArn: arn = "", Conditions: conditions, Actions: actions } = input;
    const holder = listenerOfDefaultRule(region, arn);
    if (holder !== undefined && conditions !== undefined) {
      throw notPermitted(`The conditions of the default rule '${arn}' cannot be modified`);
    }
    const current = holder ?? requireRule(region, arn);
    const balancer = requireLoadBalancer(region, current.balancer);
    const listener = holder ?? requireListener(region, requireRule(region, arn).listener);
    const before = current.actions;
    const after = actions === undefined ? before : readActions(region, actions, balancer, listener);
    const read = conditions === undefined ? undefined : readConditions(conditions);
    const answer =
      holder === undefined
        ? describe(
            region.table(rules).change(arn, (rule) => {
              rule.actions = after;
              if (read !== undefined) rule.conditions = read;
            }),
          )
        : describeDefault(
            region.table(listeners).change(holder.arn, (record) => {
              record.actions = after;
            }),
          );
    for (const group of [...releaseGroups(region, before), ...targetGroupsOf(after)]) {
      examine(region, group);
    }
    return { Rules: [answer] };
  },
);

export const deleteRule = operation<DeleteRuleInput>(
  DeleteRule$,
  ["RuleArn"],
  (region, { RuleArn: arn = "" }) => {
    if (listenerOfDefaultRule(region, arn) !== undefined) {
      throw notPermitted(`Default rule '${arn}' cannot be deleted`);
    }
    const { actions } = requireRule(region, arn);
    region.table(rules).remove(arn);
    for (const group of releaseGroups(region, actions)) examine(region, group);
    return {};
  },
);

export const setRulePriorities = operation<SetRulePrioritiesInput>(
  SetRulePriorities$,
  ["RulePriorities"],
  (region, input) => {
    const pairs = input.RulePriorities ?? [];
    if (pairs.length === 0) throw validationError("A rule priority must be specified");
    const found = pairs.map(({ RuleArn: arn = "", Priority }) => {
      if (listenerOfDefaultRule(region, arn) !== undefined) {
        throw notPermitted(`The priority of the default rule '${arn}' cannot be modified`);
      }
      return { rule: requireRule(region, arn), priority: readPriority(Priority) };
    });
    for (const { listener } of found.map(({ rule }) => rule)) {
      const own = found.filter(({ rule }) => rule.listener === listener);
      const wanted = own.map(({ rule, priority }) => [rule.arn, priority] as const);
      requireFree(region, listener, new Map(wanted));
    }
    return {
      Rules: found.map(({ rule: { arn }, priority }) =>
        describe(
          region.table(rules).change(arn, (rule) => {
            rule.priority = priority;
          }),
        ),
      ),
    };
  },
);

export const describeRules = operation<DescribeRulesInput>(
  DescribeRules$,
  ["ListenerArn", "RuleArns", "Marker", "PageSize"],
  (region, input) => {
    const { ListenerArn: listenerArn, RuleArns: arns = [] } = input;
    // "You must specify either a listener or one or more rules."
    if ((listenerArn === undefined) === (arns.length === 0)) {
      throw validationError("Either a listener ARN or rule ARNs must be specified");
    }
    const answers =
      listenerArn === undefined
        ? arns.map((arn) => describeNamed(region, arn))
        : describeAll(region, listenerArn);
    const rows = answers.map((answer, index) => ({ answer, place: index + 1 }));
    const page = paged(region, rows, ({ place }) => place, {
      size: input.PageSize,
      token: input.Marker,
      maximum: 400,
    });
    return { Rules: page.items.map(({ answer }) => answer), NextMarker: page.nextToken };
  },
);

/** The rules of a listener in the order of their priorities. The default rule is the last one. */
function describeAll(region: Region, listenerArn: string): RuleAnswer[] {
  requireListener(region, listenerArn);
  const listener = region.table(listeners).find(listenerArn);
  const own = region
    .table(rules)
    .list()
    .filter((rule) => rule.listener === listenerArn)
    .sort((one, other) => one.priority - other.priority);
  return [...own.map(describe), ...(listener === undefined ? [] : [describeDefault(listener)])];
}

function describeNamed(region: Region, arn: string): RuleAnswer {
  checkArn("listener-rule", arn);
  const rule = region.table(rules).find(arn);
  if (rule !== undefined) return describe(rule);
  const listener = listenerOfDefaultRule(region, arn);
  if (listener === undefined) throw notFound("listener-rule");
  return describeDefault(listener);
}

function readPriority(priority: number | undefined): number {
  if (priority !== undefined && Number.isInteger(priority) && priority >= 1 && priority <= 50_000) {
    return priority;
  }
  throw validationError(`Priority '${priority ?? ""}' must be between '1' and '50000' inclusive`);
}

/** @throws AwsError PriorityInUse. `wanted` has the priorities by the ARNs of the rules. */
function requireFree(region: Region, listener: string, wanted: ReadonlyMap<string, number>): void {
  const kept = region
    .table(rules)
    .all()
    .filter((rule) => rule.listener === listener && !wanted.has(rule.arn))
    .map(({ priority }) => priority);
  const all = [...kept, ...wanted.values()];
  const twice = all.find((priority, index) => all.indexOf(priority) < index);
  if (twice === undefined) return;
  throw new AwsError("PriorityInUse", `Priority '${twice}' is currently in use`);
}

function notPermitted(message: string): AwsError {
  return new AwsError("OperationNotPermitted", message);
}

function describe(rule: Readonly<Rule>): RuleAnswer {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: rule.conditions.map(describeCondition),
    Actions: rule.actions.map(describeAction),
    IsDefault: false,
  };
}

function describeDefault(listener: Readonly<Listener>): RuleAnswer {
  return {
    RuleArn: listener.defaultRule,
    Priority: "default",
    Conditions: [],
    Actions: listener.actions.map(describeAction),
    IsDefault: true,
  };
}
