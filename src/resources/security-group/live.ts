import type { Filter, SecurityGroup } from "@aws-sdk/client-ec2";
import { addressIn, userTagsOf } from "../../aws/tags.ts";
import type { Live } from "../../engine/resource.ts";
import type { ResourceContext } from "../shared/context.ts";
import { ownFilters } from "../shared/owned.ts";
import { describeOwnSecurityGroup, describeSecurityGroups } from "./calls.ts";
import { rulesIn, type SecurityGroupRule } from "./rules.ts";

export interface SecurityGroupFields {
  readonly vpcId: string;
  readonly description: string;
  /** A set: its order means nothing. */
  readonly ingress: readonly SecurityGroupRule[];
  /** A set: its order means nothing. */
  readonly egress: readonly SecurityGroupRule[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecurityGroupOutputs {
  readonly id: string;
  readonly name: string;
}

export type LiveSecurityGroup = Live<SecurityGroupFields, SecurityGroupOutputs>;

/** The group with this id, if AWS shows it with the stack's tag. */
export async function lookAtSecurityGroup(
  context: ResourceContext,
  id: string,
): Promise<LiveSecurityGroup | undefined> {
  const group = await describeOwnSecurityGroup(context, id);
  return group && toLive(group, context.stack);
}

/** The stack's groups that pass these filters, too. */
export async function sweepSecurityGroups(
  context: ResourceContext,
  further: readonly Filter[],
): Promise<LiveSecurityGroup[]> {
  const found = await describeSecurityGroups(context, ownFilters(context, further));
  return found.flatMap((group) => toLive(group, context.stack) ?? []);
}

function toLive(group: SecurityGroup, stack: string): LiveSecurityGroup | undefined {
  const address = addressIn(group.Tags, stack, "security-group");
  const { GroupId: id, GroupName: name, VpcId: vpcId = "" } = group;
  if (address === undefined || id === undefined || name === undefined) return undefined;
  const ingress = rulesIn(group.IpPermissions);
  const egress = rulesIn(group.IpPermissionsEgress);
  const peers = [...ingress, ...egress].map((rule) => rule.peer);
  return {
    id,
    address,
    physicalName: name,
    status: "ready",
    createdAt: 0, // EC2 does not tell
    fields: {
      vpcId,
      description: group.Description ?? "",
      ingress,
      egress,
      tags: userTagsOf(group.Tags),
    },
    outputs: { id, name },
    uses: [vpcId, ...new Set(peers.filter((peer) => peer.startsWith("sg-") && peer !== id))],
  };
}
