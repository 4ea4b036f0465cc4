/** One rule: one protocol, one range of ports, one peer. */
export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, an IP protocol's number, or `-1` for all. */
  readonly protocol: string;
  /** First port, or the ICMP type (-1: all); null where the protocol is `-1`. */
  readonly fromPort: number | null;
  /** Last port, or the ICMP code (-1: all); null where the protocol is `-1`. */
  readonly toPort: number | null;
  /** An IPv4 or IPv6 CIDR, a security group's id (`sg-…`) or a prefix list's (`pl-…`). */
  readonly peer: string;
}

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
