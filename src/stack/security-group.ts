import type { Desired, DesiredResource } from "../engine/resource.ts";
import type { SecurityGroupFields, SecurityGroupRule } from "../resources/security-group.ts";
import type { EgressRule, IngressRule, Peer, SecurityGroup, Stack } from "../spec/stack.ts";

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
    protocol: protocolOf(rule, peer),
    fromPort: all ? null : rule.fromPort,
    toPort: all ? null : rule.toPort,
    peer:
      peer.kind === "group" ? { ref: `security-group/${peer.value}`, output: "id" } : peer.value,
  };
}

/** EC2 has a protocol of its own for ICMP over IPv6 (number 58). */
function protocolOf(rule: IngressRule | EgressRule, peer: Peer): string {
  if (rule.protocol === "all") return "-1";
  return rule.protocol === "icmp" && peer.kind === "cidr6" ? "icmpv6" : rule.protocol;
}
