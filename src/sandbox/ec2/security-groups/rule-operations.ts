import type {
  DescribeSecurityGroupRulesRequest,
  ModifySecurityGroupRulesRequest,
  SecurityGroupRuleRequest,
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
} from "@aws-sdk/client-ec2";
import {
  DescribeSecurityGroupRules$,
  ModifySecurityGroupRules$,
  UpdateSecurityGroupRuleDescriptionsEgress$,
  UpdateSecurityGroupRuleDescriptionsIngress$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { filtered } from "../../filters.ts";
import { operation } from "../../operation.ts";
import { paged } from "../../paging.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { canonicalIpv4, canonicalIpv6 } from "../network/cidr.ts";
import { securityGroupChanged } from "../signals.ts";
import {
  checkDescription,
  checkRoom,
  peerGroup,
  prefixList,
  readTraffic,
  ruleKey,
  rulesOf,
} from "./rules.ts";
import { findSecurityGroup } from "./security-groups.ts";
import {
  type RuleSource,
  type SecurityGroupRecord,
  type SecurityGroupRule,
  securityGroups,
} from "./tables.ts";

/** One rule as `SecurityGroupRule`. */
export function ruleAnswer(region: Region, groupId: string, rule: Readonly<SecurityGroupRule>) {
  const { source } = rule;
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: `arn:${region.partition}:ec2:${region.name}:${region.account}:security-group-rule/${rule.id}`,
    GroupId: groupId,
    GroupOwnerId: region.account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    CidrIpv4: source.kind === "ipv4" ? source.cidr : undefined,
    CidrIpv6: source.kind === "ipv6" ? source.cidr : undefined,
    PrefixListId: source.kind === "prefix-list" ? source.id : undefined,
    ReferencedGroupInfo:
      source.kind === "group" ? { GroupId: source.id, UserId: region.account } : undefined,
    Description: rule.description,
    Tags: tagList(rule.tags),
  };
}

const describeSecurityGroupRules = operation<DescribeSecurityGroupRulesRequest>(
  DescribeSecurityGroupRules$,
  ["SecurityGroupRuleIds", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const all = region
      .table(securityGroups)
      .list()
      .flatMap((group) => group.rules.map((rule) => ({ groupId: group.id, rule })))
      .map((entry, index) => ({ ...entry, position: index + 1 }));
    const chosen = input.SecurityGroupRuleIds?.map((id) => {
      const found = all.find((entry) => entry.rule.id === id);
      if (found === undefined) throw ruleNotFound(id);
      return found;
    });
    const matching = filtered(
      chosen ?? all,
      input.Filters,
      {
        "group-id": (entry) => entry.groupId,
        "security-group-rule-id": (entry) => entry.rule.id,
      },
      (entry) => entry.rule.tags,
    );
    const { items, nextToken } = paged(region, matching, (entry) => entry.position, {
      size: input.MaxResults,
      token: input.NextToken,
      minimum: 5,
      maximum: 1000,
    });
    return {
      SecurityGroupRules: items.map((entry) => ruleAnswer(region, entry.groupId, entry.rule)),
      NextToken: nextToken,
    };
  },
);

function ruleNotFound(id: string): AwsError {
  return new AwsError(
    "InvalidSecurityGroupRuleId.NotFound",
    `The security group rule ID '${id}' does not exist`,
  );
}

