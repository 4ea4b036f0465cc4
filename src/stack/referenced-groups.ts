import type { Finding, Path } from "../spec/finding.ts";
import type { GroupReference, Peer, Stack } from "../spec/stack.ts";

/** A security group from elsewhere that the file names by its id. */
interface Referenced {
  readonly id: string;
  readonly path: Path;
  /** Named as the other end of a rule, and not as a group that servers or load balancer are in. */
  readonly isPeer: boolean;
}

/** Ids of the security groups that the file did not make, each as often as it is named. */
export function referencedGroupIds(stack: Stack): readonly string[] {
  return referencedGroups(stack).map(({ id }) => id);
}

/**
 * What is wrong with the ids of security groups. An image is built before AWS is asked about those of
 * the servers, and then it is Auto Scaling's launches that fail: a wrong id has to be told before.
 *
 * @param vpcs the VPC of each group that is there, by the group's id.
 */
export function checkReferencedGroups(
  stack: Stack,
  vpcs: ReadonlyMap<string, string>,
  { vpcId, region }: { readonly vpcId: string; readonly region: string },
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
          help: "correct the id, or name a group of this file: ids belong to one region of one account",
        },
      ];
    }
    return [
      {
        // "Update your security groups to reference peer security groups", Amazon VPC Peering Guide.
        severity: isPeer ? "warning" : "error",
        path,
        message: `the security group ${id} is in ${own}, and everything here is in ${vpcId}`,
        help: isPeer
          ? "AWS takes the rule only where the two VPCs are connected, by peering or a transit gateway"
          : `name a group of ${vpcId}, or one of this file`,
      },
    ];
  });
}

function referencedGroups(stack: Stack): readonly Referenced[] {
  // A list of rules may name a group again, for another port.
  const found = new Map<string, Referenced>();
  const take = ({ kind, value: id }: Peer | GroupReference, path: Path, isPeer: boolean) => {
    if (kind === "group-id") found.set([id, ...path].join(), { id, path, isPeer });
  };
  for (const { section, ingress, egress } of stack.securityGroups) {
    const path = ["securityGroups", section];
    for (const { source } of ingress) take(source, [...path, "ingress"], true);
    for (const { destination } of egress) take(destination, [...path, "egress"], true);
  }
  for (const section of ["loadBalancer", "scaling"] as const) {
    for (const [index, group] of (stack[section]?.securityGroups ?? []).entries()) {
      take(group, [section, "securityGroups", index], false);
    }
  }
  return [...found.values()];
}
