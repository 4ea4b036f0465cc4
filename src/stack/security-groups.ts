import type { Desired, Ref } from "../engine/resource.ts";
import type { SecurityGroupFields, SecurityGroupRule } from "../resources/security-group/index.ts";
import type { EgressRule, IngressRule, SecurityGroup } from "../spec/security-groups/normalised.ts";
import type { Peer } from "../spec/shared/peer.ts";
import type { Stack } from "../spec/stack.ts";
import { type DefinedResource, physicalNameOf } from "./defined-resource.ts";
import type { Facts } from "./facts.ts";
import { placeOf } from "./place.ts";

export function securityGroupResources(stack: Stack): readonly DefinedResource[] {
  return stack.securityGroups.map((group) => ({
    address: `security-group/${group.section}`,
    ...physicalNameOf(group),
    compile: (facts) => ({ fields: fieldsOf(stack, group, facts) }),
  }));
}

function fieldsOf(stack: Stack, group: SecurityGroup, facts: Facts): Desired<SecurityGroupFields> {
  return {
    vpcId: placeOf(stack, facts).vpcId,
    description: group.description,
    ingress: group.ingress.map((rule) => compileRule(rule, rule.source)),
    egress: group.egress.map((rule) => compileRule(rule, rule.destination)),
    tags: stack.tags,
  };
}

function compileRule(rule: IngressRule | EgressRule, peer: Peer): Desired<SecurityGroupRule> {
  const all = rule.protocol === "all";
  return {
    protocol: all ? "-1" : rule.protocol,
    fromPort: all ? null : rule.fromPort,
    toPort: all ? null : rule.toPort,
    peer: idOrValue(peer),
  };
}

/** A group of this stack by reference; everything else, such as a group's id or a CIDR, as it is. */
export function idOrValue({ kind, value }: Peer): string | Ref {
  return kind === "group" ? { ref: `security-group/${value}`, output: "id" } : value;
}
