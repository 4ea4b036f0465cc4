import type { FieldRule } from "../../engine/resource.ts";

/** The user's tags can always be updated in place. */
export const tagsRule: FieldRule<Readonly<Record<string, string>>> = { onChange: "update" };

/** Follows from other fields; AWS does not return it. */
export const derivedRule: FieldRule<never> = { onChange: "update", writeOnly: true };

/**
 * Needed by a create, or by the update of certain fields; AWS does not return it.
 *
 * @param users `create`, or the names of the fields.
 */
export function writeOnlyRule(...users: readonly string[]): FieldRule<never> {
  return { onChange: "update", writeOnly: true, usedBy: users };
}

/**
 * Servers in one VPC cannot use a load balancer or a security group of another. If the resources
 * moved one by one, the servers would serve no requests during the move.
 */
export const vpcRule: FieldRule<string> = {
  onChange: "replace",
  instead:
    "A stack with servers cannot move to another VPC. Create it there under another name (stack:), point your users to the new URL, then destroy this stack. An empty stack can move: set scaling.min, max and desired to 0, and apply, before you change network.",
};

/**
 * A set of ids. Sorting is not enough for the comparison, because references are sorted before their
 * values are known.
 */
export const setRule: FieldRule<readonly string[]> = { onChange: "update", equal: sameSet };

/** The union of both sets; `wanted` itself if it contains all live members. */
export function union(wanted: readonly string[], live: readonly string[]): readonly string[] {
  const going = live.filter((member) => !wanted.includes(member));
  return going.length === 0 ? wanted : [...wanted, ...going];
}

/** Whether both have the same members, in any order and with any repetition. */
export function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const members = new Set(one);
  return members.size === new Set(other).size && other.every((member) => members.has(member));
}
