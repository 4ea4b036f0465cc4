import type { SecurityGroup } from "@aws-sdk/client-ec2";
import { stackKey, toRecord } from "../../aws/tags.ts";
import type { Hold } from "../../engine/resource.ts";
import { awsCommand } from "../shared/aws-command.ts";
import type { ResourceContext } from "../shared/context.ts";
import { type Direction, describeSecurityGroups } from "./calls.ts";
import { permissionOf, rulesIn, type SecurityGroupRule } from "./rules.ts";

/** A rule of another group that names one of these groups, so that AWS does not delete it. */
interface Reference {
  readonly group: SecurityGroup;
  readonly direction: Direction;
  readonly rule: SecurityGroupRule;
}

/**
 * The groups that rules of groups outside the stack name. AWS refuses to delete a group that is
 * "referenced by another security group in the same VPC" ("DeleteSecurityGroup", EC2 API
 * Reference).
 */
export async function foreignHolds(
  context: ResourceContext,
  groups: readonly { readonly id: string; readonly physicalName: string }[],
): Promise<readonly Hold[]> {
  const ids = groups.map(({ id }) => id);
  const [letIn, letOut, region] = await Promise.all([
    describeSecurityGroups(context, [{ Name: "ip-permission.group-id", Values: ids }]),
    describeSecurityGroups(context, [{ Name: "egress.ip-permission.group-id", Values: ids }]),
    context.clients.region(),
  ]);
  const found = new Map([...letIn, ...letOut].map((group) => [group.GroupId, group]));
  const foreign = [...found.values()].filter(
    ({ Tags }) => toRecord(Tags)[stackKey] !== context.stack,
  );
  return groups.flatMap(({ id, physicalName }) => {
    const references = foreign.flatMap((group) => referencesTo(id, group));
    if (references.length === 0) return [];
    const commands = references.map((reference) => revocation(reference, region));
    return [
      {
        id,
        summary: `AWS does not delete the security group ${physicalName} (${id}) while ${references.map(words).join(", and while ")}`,
        remedy: `If nothing needs ${references.length === 1 ? "that rule" : "those rules"}, remove ${references.length === 1 ? "it" : "them"}, then run the same command again: ${commands.join("; ")}`,
      },
    ];
  });
}

function referencesTo(id: string, group: SecurityGroup): readonly Reference[] {
  const naming = (direction: Direction, permissions: SecurityGroup["IpPermissions"]) =>
    rulesIn(permissions)
      .filter(({ peer }) => peer === id)
      .map((rule) => ({ group, direction, rule }));
  return [
    ...naming("ingress", group.IpPermissions),
    ...naming("egress", group.IpPermissionsEgress),
  ];
}

function words({ group, direction, rule }: Reference): string {
  const owner = `the group ${group.GroupName} (${group.GroupId} in ${group.VpcId}), which does not belong to this stack`;
  return `${owner}, names it in the ${direction} rule ${ruleText(rule)}`;
}

function ruleText({ protocol, fromPort, toPort, peer }: SecurityGroupRule): string {
  if (fromPort === null) {
    return `${protocol === "-1" ? "all traffic" : `protocol ${protocol}`}, ${peer}`;
  }
  return `${protocol} ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}, ${peer}`;
}

function revocation({ group, direction, rule }: Reference, region: string): string {
  const { IpProtocol, FromPort, ToPort } = permissionOf(rule);
  const parts = [
    `IpProtocol=${IpProtocol}`,
    ...(FromPort === undefined ? [] : [`FromPort=${FromPort}`]),
    ...(ToPort === undefined ? [] : [`ToPort=${ToPort}`]),
    `UserIdGroupPairs=[{GroupId=${rule.peer}}]`,
  ];
  return awsCommand(region, `ec2 revoke-security-group-${direction}`, {
    "group-id": group.GroupId ?? "",
    "ip-permissions": parts.join(","),
  });
}
