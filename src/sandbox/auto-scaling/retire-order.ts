import type { Group, Member } from "./group.ts";
import { countIn } from "./members.ts";
import { optionOf, surplusOptions } from "./purchase-options.ts";

/**
 * The order of termination by the default termination policy: first the purchase option that a mixed instances
 * policy has too many of, then the zone with the most instances, then instances that do not use the group's
 * current launch template, then the oldest.
 */
export function retireOrder(group: Group, candidates: readonly Member[]): Member[] {
  const rest = new Set(candidates);
  const order: Member[] = [];
  const surplus = surplusOptions(group);
  const isSurplus = (member: Member) => surplus[optionOf(member)] > 0;
  const counts = new Map(candidates.map(({ zone }) => [zone, countIn(group, zone)]));
  while (rest.size > 0) {
    const [next] = [...rest].sort(
      (one, other) =>
        Number(isForeign(group, other.zone)) - Number(isForeign(group, one.zone)) ||
        Number(isSurplus(other)) - Number(isSurplus(one)) ||
        (counts.get(other.zone) ?? 0) - (counts.get(one.zone) ?? 0) ||
        Number(isCurrent(group, one)) - Number(isCurrent(group, other)) ||
        one.launchedAt - other.launchedAt,
    );
    if (next === undefined) break;
    rest.delete(next);
    order.push(next);
    surplus[optionOf(next)] -= 1;
    counts.set(next.zone, (counts.get(next.zone) ?? 1) - 1);
  }
  return order;
}

/** Whether the group no longer uses a zone. */
export function isForeign(group: Group, zone: string): boolean {
  return !group.subnets.some((subnet) => subnet.zone === zone);
}

function isCurrent(group: Group, member: Member): boolean {
  return (
    member.template.id === group.template.id && member.template.version === group.template.version
  );
}
