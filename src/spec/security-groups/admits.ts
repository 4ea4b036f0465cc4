import type { Path } from "../finding.ts";
import type { GroupReference, Peer } from "../shared/peer.ts";
import { flatRules } from "./flat-rules.ts";
import type { SecurityGroupsFile } from "./schema.ts";

/** The groups that references name; undefined if one of them is not in this file, and so unknown. */
export function ownGroups(
  all: SecurityGroupsFile,
  references: readonly GroupReference[],
): readonly string[] | undefined {
  const names = references.map(({ value }) => value);
  return names.every((name) => Object.hasOwn(all, name)) ? names : undefined;
}

/** Whether a rule of one of the groups admits TCP traffic to the port from such a peer. */
export function admits(
  all: SecurityGroupsFile,
  groups: readonly string[],
  port: number,
  from: (peer: Peer) => boolean,
): boolean {
  return groups.some((name) => {
    const group = all[name];
    if (group === undefined) return false;
    return flatRules(group, "ingress").some(({ rule }) => {
      const covers = rule.protocol === "tcp" && rule.fromPort <= port && port <= rule.toPort;
      return (covers || rule.protocol === "all") && from(rule.peer);
    });
  });
}

/** Every address of IPv4 or of IPv6. */
export function isEverywhere({ value }: Peer): boolean {
  return value === "0.0.0.0/0" || value === "::/0";
}

export function pathOfGroup(name: string): Path {
  return ["securityGroups", name];
}

/** "security group web", "security groups web, front". */
export function namesOfGroups(groups: readonly string[]): string {
  return groups.length === 1
    ? `security group ${groups[0]}`
    : `security groups ${groups.join(", ")}`;
}
