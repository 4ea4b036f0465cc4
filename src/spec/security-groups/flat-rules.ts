import type { Path } from "../finding.ts";
import type { Peer } from "../shared/peer.ts";
import type { Ports } from "../shared/port.ts";
import type { Protocol, RuleFile, SecurityGroupFile } from "./schema.ts";

/**
 * `all` has no ports. `icmp` has a type instead: `fromPort` is the ICMP type and `toPort` the code.
 * As in EC2's API, -1 means every type or code.
 */
export interface PortRule {
  readonly protocol: Protocol;
  readonly fromPort: number;
  readonly toPort: number;
}

interface FlatRule extends PortRule {
  readonly peer: Peer;
}

/** A group's rules with one peer each, and the place in the list that each came from. */
export function flatRules(
  group: SecurityGroupFile,
  direction: "ingress" | "egress",
): readonly { readonly rule: FlatRule; readonly index: number }[] {
  return group[direction].flatMap((written: RuleFile, index) => {
    const { protocol, port } = written;
    const peers = "from" in written ? written.from : written.to;
    return [peers].flat().map((peer) => ({
      index,
      rule: { protocol, ...portRange(protocol, port ?? "all"), peer },
    }));
  });
}

/** The peers of one rule, and the place of each below the rule's field. */
export function peersAt(rule: RuleFile): readonly { readonly peer: Peer; readonly at: Path }[] {
  const peers = "from" in rule ? rule.from : rule.to;
  return Array.isArray(peers)
    ? peers.map((peer: Peer, index) => ({ peer, at: [index] }))
    : [{ peer: peers, at: [] }];
}

function portRange(protocol: Protocol, ports: Ports): { fromPort: number; toPort: number } {
  if (protocol === "all") return { fromPort: -1, toPort: -1 };
  // With ICMP it is the type, and every code of it.
  if (protocol === "icmp") return { fromPort: ports === "all" ? -1 : ports.from, toPort: -1 };
  return ports === "all"
    ? { fromPort: 0, toPort: 65535 }
    : { fromPort: ports.from, toPort: ports.to };
}
