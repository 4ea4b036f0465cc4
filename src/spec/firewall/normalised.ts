import { givenName, type Named } from "../shared/given-name.ts";
import { RULE_GROUPS, type RuleGroup } from "./rule-groups.ts";
import type { FirewallFile, WebAclFile } from "./schema.ts";

export type { RuleGroup } from "./rule-groups.ts";

/** Absent from the stack: whatever web ACL is associated stays. `none`: no web ACL of this stack. */
export type Firewall = { readonly kind: "none" } | WebAclFirewall;

/** A web ACL of AWS WAF. It judges a request by `allow`, `block`, `limit` and `rules`, in this order. */
export interface WebAclFirewall extends Named {
  readonly kind: "web-acl";
  /** In the file's order. Empty only if there is something else to judge by. */
  readonly rules: readonly RuleGroup[];
  readonly mode: "block" | "count";
  /** Rules that only count, by their group. In the order of their names. */
  readonly except: Readonly<Partial<Record<RuleGroup, readonly string[]>>>;
  /** For each address. Absent: none. */
  readonly limit?: { readonly requests: number; readonly seconds: number };
  /** CIDRs as AWS writes them, IPv4 before IPv6, each once. */
  readonly block: readonly string[];
  readonly allow: readonly string[];
}

/** Writes out every default, and orders what has no order of its own. */
export function normaliseFirewall(firewall: FirewallFile): Firewall {
  if (firewall === "none") return { kind: "none" };
  const { name, rules, mode, except, limit, block, allow } = firewall;
  return {
    kind: "web-acl",
    ...givenName(name),
    rules,
    mode,
    except: inOrder(except),
    ...(limit !== undefined && { limit }),
    block: sorted(block),
    allow: sorted(allow),
  };
}

function inOrder(except: WebAclFile["except"]): WebAclFirewall["except"] {
  return Object.fromEntries(
    RULE_GROUPS.flatMap((group) => {
      const names = except[group];
      return names === undefined ? [] : [[group, [...names].sort()]];
    }),
  );
}

function sorted(ranges: readonly string[]): readonly string[] {
  const isIpv6 = (range: string) => Number(range.includes(":"));
  return [...ranges].sort((left, right) =>
    isIpv6(left) === isIpv6(right) ? (left < right ? -1 : 1) : isIpv6(left) - isIpv6(right),
  );
}
