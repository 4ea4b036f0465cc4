import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupIngressRequest,
  IpPermission,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupIngressRequest,
} from "@aws-sdk/client-ec2";
import {
  AuthorizeSecurityGroupEgress$,
  AuthorizeSecurityGroupIngress$,
  RevokeSecurityGroupEgress$,
  RevokeSecurityGroupIngress$,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../error.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { securityGroupChanged } from "../signals.ts";
import { tagsFor } from "../tags.ts";
import { ruleAnswer } from "./rule-operations.ts";
import { checkRoom, type RuleContent, ruleKey, rulesOf } from "./rules.ts";
import { findSecurityGroup } from "./security-groups.ts";
import { type SecurityGroupRecord, type SecurityGroupRule, securityGroups } from "./tables.ts";

const authorizeIngress = operation<AuthorizeSecurityGroupIngressRequest>(
  AuthorizeSecurityGroupIngress$,
  [
    "GroupId",
    "GroupName",
    "IpPermissions",
    "TagSpecifications",
    "IpProtocol",
    "FromPort",
    "ToPort",
    "CidrIp",
    "SourceSecurityGroupName",
  ],
  (region, input) => authorize(region, input, false),
);

const authorizeEgress = operation<AuthorizeSecurityGroupEgressRequest>(
  AuthorizeSecurityGroupEgress$,
  ["GroupId", "IpPermissions", "TagSpecifications"],
  (region, input) => authorize(region, input, true),
);

const revokeIngress = operation<RevokeSecurityGroupIngressRequest>(
  RevokeSecurityGroupIngress$,
  [
    "GroupId",
    "GroupName",
    "IpPermissions",
    "SecurityGroupRuleIds",
    "IpProtocol",
    "FromPort",
    "ToPort",
    "CidrIp",
    "SourceSecurityGroupName",
  ],
  (region, input) => revoke(region, input, false),
);

const revokeEgress = operation<RevokeSecurityGroupEgressRequest>(
  RevokeSecurityGroupEgress$,
  ["GroupId", "IpPermissions", "SecurityGroupRuleIds"],
  (region, input) => revoke(region, input, true),
);

function authorize(
  region: Region,
  input: AuthorizeSecurityGroupIngressRequest,
  egress: boolean,
): object {
  const group = findSecurityGroup(region, input.GroupId, input.GroupName);
  const contents = rulesOf(region, group, permissionsIn(input));
  const tags = tagsFor(input.TagSpecifications, "security-group-rule");
  const present = group.rules.filter((rule) => rule.egress === egress);
  const keys = new Set(present.map(ruleKey));
  const duplicate = contents.find((content) => keys.has(ruleKey(content)));
  if (duplicate !== undefined) {
    throw new AwsError(
      "InvalidPermission.Duplicate",
      `the specified rule "${inWords(duplicate)}" already exists`,
    );
  }
  checkRoom(region, [...present, ...contents]);
  const rules = contents.map(
    (content): SecurityGroupRule => ({
      ...content,
      id: region.id("sgr"),
      egress,
      tags: { ...tags },
    }),
  );
  region.table(securityGroups).change(group.id, (changed) => {
    changed.rules.push(...rules);
  });
  region.signal(securityGroupChanged, group.id);
  return {
    Return: true,
    SecurityGroupRules: rules.map((rule) => ruleAnswer(region, group.id, rule)),
  };
}

function revoke(region: Region, input: RevokeSecurityGroupIngressRequest, egress: boolean): object {
  const group = findSecurityGroup(region, input.GroupId, input.GroupName);
  const revoked = rulesToRevoke(region, group, input, egress);
  const ids = new Set(revoked.map((rule) => rule.id));
  region.table(securityGroups).change(group.id, (changed) => {
    changed.rules = changed.rules.filter((rule) => !ids.has(rule.id));
  });
  region.signal(securityGroupChanged, group.id);
  return {
    Return: true,
    RevokedSecurityGroupRules: revoked.map((rule) => {
      const { SecurityGroupRuleId, GroupId, IsEgress, IpProtocol, FromPort, ToPort, ...rest } =
        ruleAnswer(region, group.id, rule);
      return {
        SecurityGroupRuleId,
        GroupId,
        IsEgress,
        IpProtocol,
        FromPort,
        ToPort,
        CidrIpv4: rest.CidrIpv4,
        CidrIpv6: rest.CidrIpv6,
        PrefixListId: rest.PrefixListId,
        ReferencedGroupId: rest.ReferencedGroupInfo?.GroupId,
        Description: rest.Description,
      };
    }),
  };
}

function rulesToRevoke(
  region: Region,
  group: Readonly<SecurityGroupRecord>,
  input: RevokeSecurityGroupIngressRequest,
  egress: boolean,
): SecurityGroupRule[] {
  const present = group.rules.filter((rule) => rule.egress === egress);
  if (input.SecurityGroupRuleIds !== undefined) {
    return input.SecurityGroupRuleIds.map((id) => {
      const rule = present.find((candidate) => candidate.id === id);
      if (rule === undefined) {
        throw new AwsError(
          "InvalidSecurityGroupRuleId.NotFound",
          `The security group rule ID '${id}' does not exist`,
        );
      }
      return rule;
    });
  }
  return rulesOf(region, group, permissionsIn(input)).map((content) => {
    const rule = present.find((candidate) => ruleKey(candidate) === ruleKey(content));
    if (rule === undefined) {
      throw new AwsError(
        "InvalidPermission.NotFound",
        "The specified rule does not exist in this security group.",
      );
    }
    return rule;
  });
}

/** A request contains one rule in its own parameters, or a list of permissions. */
function permissionsIn(input: AuthorizeSecurityGroupIngressRequest): readonly IpPermission[] {
  if (input.IpPermissions !== undefined) return input.IpPermissions;
  const { IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupName } = input;
  if (IpProtocol === undefined && SourceSecurityGroupName === undefined) {
    throw new AwsError("MissingParameter", "The request must contain the parameter ipPermissions");
  }
  return [
    {
      IpProtocol: IpProtocol ?? "-1",
      FromPort,
      ToPort,
      IpRanges: CidrIp === undefined ? [] : [{ CidrIp }],
      UserIdGroupPairs:
        SourceSecurityGroupName === undefined ? [] : [{ GroupName: SourceSecurityGroupName }],
    },
  ];
}

function inWords(rule: RuleContent): string {
  const { source } = rule;
  const peer = "cidr" in source ? source.cidr : source.id;
  const protocol = rule.protocol === "-1" ? "ALL" : rule.protocol.toUpperCase();
  const ports =
    rule.protocol === "-1" ? "" : `, from port: ${rule.fromPort}, to port: ${rule.toPort}`;
  return `peer: ${peer}, ${protocol}${ports}, ALLOW`;
}

export const securityGroupPermissionOperations = [
  authorizeIngress,
  authorizeEgress,
  revokeIngress,
  revokeEgress,
];
