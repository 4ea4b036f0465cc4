import type { Desired, DesiredResource } from "../engine/resource.ts";
import type { SecurityGroupFields, SecurityGroupRule } from "../resources/security-group/index.ts";
import type { EgressRule, IngressRule, SecurityGroup } from "../spec/security-groups/normalised.ts";
import type { Peer } from "../spec/shared/peer.ts";
import type { Stack } from "../spec/stack.ts";

/** Compiles a security group of the stack file into a desired resource. */
export function compileSecurityGroup(
  stack: Stack,
  group: SecurityGroup,
  vpcId: string,
): DesiredResource {
  const fields: Desired<SecurityGroupFields> = {
    vpcId,
    description: group.description,
    ingress: group.ingress.map((rule) => compileRule(rule, rule.source)),
    egress: group.egress.map((rule) => compileRule(rule, rule.destination)),
    tags: stack.tags,
  };
  return {
    address: `security-group/${group.section}`,
    fields,
    ...(group.name === undefined ? {} : { physicalName: group.name }),
  };
}

function compileRule(rule: IngressRule | EgressRule, peer: Peer): Desired<SecurityGroupRule> {
  const all = rule.protocol === "all";
  return {
    protocol: all ? "-1" : rule.protocol,
    fromPort: all ? null : rule.fromPort,
    toPort: all ? null : rule.toPort,
    peer:
      peer.kind === "group" ? { ref: `security-group/${peer.value}`, output: "id" } : peer.value,
  };
}
