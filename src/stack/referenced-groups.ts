import type { Finding, Path } from "../spec/finding.ts";
import { groupsOfSections } from "../spec/security-groups/groups-of-sections.ts";
import type { GroupReference, Peer } from "../spec/shared/peer.ts";
import type { Stack } from "../spec/stack.ts";

/** A security group outside the stack that the stack file names by its id. */
interface Referenced {
  readonly id: string;
  readonly path: Path;
  /** Whether a rule names it, as opposed to the servers or the load balancer using it. */
  readonly isPeer: boolean;
}

/** Ids of the security groups outside the stack, each as often as the stack file names it. */
export function referencedGroupIds(stack: Stack): readonly string[] {
  return referencedGroups(stack).map(({ id }) => id);
}

/**
 * Problems with the ids of security groups. AWS checks the servers' groups only when Auto Scaling
 * launches servers, after the image was built. So a wrong id has to be reported earlier.
 *
 * @param vpcs the VPC of each existing group, by the group's id.
 * @param place The VPC of the stack; undefined: one of its own, which does not exist yet.
 */
export function checkReferencedGroups(
  stack: Stack,
  vpcs: ReadonlyMap<string, string>,
  { vpcId, region }: { readonly vpcId: string | undefined; readonly region: string },
): readonly Finding[] {
  return referencedGroups(stack).flatMap(({ id, path, isPeer }): Finding[] => {
    const own = vpcs.get(id);
    if (own === vpcId) return [];
    if (own === undefined) {
      return [
        {
          severity: "error",
          path,
          message: `${region} has no security group ${id} in this account`,
          help: "correct the id, or name a group of this stack file: an id is valid in one region of one account",
        },
      ];
    }
    return [
      {
        // "Update your security groups to reference peer security groups", Amazon VPC Peering Guide.
        severity: isPeer ? "warning" : "error",
        path,
        message: `the security group ${id} is in ${own}, but the stack is in ${vpcId ?? "a network of its own"}`,
        help: isPeer
          ? "AWS accepts the rule only if the two VPCs are connected, by peering or a transit gateway"
          : `name ${vpcId === undefined ? "" : `a group in ${vpcId}, or `}a group of this stack file`,
      },
    ];
  });
}

function referencedGroups(stack: Stack): readonly Referenced[] {
  // A list of rules may name a group several times, for different ports.
  const found = new Map<string, Referenced>();
  const take = ({ kind, value: id }: Peer | GroupReference, path: Path, isPeer: boolean) => {
    if (kind === "group-id") found.set([id, ...path].join(), { id, path, isPeer });
  };
  for (const { section, ingress, egress } of stack.securityGroups) {
    const path = ["securityGroups", section];
    for (const { source } of ingress) take(source, [...path, "ingress"], true);
    for (const { destination } of egress) take(destination, [...path, "egress"], true);
  }
  for (const { group, path } of groupsOfSections(stack)) take(group, path, false);
  return [...found.values()];
}