const modifySecurityGroupRules = operation<ModifySecurityGroupRulesRequest>(
  ModifySecurityGroupRules$,
  ["GroupId", "SecurityGroupRules"],
  (region, input) => {
    const group = findSecurityGroup(region, input.GroupId);
    const wanted = new Map<string, Omit<SecurityGroupRule, "id" | "egress" | "tags">>();
    for (const update of input.SecurityGroupRules ?? []) {
      const id = update.SecurityGroupRuleId ?? "";
      const present = group.rules.find((rule) => rule.id === id);
      if (present === undefined) throw ruleNotFound(id);
      const request = update.SecurityGroupRule;
      if (request === undefined) {
        throw new AwsError(
          "MissingParameter",
          "The request must contain the parameter SecurityGroupRule",
        );
      }
      const description = checkDescription(request.Description);
      const source = sourceOf(region, group, request);
      // "When you modify a rule, you cannot change the rule type" (SecurityGroupRuleRequest).
      if (source.kind !== present.source.kind) {
        throw invalidValue("You cannot change the type of a security group rule.");
      }
      wanted.set(id, {
        ...readTraffic(request.IpProtocol, request.FromPort, request.ToPort),
        source,
        ...(description === undefined ? {} : { description }),
      });
    }
    const rules = group.rules.map((rule): SecurityGroupRule => {
      const content = wanted.get(rule.id);
      return content === undefined
        ? rule
        : { id: rule.id, egress: rule.egress, tags: rule.tags, ...content };
    });
    const keys = rules.map((rule) => `${rule.egress}|${ruleKey(rule)}`);
    if (new Set(keys).size < keys.length) {
      throw new AwsError(
        "InvalidPermission.Duplicate",
        "The modified rule is the same as another rule of the security group.",
      );
    }
    for (const egress of [false, true]) {
      checkRoom(
        region,
        rules.filter((rule) => rule.egress === egress),
      );
    }
    region.table(securityGroups).change(group.id, (changed) => {
      changed.rules = rules;
    });
    region.signal(securityGroupChanged, group.id);
    return { Return: true };
  },
);

function sourceOf(
  region: Region,
  group: Readonly<SecurityGroupRecord>,
  request: SecurityGroupRuleRequest,
): RuleSource {
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId } = request;
  const given = [CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId].filter(
    (value) => value !== undefined,
  );
  if (given.length !== 1) throw invalidValue("A rule must have exactly one source or destination.");
  if (CidrIpv4 !== undefined) return { kind: "ipv4", cidr: canonicalIpv4(CidrIpv4) };
  if (CidrIpv6 !== undefined) return { kind: "ipv6", cidr: canonicalIpv6(CidrIpv6) };
  if (PrefixListId !== undefined) return prefixList(PrefixListId);
  return peerGroup(region, group, ReferencedGroupId, undefined, undefined);
}

const updateDescriptionsIngress = operation<UpdateSecurityGroupRuleDescriptionsIngressRequest>(
  UpdateSecurityGroupRuleDescriptionsIngress$,
  ["GroupId", "GroupName", "IpPermissions", "SecurityGroupRuleDescriptions"],
  (region, input) => updateDescriptions(region, input, false),
);

const updateDescriptionsEgress = operation<UpdateSecurityGroupRuleDescriptionsIngressRequest>(
  UpdateSecurityGroupRuleDescriptionsEgress$,
  ["GroupId", "GroupName", "IpPermissions", "SecurityGroupRuleDescriptions"],
  (region, input) => updateDescriptions(region, input, true),
);

function updateDescriptions(
  region: Region,
  input: UpdateSecurityGroupRuleDescriptionsIngressRequest,
  egress: boolean,
): object {
  const group = findSecurityGroup(region, input.GroupId, input.GroupName);
  const present = group.rules.filter((rule) => rule.egress === egress);
  const texts = new Map<string, string | undefined>();
  for (const content of rulesOf(region, group, input.IpPermissions ?? [])) {
    const rule = present.find((candidate) => ruleKey(candidate) === ruleKey(content));
    if (rule === undefined) {
      throw new AwsError(
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
      );
    }
    texts.set(rule.id, content.description);
  }
  for (const update of input.SecurityGroupRuleDescriptions ?? []) {
    const id = update.SecurityGroupRuleId ?? "";
    if (!present.some((rule) => rule.id === id)) throw ruleNotFound(id);
    texts.set(id, checkDescription(update.Description));
  }
  region.table(securityGroups).change(group.id, (changed) => {
    for (const rule of changed.rules) {
      if (!texts.has(rule.id)) continue;
      const text = texts.get(rule.id);
      if (text === undefined) delete rule.description;
      else rule.description = text;
    }
  });
  return { Return: true };
}

export const securityGroupRuleOperations = [
  describeSecurityGroupRules,
  modifySecurityGroupRules,
  updateDescriptionsIngress,
  updateDescriptionsEgress,
];
