import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type EC2Client,
  type Filter,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import { everyPage } from "../../aws/paging.ts";
import { retryNotFound } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { gatheredLookUp } from "../shared/gathered-look-up.ts";
import { ownFilters } from "../shared/owned.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";
import { fromSingle, permissionOf, requestOf, type SecurityGroupRule, sameRules } from "./rules.ts";

/**
 * Every page of one sweep. Shared, because security groups and images both look up the stack's
 * groups.
 */
export function describeSecurityGroups(
  { clients }: ResourceContext,
  filters: Filter[],
): Promise<SecurityGroup[]> {
  return lookUpGroups(clients.ec2, filters);
}

const lookUpGroups = sharedLookUp(everySecurityGroup);

function everySecurityGroup(client: EC2Client, filters: Filter[]): Promise<SecurityGroup[]> {
  return everyPage(
    paginateDescribeSecurityGroups({ client }, { Filters: filters, MaxResults: 1000 }),
    (page) => page.SecurityGroups,
  );
}

/** The group with this id if it is visible with the stack's tag. Shares calls with lookups of other groups. */
export const describeOwnSecurityGroup = gatheredLookUp<ResourceContext, SecurityGroup>(
  ({ clients, stack }) => [clients.ec2, stack],
  (context, ids) => describeById(context, ids, ownFilters(context)),
);

/** The group with this id, whatever its tags are. Shares calls with lookups of other groups. */
export const describeSecurityGroup = gatheredLookUp<ResourceContext, SecurityGroup>(
  ({ clients }) => [clients.ec2, ""],
  (context, ids) => describeById(context, ids, []),
);

async function describeById(
  { clients }: ResourceContext,
  ids: readonly string[],
  filters: readonly Filter[],
): Promise<ReadonlyMap<string, SecurityGroup>> {
  const byId = { Name: "group-id", Values: [...ids] };
  const found = await everySecurityGroup(clients.ec2, [...filters, byId]);
  return new Map(found.map((group) => [group.GroupId ?? "", group]));
}

export type Direction = "ingress" | "egress";

type SendRules = (context: ResourceContext, input: RulesInput) => Promise<unknown>;
type RulesInput = { readonly GroupId: string; readonly IpPermissions: IpPermission[] };

const authorize: Readonly<Record<Direction, SendRules>> = {
  ingress: ({ clients }, input) =>
    clients.ec2.send(new AuthorizeSecurityGroupIngressCommand(input)),
  egress: ({ clients }, input) => clients.ec2.send(new AuthorizeSecurityGroupEgressCommand(input)),
};

const revoke: Readonly<Record<Direction, SendRules>> = {
  ingress: ({ clients }, input) => clients.ec2.send(new RevokeSecurityGroupIngressCommand(input)),
  egress: ({ clients }, input) => clients.ec2.send(new RevokeSecurityGroupEgressCommand(input)),
};

/** Adds the rules. A rule that exists already is not an error. */
export function authorizeRules(
  context: ResourceContext,
  direction: Direction,
  groupId: string,
  rules: readonly SecurityGroupRule[],
): Promise<void> {
  const isThere = (error: unknown) => isAwsError(error, "already-exists");
  return changeRules(context, authorize[direction], groupId, rules, isThere);
}

/** Removes the rules. A rule that is already gone is not an error. */
export function revokeRules(
  context: ResourceContext,
  direction: Direction,
  groupId: string,
  rules: readonly SecurityGroupRule[],
): Promise<void> {
  const isGone = (error: unknown) =>
    isAwsError(error) && error.code === "InvalidPermission.NotFound";
  return changeRules(context, revoke[direction], groupId, rules, isGone);
}

/**
 * Changes one rule into another in place.
 *
 * @returns false if AWS no longer shows the rule, has the other already, or refuses the change.
 */
export async function modifyRule(
  context: ResourceContext,
  direction: Direction,
  groupId: string,
  from: SecurityGroupRule,
  to: SecurityGroupRule,
): Promise<boolean> {
  const { ec2 } = context.clients;
  const filters = [{ Name: "group-id", Values: [groupId] }];
  const found = await everyPage(
    paginateDescribeSecurityGroupRules({ client: ec2 }, { Filters: filters, MaxResults: 1000 }),
    (page) => page.SecurityGroupRules,
  );
  const rule = found.find((each) => {
    const single = fromSingle(each);
    return (
      each.IsEgress === (direction === "egress") &&
      single !== undefined &&
      sameRules([single], [from])
    );
  });
  if (rule?.SecurityGroupRuleId === undefined) return false;
  const SecurityGroupRules = [
    { SecurityGroupRuleId: rule.SecurityGroupRuleId, SecurityGroupRule: requestOf(to) },
  ];
  try {
    await ec2.send(new ModifySecurityGroupRulesCommand({ GroupId: groupId, SecurityGroupRules }));
    return true;
  } catch (error) {
    if (isAwsError(error, "already-exists", "not-found", "quota")) return false;
    throw error;
  }
}

/**
 * Sends one call for all rules. If one of them is done already (by another apply, or because a read
 * lagged), AWS rejects the whole call. Then each rule is sent by itself, and that error counts as done.
 */
async function changeRules(
  context: ResourceContext,
  call: SendRules,
  groupId: string,
  rules: readonly SecurityGroupRule[],
  isDone: (error: unknown) => boolean,
): Promise<void> {
  const send = (IpPermissions: IpPermission[]) =>
    retryNotFound(context, "the security group", async () => {
      try {
        await call(context, { GroupId: groupId, IpPermissions });
        return true;
      } catch (error) {
        if (isDone(error)) return false;
        throw error;
      }
    });
  if (rules.length === 0 || (await send(rules.map(permissionOf)))) return;
  if (rules.length === 1) return;
  for (const rule of rules) await send([permissionOf(rule)]);
}
