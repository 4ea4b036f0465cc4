import type {
  CreateSecurityGroupRequest,
  DeleteSecurityGroupRequest,
  DescribeSecurityGroupsRequest,
} from "@aws-sdk/client-ec2";
import {
  CreateSecurityGroup$,
  DeleteSecurityGroup$,
  DescribeSecurityGroups$,
} from "@aws-sdk/client-ec2";
import { AwsError, invalidValue } from "../../error.ts";
import { operation } from "../../operation.ts";
import type { Region } from "../../region.ts";
import { tagList } from "../../tag-list.ts";
import { described } from "../described.ts";
import { networkInterfaces, vpcs } from "../network/tables.ts";
import { tagsFor } from "../tags.ts";
import { permissionsOf } from "./rules.ts";
import {
  createSecurityGroupRecord,
  type SecurityGroupRecord,
  type SecurityGroupRule,
  securityGroups,
} from "./tables.ts";

/** Amazon VPC quotas: "VPC security groups per Region", 2,500. */
const MAX_GROUPS = 2500;

/** Amazon EC2 API Reference, CreateSecurityGroup: names and descriptions of groups in a VPC. */
const ALLOWED_TEXT = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

const createSecurityGroup = operation<CreateSecurityGroupRequest>(
  CreateSecurityGroup$,
  ["GroupName", "Description", "VpcId", "TagSpecifications"],
  (region, input) => {
    const { GroupName: name = "", Description: description = "" } = input;
    checkText("groupName", name);
    checkText("groupDescription", description);
    if (name.toLowerCase().startsWith("sg-")) {
      throw invalidValue(
        `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
      );
    }
    if (name === "default") {
      throw new AwsError(
        "InvalidParameterValue",
        "Cannot use reserved security group name: default",
      );
    }
    const vpcId = input.VpcId ?? defaultVpcId(region);
    if (region.table(vpcs).find(vpcId) === undefined) {
      throw new AwsError("InvalidVpcID.NotFound", `The vpc ID '${vpcId}' does not exist`);
    }
    const tags = tagsFor(input.TagSpecifications, "security-group");
    const table = region.table(securityGroups);
    const all = table.all();
    // "Names are case-insensitive and must be unique within the VPC" ("CreateSecurityGroup").
    const taken = name.toLowerCase();
    if (all.some((group) => group.name.toLowerCase() === taken && group.vpcId === vpcId)) {
      throw new AwsError(
        "InvalidGroup.Duplicate",
        `The security group '${name}' already exists for VPC '${vpcId}'`,
      );
    }
    if (all.length >= MAX_GROUPS) {
      throw new AwsError(
        "SecurityGroupLimitExceeded",
        "The maximum number of security groups has been reached.",
      );
    }
    const group = createSecurityGroupRecord(region, { name, description, vpcId, tags });
    table.add(group.id, group);
    return { GroupId: group.id, SecurityGroupArn: arnOf(region, group), Tags: tagList(tags) };
  },
);

function checkText(parameter: string, text: string): void {
  if (ALLOWED_TEXT.test(text)) return;
  throw invalidValue(
    `Value (${text}) for parameter ${parameter} is invalid. It must have 1 to 255 characters of a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*`,
  );
}

function defaultVpcId(region: Region): string {
  const vpc = region
    .table(vpcs)
    .list()
    .find((candidate) => candidate.isDefault);
  if (vpc === undefined) throw new AwsError("VPCIdNotSpecified", "No default VPC for this user.");
  return vpc.id;
}

function arnOf(region: Region, group: Readonly<SecurityGroupRecord>): string {
  return `arn:${region.partition}:ec2:${region.name}:${region.account}:security-group/${group.id}`;
}

/** @throws AwsError for a malformed id, or for an id that does not exist. */
export function groupNotFound(id: string): AwsError {
  return /^sg-[0-9a-f]{8,17}$/.test(id)
    ? new AwsError("InvalidGroup.NotFound", `The security group '${id}' does not exist`)
    : new AwsError("InvalidGroupId.Malformed", `Invalid id: "${id}" (expecting "sg-...")`);
}

/** The group that a request names by id, or by name in the default VPC. @throws AwsError */
export function findSecurityGroup(
  region: Region,
  id: string | undefined,
  name?: string | undefined,
): SecurityGroupRecord {
  const table = region.table(securityGroups);
  if (id === undefined && name === undefined) {
    throw new AwsError("MissingParameter", "The request must contain the parameter groupId");
  }
  const vpcId = id === undefined ? defaultVpcId(region) : undefined;
  const named =
    id ?? table.all().find((group) => group.name === name && group.vpcId === vpcId)?.id ?? "";
  const group = table.use(named);
  if (group !== undefined) return group;
  throw id === undefined
    ? new AwsError(
        "InvalidGroup.NotFound",
        `The security group '${name}' does not exist in default VPC '${vpcId}'`,
      )
    : groupNotFound(id);
}

const rulesIn = (
  group: Readonly<SecurityGroupRecord>,
  egress: boolean,
  read: (rule: SecurityGroupRule) => string | undefined,
): string[] =>
  group.rules.flatMap((rule) => {
    const value = rule.egress === egress ? read(rule) : undefined;
    return value === undefined ? [] : [value];
  });

const ruleFilters = (prefix: string, egress: boolean) => ({
  [`${prefix}.protocol`]: (group: Readonly<SecurityGroupRecord>) =>
    rulesIn(group, egress, (rule) => rule.protocol),
  [`${prefix}.from-port`]: (group: Readonly<SecurityGroupRecord>) =>
    rulesIn(group, egress, (rule) => String(rule.fromPort)),
  [`${prefix}.to-port`]: (group: Readonly<SecurityGroupRecord>) =>
    rulesIn(group, egress, (rule) => String(rule.toPort)),
  [`${prefix}.cidr`]: (group: Readonly<SecurityGroupRecord>) =>
    rulesIn(group, egress, (rule) => (rule.source.kind === "ipv4" ? rule.source.cidr : undefined)),
  [`${prefix}.ipv6-cidr`]: (group: Readonly<SecurityGroupRecord>) =>
    rulesIn(group, egress, (rule) => (rule.source.kind === "ipv6" ? rule.source.cidr : undefined)),
  [`${prefix}.group-id`]: (group: Readonly<SecurityGroupRecord>) =>
    rulesIn(group, egress, (rule) => (rule.source.kind === "group" ? rule.source.id : undefined)),
});

const describeSecurityGroups = operation<DescribeSecurityGroupsRequest>(
  DescribeSecurityGroups$,
  ["GroupIds", "GroupNames", "Filters", "MaxResults", "NextToken"],
  (region, input) => {
    const table = region.table(securityGroups);
    const named = input.GroupNames?.map((name) => {
      const group = table.list().find((candidate) => candidate.name === name);
      if (group === undefined) {
        throw new AwsError("InvalidGroup.NotFound", `The security group '${name}' does not exist`);
      }
      return group.id;
    });
    const ids = [...(input.GroupIds ?? []), ...(named ?? [])];
    const { items, nextToken } = described(region, table, input, {
      ids,
      notFound: groupNotFound,
      minimum: 5,
      filters: {
        "group-id": (group) => group.id,
        "group-name": (group) => group.name,
        description: (group) => group.description,
        "vpc-id": (group) => group.vpcId,
        "owner-id": () => region.account,
        ...ruleFilters("ip-permission", false),
        ...ruleFilters("egress.ip-permission", true),
      },
    });
    return {
      SecurityGroups: items.map((group) => ({
        GroupId: group.id,
        GroupName: group.name,
        Description: group.description,
        VpcId: group.vpcId,
        OwnerId: region.account,
        SecurityGroupArn: arnOf(region, group),
        IpPermissions: permissionsOf(
          region,
          group.rules.filter((rule) => !rule.egress),
        ),
        IpPermissionsEgress: permissionsOf(
          region,
          group.rules.filter((rule) => rule.egress),
        ),
        Tags: tagList(group.tags),
      })),
      NextToken: nextToken,
    };
  },
);

const deleteSecurityGroup = operation<DeleteSecurityGroupRequest>(
  DeleteSecurityGroup$,
  ["GroupId", "GroupName"],
  (region, input) => {
    const group = findSecurityGroup(region, input.GroupId, input.GroupName);
    if (group.name === "default") {
      throw new AwsError(
        "CannotDelete",
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      );
    }
    if (isUsed(region, group)) {
      throw new AwsError("DependencyViolation", `resource ${group.id} has a dependent object`);
    }
    region.table(securityGroups).remove(group.id);
    return { Return: true, GroupId: group.id };
  },
);

/** Whether a network interface or a rule of another group uses the group. */
function isUsed(region: Region, group: Readonly<SecurityGroupRecord>): boolean {
  return (
    region
      .table(networkInterfaces)
      .all()
      .some((networkInterface) => networkInterface.groupIds.includes(group.id)) ||
    region
      .table(securityGroups)
      .all()
      .some(
        (other) =>
          other.id !== group.id &&
          other.rules.some((rule) => rule.source.kind === "group" && rule.source.id === group.id),
      )
  );
}

export const securityGroupOperations = [
  createSecurityGroup,
  describeSecurityGroups,
  deleteSecurityGroup,
];
