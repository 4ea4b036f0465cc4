import type { Region } from "../../region.ts";
import { inIpv4Block } from "../network/cidr.ts";
import { securityGroups } from "./tables.ts";

/**
 * Whether TCP from one network interface reaches a port of another. The target's groups must allow it
 * inbound, and the source's groups must allow it outbound.
 */
export function admits(
  region: Region,
  from: { readonly groupIds: readonly string[]; readonly address: string },
  to: { readonly groupIds: readonly string[]; readonly address: string },
  port: number,
): boolean {
  return (
    someRule(region, to.groupIds, false, from, port) &&
    someRule(region, from.groupIds, true, to, port)
  );
}

function someRule(
  region: Region,
  groupIds: readonly string[],
  egress: boolean,
  peer: { readonly groupIds: readonly string[]; readonly address: string },
  port: number,
): boolean {
  return groupIds.some((id) =>
    region
      .table(securityGroups)
      .latest(id)
      ?.rules.some((rule) => {
        if (rule.egress !== egress) return false;
        const all = rule.protocol === "-1";
        if (!all && (rule.protocol !== "tcp" || port < rule.fromPort || port > rule.toPort)) {
          return false;
        }
        const { source } = rule;
        if (source.kind === "ipv4") return inIpv4Block(peer.address, source.cidr);
        return source.kind === "group" && peer.groupIds.includes(source.id);
      }),
  );
}
