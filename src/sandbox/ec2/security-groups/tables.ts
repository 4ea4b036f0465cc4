import type { Region } from "../../region.ts";
import { defineTable } from "../../table.ts";
import type { Tags } from "../tags.ts";

export interface SecurityGroupRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  rules: SecurityGroupRule[];
  tags: Tags;
}

/** One rule: one direction, one protocol, one range of ports, one source or destination. */
export interface SecurityGroupRule {
  readonly id: string;
  readonly egress: boolean;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, `-1` for all, or a number. */
  readonly protocol: string;
  /** For ICMP: type and code. -1 is all; for protocol -1 both are -1. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly source: RuleSource;
  description?: string;
  tags: Tags;
}

export type RuleSource =
  | { readonly kind: "ipv4"; readonly cidr: string }
  | { readonly kind: "ipv6"; readonly cidr: string }
  | { readonly kind: "prefix-list"; readonly id: string }
  | { readonly kind: "group"; readonly id: string };

export const securityGroups = defineTable<SecurityGroupRecord>("security-group", (group, id) => ({
  id,
  name: group.name,
  tags: group.tags,
}));

/** A new group: no inbound traffic, all outbound traffic. */
export function createSecurityGroupRecord(
  region: Region,
  group: { name: string; description: string; vpcId: string; tags: Tags },
): SecurityGroupRecord {
  return {
    ...group,
    id: region.id("sg"),
    rules: [
      {
        id: region.id("sgr"),
        egress: true,
        protocol: "-1",
        fromPort: -1,
        toPort: -1,
        source: { kind: "ipv4", cidr: "0.0.0.0/0" },
        tags: {},
      },
    ],
  };
}

/** The default group of a VPC. It allows traffic between its members. */
export function createDefaultSecurityGroup(region: Region, vpcId: string): void {
  const group = createSecurityGroupRecord(region, {
    name: "default",
    description: "default VPC security group",
    vpcId,
    tags: {},
  });
  group.rules.push({
    id: region.id("sgr"),
    egress: false,
    protocol: "-1",
    fromPort: -1,
    toPort: -1,
    source: { kind: "group", id: group.id },
    tags: {},
  });
  region.table(securityGroups).add(group.id, group, { immediate: true });
}
