import { cidrSize, containsCidr } from "./cidr.ts";
import type { SecurityGroupRule } from "./rules.ts";

/** Whether the first rule certainly allows all traffic that the second allows. */
export function covers(outer: SecurityGroupRule, inner: SecurityGroupRule): boolean {
  const both = common(outer, inner);
  return (
    both !== undefined &&
    both.protocol === inner.protocol &&
    both.fromPort === inner.fromPort &&
    both.toPort === inner.toPort &&
    (outer.peer === inner.peer || containsCidr(outer.peer, inner.peer))
  );
}

/**
 * The traffic that both rules allow. The addresses of a group or a prefix list are unknown here:
 * they may be all that the second rule names.
 */
export function common(
  one: SecurityGroupRule,
  other: SecurityGroupRule,
): SecurityGroupRule | undefined {
  const peer = commonPeer(one.peer, other.peer);
  if (peer === undefined) return undefined;
  if (one.protocol === "-1") return { ...other, peer };
  if (other.protocol === "-1") return { ...one, peer };
  if (one.protocol !== other.protocol) return undefined;
  const ports = one.protocol.startsWith("icmp") ? commonTypes(one, other) : commonPorts(one, other);
  return ports && { protocol: one.protocol, ...ports, peer };
}

function commonPeer(one: string, other: string): string | undefined {
  if (containsCidr(one, other)) return other;
  if (containsCidr(other, one)) return one;
  return one.includes("/") && other.includes("/") ? undefined : other;
}

type Ports = Pick<SecurityGroupRule, "fromPort" | "toPort">;

/** A protocol without ports has null for both values, on both sides. */
function commonPorts(one: Ports, other: Ports): Ports | undefined {
  if (one.fromPort === null) return one;
  const fromPort = Math.max(one.fromPort, other.fromPort ?? 0);
  const toPort = Math.min(one.toPort ?? 65_535, other.toPort ?? 65_535);
  return fromPort > toPort ? undefined : { fromPort, toPort };
}

/** ICMP has a type and a code in the place of ports; -1 means any. */
function commonTypes(one: Ports, other: Ports): Ports | undefined {
  const differ = (a: number | null, b: number | null) => a !== b && a !== -1 && b !== -1;
  if (differ(one.fromPort, other.fromPort) || differ(one.toPort, other.toPort)) return undefined;
  return {
    fromPort: one.fromPort === -1 ? other.fromPort : one.fromPort,
    toPort: one.toPort === -1 ? other.toPort : one.toPort,
  };
}

/** The rules in `needed` with traffic that only `rule` allows. */
export function restingOn(
  rule: SecurityGroupRule,
  needed: readonly SecurityGroupRule[],
  present: readonly SecurityGroupRule[],
): readonly SecurityGroupRule[] {
  const others = present.filter((other) => other !== rule);
  return needed.filter((each) => {
    const both = common(rule, each);
    return both !== undefined && !others.some((other) => covers(other, both));
  });
}

/** Sorts more permissive rules first. */
export function moreOpenFirst(one: SecurityGroupRule, other: SecurityGroupRule): number {
  return sizeOf(other) - sizeOf(one) || spanOf(other) - spanOf(one);
}

/** Groups and prefix lists count as smaller than any network. */
function sizeOf({ peer }: SecurityGroupRule): number {
  const size = cidrSize(peer);
  if (size === undefined) return -1;
  // Scales IPv6 so that the whole internet, and one address, count the same in both families.
  return peer.includes(":") ? size / 4 : size;
}

function spanOf({ fromPort, toPort, protocol }: SecurityGroupRule): number {
  if (fromPort === null || protocol.startsWith("icmp")) return 65_536;
  return (toPort ?? fromPort) - fromPort + 1;
}
