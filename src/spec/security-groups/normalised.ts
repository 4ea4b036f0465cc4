import { givenName, type Named } from "../shared/given-name.ts";
import type { Peer } from "../shared/peer.ts";
import { flatRules, type PortRule } from "./flat-rules.ts";
import type { SecurityGroupFile, SecurityGroupsFile } from "./schema.ts";

export interface SecurityGroup extends Named {
  /** The group's name in the file: the second half of its address. */
  readonly section: string;
  readonly description: string;
  readonly ingress: readonly IngressRule[];
  readonly egress: readonly EgressRule[];
}

/** One rule has exactly one source: a list in the file becomes several rules. */
export interface IngressRule extends PortRule {
  readonly source: Peer;
}

export interface EgressRule extends PortRule {
  readonly destination: Peer;
}

export function normaliseSecurityGroups(
  groups: SecurityGroupsFile,
  { stack }: { readonly stack: string },
): readonly SecurityGroup[] {
  return Object.entries(groups).map(([section, group]) => securityGroup(stack, section, group));
}

function securityGroup(stack: string, section: string, group: SecurityGroupFile): SecurityGroup {
  return {
    section,
    ...givenName(group.name),
    // A description cannot change, so the default must not depend on anything that can.
    description: group.description ?? `security-group/${section} of ${stack}`,
    ingress: flatRules(group, "ingress").map(
      ({ rule: { peer, ...rule } }): IngressRule => ({ ...rule, source: peer }),
    ),
    egress: flatRules(group, "egress").map(
      ({ rule: { peer, ...rule } }): EgressRule => ({ ...rule, destination: peer }),
    ),
  };
}
