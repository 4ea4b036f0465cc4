import {
  type AutoScalingClient,
  type AutoScalingGroup,
  type Filter,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import { everyPage } from "../../aws/paging.ts";
import { addressIn, stackKey } from "../../aws/tags.ts";
import type { ResourceContext } from "../shared/context.ts";
import { sharedLookUp } from "../shared/shared-look-up.ts";

/** Matches the tags again, because the service's filters lag and match loosely. */
export async function sweepAutoScalingGroups(
  context: ResourceContext,
): Promise<AutoScalingGroup[]> {
  const groups = await sweepTaggedGroups(context);
  return groups.filter((group) => addressOfGroup(group, context) !== undefined);
}

/** The groups that AWS finds by the stack's tag, whatever their other tags are. */
export function sweepTaggedGroups({
  clients,
  stack,
}: ResourceContext): Promise<AutoScalingGroup[]> {
  const filters = [{ Name: `tag:${stackKey}`, Values: [stack] }];
  return sweep(clients.autoScaling, { filters });
}

/** The group of that name, if it exists and belongs to this stack. */
export async function lookAtGroup(
  context: ResourceContext,
  name: string,
): Promise<AutoScalingGroup | undefined> {
  const groups = await describeAutoScalingGroups(context, { names: [name] });
  return groups.find((group) => addressOfGroup(group, context) !== undefined);
}

/** Returns every page. Without a selection: all groups of the region. */
export function describeAutoScalingGroups(
  { clients }: ResourceContext,
  selection: GroupSelection,
): Promise<AutoScalingGroup[]> {
  return lookUpGroups(clients.autoScaling, selection);
}

interface GroupSelection {
  readonly names?: readonly string[];
  readonly filters?: Filter[];
}

function lookUpGroups(
  client: AutoScalingClient,
  { names, filters }: GroupSelection,
): Promise<AutoScalingGroup[]> {
  return everyPage(
    paginateDescribeAutoScalingGroups(
      { client },
      {
        MaxRecords: 100,
        ...(names && { AutoScalingGroupNames: [...names] }),
        ...(filters && { Filters: filters }),
      },
    ),
    (page) => page.AutoScalingGroups,
  );
}

/** Shared, because several types look up which instances belong to a group. */
const sweep = sharedLookUp(lookUpGroups);

/** The address in the group's tags. Undefined if the group does not belong to this stack. */
export function addressOfGroup(group: AutoScalingGroup, context: ResourceContext) {
  return addressIn(group.Tags, context.stack, "auto-scaling-group");
}
