import type {
  IpPermission,
  SecurityGroupRule as SecurityGroupRuleAnswer,
  SecurityGroupRuleRequest,
} from "@aws-sdk/client-ec2";
import { type Desired, isRef } from "../../engine/resource.ts";
import { canonicalCidr } from "./cidr.ts";

/** One rule: one protocol, one range of ports, one peer. */
export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, an IP protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** First port, or the ICMP type (-1: all); null where the protocol has none. */
  readonly fromPort: number | null;
  /** Last port, or the ICMP code (-1: all); null where the protocol has none. */
  readonly toPort: number | null;
  /** An IPv4 or IPv6 CIDR, a security group's id (`sg-…`) or a prefix list's (`pl-…`). */
  readonly peer: string;
}

type Rule = SecurityGroupRule | Desired<SecurityGroupRule>;

/** EC2 returns these protocols by name ("AuthorizeSecurityGroupIngress", API Reference). */
const protocolNames: Readonly<Record<string, string>> = {
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "icmpv6",
  all: "-1",
};

const protocolsWithPorts = new Set(["tcp", "udp", "icmp", "icmpv6"]);

/** The rules in EC2's own form, sorted, without duplicates. */
export function normalizeRules<Rules extends Desired<readonly SecurityGroupRule[]>>(
  rules: Rules,
): Rules | readonly Desired<SecurityGroupRule>[] {
  if (!Array.isArray(rules)) return rules;
  const unique = new Map<string, Desired<SecurityGroupRule>>();
  for (const rule of rules as readonly Desired<SecurityGroupRule>[]) {
    const normal = normalizeRule(rule);
    unique.set(ruleKey(normal), normal);
  }
  return [...unique].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, rule]) => rule);
}

function normalizeRule(rule: Desired<SecurityGroupRule>): Desired<SecurityGroupRule> {
  if (isRef(rule) || typeof rule.protocol !== "string") return rule;
  const protocol = protocolNames[rule.protocol] ?? rule.protocol.toLowerCase();
  const ports = protocolsWithPorts.has(protocol)
    ? { fromPort: rule.fromPort, toPort: rule.toPort }
    : { fromPort: null, toPort: null };
  const peer = typeof rule.peer === "string" ? canonicalCidr(rule.peer) : rule.peer;
  return { protocol, ...ports, peer };
}

/** A text that is equal for equal rules. A reference counts as itself. */
function ruleKey(rule: Rule): string {
  if (isRef(rule)) return JSON.stringify(rule);
  return JSON.stringify([rule.protocol, rule.fromPort, rule.toPort, rule.peer]);
}

/** Whether both are the same set of rules. */
export function sameRules(
  one: readonly SecurityGroupRule[],
  other: readonly SecurityGroupRule[],
): boolean {
  const keys = new Set(one.map(ruleKey));
  return (
    keys.size === new Set(other.map(ruleKey)).size && other.every((rule) => keys.has(ruleKey(rule)))
  );
}

/** The rules of `from` that are not in `taken`. */
export function withoutRules(
  from: readonly SecurityGroupRule[],
  taken: readonly SecurityGroupRule[],
): SecurityGroupRule[] {
  const keys = new Set(taken.map(ruleKey));
  return from.filter((rule) => !keys.has(ruleKey(rule)));
}

/**
 * The wanted rules plus the live rules that name other groups, so that traffic between the stack's own
 * resources continues until these have changed. Rules that name an address are removed at once.
 */
export function keepInternalRules(
  wanted: readonly SecurityGroupRule[],
  live: readonly SecurityGroupRule[],
): readonly SecurityGroupRule[] {
  const going = withoutRules(live, wanted).filter(({ peer }) => peer.startsWith("sg-"));
  return going.length === 0 ? wanted : [...wanted, ...going];
}

/** The rules of a response, one peer each. EC2 merges rules of the same ports. */
export function rulesIn(permissions: readonly IpPermission[] | undefined): SecurityGroupRule[] {
  const rules = (permissions ?? []).flatMap((permission) => {
    const peers = [
      ...(permission.IpRanges ?? []).map((range) => range.CidrIp),
      ...(permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6),
      ...(permission.UserIdGroupPairs ?? []).map((pair) => pair.GroupId),
      ...(permission.PrefixListIds ?? []).map((list) => list.PrefixListId),
    ];
    return peers.map((peer) => ({
      protocol: permission.IpProtocol ?? "-1",
      fromPort: permission.FromPort ?? null,
      toPort: permission.ToPort ?? null,
      peer: peer ?? "",
    }));
  });
  return normalizeRules(rules) as SecurityGroupRule[];
}

/** One rule in the form of EC2's calls. */
export function permissionOf(rule: SecurityGroupRule): IpPermission {
  const { protocol, fromPort, toPort, peer } = rule;
  return {
    IpProtocol: protocol,
    ...(fromPort !== null && { FromPort: fromPort }),
    ...(toPort !== null && { ToPort: toPort }),
    ...permissionPeers[peerKind(peer)](peer),
  };
}

/** EC2's types of rules. */
export type PeerKind = "ipv4" | "ipv6" | "group" | "prefix-list";

/** The type of a rule, from the form of its peer. */
export function peerKind(peer: string): PeerKind {
  if (peer.startsWith("sg-")) return "group";
  if (peer.startsWith("pl-")) return "prefix-list";
  return peer.includes(":") ? "ipv6" : "ipv4";
}

const permissionPeers: Readonly<Record<PeerKind, (peer: string) => IpPermission>> = {
  group: (GroupId) => ({ UserIdGroupPairs: [{ GroupId }] }),
  "prefix-list": (PrefixListId) => ({ PrefixListIds: [{ PrefixListId }] }),
  ipv6: (CidrIpv6) => ({ Ipv6Ranges: [{ CidrIpv6 }] }),
  ipv4: (CidrIp) => ({ IpRanges: [{ CidrIp }] }),
};

const requestPeers: Readonly<Record<PeerKind, (peer: string) => SecurityGroupRuleRequest>> = {
  group: (ReferencedGroupId) => ({ ReferencedGroupId }),
  "prefix-list": (PrefixListId) => ({ PrefixListId }),
  ipv6: (CidrIpv6) => ({ CidrIpv6 }),
  ipv4: (CidrIpv4) => ({ CidrIpv4 }),
};

/** One rule in the form of a change in place. */
export function requestOf({
  protocol,
  fromPort,
  toPort,
  peer,
}: SecurityGroupRule): SecurityGroupRuleRequest {
  return {
    IpProtocol: protocol,
    ...(fromPort !== null && { FromPort: fromPort }),
    ...(toPort !== null && { ToPort: toPort }),
    ...requestPeers[peerKind(peer)](peer),
  };
}

/** One rule from DescribeSecurityGroupRules. */
export function fromSingle(rule: SecurityGroupRuleAnswer): SecurityGroupRule | undefined {
  const { IpProtocol, FromPort, ToPort, ReferencedGroupInfo } = rule;
  const peer =
    rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? ReferencedGroupInfo?.GroupId ?? "";
  const [single] = normalizeRules([
    { protocol: IpProtocol ?? "-1", fromPort: FromPort ?? null, toPort: ToPort ?? null, peer },
  ]) as SecurityGroupRule[];
  return single;
}
