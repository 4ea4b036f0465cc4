import { CreateSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { isRef, type ResourceType } from "../../engine/resource.ts";
import { updateBySetters } from "../../engine/update.ts";
import { adopt, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagsRule, vpcRule } from "../shared/field-rules.ts";
import { ec2Tags, foreignAmong } from "../shared/foreign.ts";
import { setUserTags, tagSpecification } from "../shared/owned.ts";
import { type Direction, describeSecurityGroups } from "./calls.ts";
import { deleteSecurityGroup } from "./deletion.ts";
import {
  type LiveSecurityGroup,
  lookAtSecurityGroup,
  type SecurityGroupFields,
  type SecurityGroupOutputs,
  sweepSecurityGroups,
} from "./live.ts";
import { foreignHolds } from "./references.ts";
import { setChangedRules, setRules } from "./rule-changes.ts";
import {
  keepInternalRules,
  normalizeRules,
  type SecurityGroupRule,
  sameRules,
  withoutRules,
} from "./rules.ts";
import { holdsByUsers } from "./users.ts";

export type { SecurityGroupFields, SecurityGroupOutputs } from "./live.ts";
export type { SecurityGroupRule } from "./rules.ts";

export const securityGroup: ResourceType<
  SecurityGroupFields,
  SecurityGroupOutputs,
  ResourceContext
> = {
  name: "security-group",
  section: "securityGroups",
  replace: "create-first",
  naming: { maxLength: 255 }, // "CreateSecurityGroup", Amazon EC2 API Reference
  fields: {
    vpcId: { ...vpcRule, inFile: { name: "network.vpc" } },
    description: {
      onChange: "replace",
      because: (before, after) =>
        `AWS cannot change a group's description: "${before}" → "${after}"`,
    },
    ingress: {
      onChange: "update",
      equal: sameRules,
      detachable: true,
      meanwhile: keepInternalRules,
      because: (before, after) => ruleWords("ingress", before, after),
    },
    egress: {
      onChange: "update",
      equal: sameRules,
      detachable: true,
      meanwhile: keepInternalRules,
      because: (before, after) => ruleWords("egress", before, after),
    },
    tags: tagsRule,
  },
  // A load balancer releases its network interfaces and security groups one or two minutes late.
  usualSeconds: { create: 3, update: 2, delete: 60 },
  // The stack's own rules that name a group are revoked before its delete, so they block nothing.
  holds: ["vpc"],
  changedByUpdate: [],
  permissions: {
    discover: [
      "ec2:DescribeSecurityGroups",
      // To find users of a group that a plan deletes.
      "ec2:DescribeInstances",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNatGateways",
      "ec2:DescribeVpcEndpoints",
      "autoscaling:DescribeAutoScalingGroups",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
    ],
    create: [
      "ec2:DescribeSecurityGroups",
      "ec2:CreateSecurityGroup",
      "ec2:CreateTags",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:DescribeSecurityGroupRules",
      "ec2:ModifySecurityGroupRules",
    ],
    update: [
      "ec2:DescribeSecurityGroups",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:DescribeSecurityGroupRules",
      "ec2:ModifySecurityGroupRules",
      "ec2:CreateTags",
      "ec2:DeleteTags",
      "ec2:DescribeTags",
    ],
    delete: [
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeInstances",
      "autoscaling:DescribeAutoScalingGroups",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "ec2:RevokeSecurityGroupIngress",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:DeleteSecurityGroup",
    ],
  },
  strays: "ec2",

  normalize: (fields) => ({
    ...fields,
    ...("ingress" in fields && { ingress: normalizeRules(fields.ingress) }),
    ...("egress" in fields && { egress: normalizeRules(fields.egress) }),
  }),

  discover: (context) => sweepSecurityGroups(context, []),

  async findForeign(context, sought) {
    const byName = { Name: "group-name", Values: sought.map(({ physicalName }) => physicalName) };
    const found = await describeSecurityGroups(context, [byName]);
    // Groups in other VPCs may have the same names.
    const inTheWay = found.filter(({ GroupName, VpcId }) =>
      sought.some(({ physicalName, fields }) => {
        return physicalName === GroupName && (isRef(fields.vpcId) || fields.vpcId === VpcId);
      }),
    );
    const holders = inTheWay.map(({ GroupId: id = "", GroupName = "", VpcId, Tags: tags }) => ({
      id,
      physicalName: GroupName,
      what: `a security group named ${GroupName} (${id} in ${VpcId})`,
      tags,
    }));
    return foreignAmong(context, sought, holders, ec2Tags);
  },

  async findHolds(context, live, deleting) {
    const going = new Set(deleting.map(({ id }) => id));
    const found = await Promise.all([
      foreignHolds(context, live),
      holdsByUsers(context, live, { going, idle: true }),
    ]);
    return found.flat();
  },

  async create(context, target, fields) {
    const what = `the security group ${target.physicalName}`;
    const byName = [
      { Name: "group-name", Values: [target.physicalName] },
      { Name: "vpc-id", Values: [fields.vpcId] },
    ];
    const look = async () => (await sweepSecurityGroups(context, byName))[0];
    let made: LiveSecurityGroup;
    try {
      const { GroupId: id } = await context.clients.ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: target.physicalName,
          Description: fields.description,
          VpcId: fields.vpcId,
          TagSpecifications: [tagSpecification("security-group", context, target, fields.tags)],
        }),
      );
      made = await untilSeen(context, what, () =>
        id === undefined ? look() : lookAtSecurityGroup(context, id),
      );
    } catch (error) {
      if (!isAwsError(error, "already-exists")) throw error;
      made = await adopt(context, what, look, error);
    }
    // A new group has a rule that allows all outbound traffic. Rules that a later update sets are empty
    // until then.
    const wanted = { ingress: fields.ingress ?? [], egress: fields.egress ?? [] };
    return setRules({ context, live: made, wanted });
  },

  update: updateBySetters({
    vpcId: null,
    description: null,
    tags: setUserTags,
    ingress: setChangedRules,
    egress: setChangedRules,
  }),

  delete: deleteSecurityGroup,
};

function ruleWords(
  direction: Direction,
  before: readonly SecurityGroupRule[],
  after: readonly SecurityGroupRule[],
): string {
  const added = withoutRules(after, before).length;
  const removed = withoutRules(before, after).length;
  const count = (number: number, verb: string) =>
    number === 0 ? [] : [`${number} rule${number === 1 ? "" : "s"} to ${verb}`];
  return `${direction}: ${[...count(added, "add"), ...count(removed, "remove")].join(", ")}`;
}
